"""The door on the day: name, role and status, nothing more."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

MODULES: tuple[str, ...] = ()


def pages() -> Blueprint:
    audience = Blueprint("door", __name__)
    for module in MODULES:
        audience.register_blueprint(import_module(f"{__name__}.{module}").page)
    return audience
