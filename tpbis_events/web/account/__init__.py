"""An organizer's own account: the second step of signing in, passwords, the second factor, and where she is signed in."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

from tpbis_events.web import office

MODULES: tuple[str, ...] = ("codes", "passwords", "own", "columns", "second_factor")


def pages() -> Blueprint:
    audience = Blueprint("account", __name__)
    audience.context_processor(office.navigation)  # she goes on in the office from here
    for module in MODULES:
        audience.register_blueprint(import_module(f"{__name__}.{module}").page)
    return audience
