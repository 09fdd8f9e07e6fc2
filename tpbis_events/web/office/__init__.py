"""The organizers' office: every page asks for a sign-in, every command for right and province."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

MODULES: tuple[str, ...] = ()


def pages() -> Blueprint:
    audience = Blueprint("office", __name__)
    for module in MODULES:
        audience.register_blueprint(import_module(f"{__name__}.{module}").page)
    return audience
