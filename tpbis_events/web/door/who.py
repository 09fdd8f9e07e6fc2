"""Who stands at the door: an organizer who is signed in, or a device that the office gave a link to."""

from __future__ import annotations

from flask import Response, current_app, g, request
from flask_security import current_user

from tpbis_events.attendance.devices import device_with_key
from tpbis_events.attendance.give_device_link import Opened
from tpbis_events.attendance.model import Device
from tpbis_events.people.actor import Act, Actor, device_at_door
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import ENGLISH_PREFIX

COOKIE = "tpbis_door"
# In either language; nothing outside the door gets the key.
_PATHS = ("/door", f"{ENGLISH_PREFIX}/door")


def device_here() -> Device | None:
    """The device whose key this browser holds, good or not any longer; asked of the database once in a request."""
    if "door_device" not in g:
        g.door_device = device_with_key(request.cookies.get(COOKIE, ""))
    found: Device | None = g.door_device
    return found


def acting_at_door() -> Actor:
    """An account that may see doors comes first: an organizer's own phone may have been a device before."""
    if current_user.is_authenticated:
        by = acting()
        if by.may_somewhere(Act.SEE_DOOR) or device_here() is None:
            return by
    device = device_here()
    return device_at_door(device.id, device.name, device.session_id) if device else acting()


def is_device() -> bool:
    return acting_at_door().device_id is not None


def may_search() -> bool:
    """Whether people may be found by name here: always by an account, on a device when the office said so."""
    device = device_here() if is_device() else None
    return device is None or device.may_search


def keep_key(answer: Response, opened: Opened) -> None:
    """The key in a cookie of the door alone, which no script can read."""
    for path in _PATHS:
        answer.set_cookie(
            COOKIE,
            opened.key,
            path=path,
            expires=opened.keep_until,
            httponly=True,
            samesite="Strict",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
