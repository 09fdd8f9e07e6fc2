"""The door on the day: name, role and status, nothing more."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from tpbis_events.attendance.devices import is_good
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Gone
from tpbis_events.people.actor import Act
from tpbis_events.web.door.who import acting_at_door, device_here, is_device

MODULES = ("home", "sessions", "sync", "shell", "links", "walk_ins", "questionnaires", "signatures")
# What every browser may fetch: the empty frame of the door, and a link that isn't opened yet.
OPEN_TO_ALL = ("door.shell.", "door.links.")
# A device whose link was taken back still hands over what waits on it.
_HANDS_OVER = ("door.sync.take", "door.sync.token")


def pages() -> Blueprint:
    audience = Blueprint("door", __name__)
    audience.before_request(_demand_sign_in)
    for module in MODULES:
        audience.register_blueprint(import_module(f"{__name__}.{module}").page)
    return audience


def _demand_sign_in() -> ResponseReturnValue | None:
    """Here, so that no page can forget it: sign in first and come back to this place, or be a device with a good link."""
    endpoint = request.endpoint or ""
    if endpoint.startswith(OPEN_TO_ALL):
        return None
    if not current_user.is_authenticated and device_here() is None:
        place = request.script_root + request.full_path.removesuffix("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=place), 303)
    if not is_device():
        acting_at_door().require_somewhere(Act.SEE_DOOR)
        return None
    device = device_here()
    if device and not is_good(device, clock.now()) and endpoint not in _HANDS_OVER:
        raise Gone("device.over")
    return None
