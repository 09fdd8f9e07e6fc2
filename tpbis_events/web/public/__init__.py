"""Public pages: anyone may see them, they set no cookie."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

MODULES = (
    "home",
    "events",
    "sessions",
    "register",
    "invitations",
    "nominations",
    "certificates",
    "badges",
    "questionnaires",
    "privacy",
)


def pages() -> Blueprint:
    audience = Blueprint("public", __name__)
    for module in MODULES:
        audience.register_blueprint(import_module(f"{__name__}.{module}").page)
    return audience
