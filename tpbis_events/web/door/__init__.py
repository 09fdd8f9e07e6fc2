"""The door on the day: name, role and status, nothing more."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from tpbis_events.people.actor import Act
from tpbis_events.web.accounts import acting

MODULES = ("home", "sessions", "questionnaires")


def pages() -> Blueprint:
    audience = Blueprint("door", __name__)
    audience.before_request(_demand_sign_in)
    for module in MODULES:
        audience.register_blueprint(import_module(f"{__name__}.{module}").page)
    return audience


def _demand_sign_in() -> ResponseReturnValue | None:
    """Here, so that no page can forget it: sign in first, and come back to this place."""
    if not current_user.is_authenticated:
        place = request.script_root + request.full_path.removesuffix("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=place), 303)
    acting().require_somewhere(Act.SEE_DOOR)
    return None
