"""A participant on her own registration, by signed link; no cookie."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

MODULES: tuple[str, ...] = ()


def pages() -> Blueprint:
    audience = Blueprint("my", __name__)
    for module in MODULES:
        audience.register_blueprint(import_module(f"{__name__}.{module}").page)
    return audience
