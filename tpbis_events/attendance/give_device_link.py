"""Give a device the door of one session on one day: a link that works once, to be taken back at any time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tpbis_events.attendance.devices import device_with_link, hashed, is_good
from tpbis_events.attendance.model import Device
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import PUBLIC, Act, Actor
from tpbis_events.places.local_time import at_local
from tpbis_events.programmes.model import SessionDay
from tpbis_events.registrations.rules import plain

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Given:
    """The link's own secret is told here once; the database has its hash."""

    device_id: int
    link: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What the browser keeps: the key, told once, and where it leads."""

    device_id: int
    key: str
    session_id: int
    keep_until: datetime


@command
def give_device_link(session_id: int, day_id: int, name: str, *, may_search: bool, by: Actor) -> Given:
    """The door of one day, until midnight where the session takes place.

    With `may_search` people can be found by name on the device, also without a network; else by their QR codes alone.
    Needs the right to manage the door. Refuses a day of another session or one that is over, and a device without a name.
    """
    day = db.session.get(SessionDay, day_id)
    if day is None or day.session_id != session_id:
        raise NotFound("attendance.unknown_day")
    session = day.session
    by.require(Act.MANAGE_DOOR, session.province_code)
    name = plain(name, LONGEST_NAME)
    now = clock.now()
    expires_at = at_local(day.local_date + timedelta(days=1), time(0), session.zone)
    problems = {} if name else {"name": "device.name_missing"}
    if now >= expires_at:
        problems["day"] = "device.day_over"
    if problems:
        raise Invalid(problems)
    link = secrets.token_urlsafe(24)
    device = Device(
        session_id=session_id,
        day_id=day_id,
        name=name,
        may_search=may_search,
        link_hash=hashed(link),
        created_at=now,
        created_by=by.label,
        expires_at=expires_at,
    )
    db.session.add(device)
    db.session.flush()
    record(
        "device.given",
        f"session:{session_id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        after={"device": device.id, "name": name, "day": day.number, "may_search": may_search},
    )
    return Given(device.id, link, expires_at)


@command
def open_device_link(link: str, browser: str) -> Opened:
    """The browser that opens the link first is the device; the link then opens nothing more.

    Refuses a link that isn't known, was opened before (it isn't known any longer), was taken back, or whose day is over.
    """
    device = device_with_link(link)
    if device is None:
        raise NotFound("device.unknown")
    device = db.session.get_one(Device, device.id, with_for_update=True, populate_existing=True)
    if device.link_hash != hashed(link):
        raise NotFound("device.unknown")
    now = clock.now()
    if not is_good(device, now):
        raise Gone("device.over")
    key = secrets.token_urlsafe(32)
    device.link_hash, device.key_hash = None, hashed(key)
    device.opened_at = device.last_seen_at = now
    device.browser = browser[:80]
    record(
        "device.opened",
        f"session:{device.session_id}",
        at=now,
        actor=PUBLIC.label,
        after={"device": device.id, "browser": device.browser},
    )
    return Opened(device.id, key, device.session_id, device.expires_at + timedelta(days=30))


@command
def revoke_device(device_id: int, *, by: Actor) -> str:
    """From now on the device opens nothing; what it sends is kept for the office to settle. Its name. Twice is once."""
    device = db.session.get(Device, device_id, with_for_update=True, populate_existing=True)
    if device is None:
        raise NotFound("device.unknown")
    province_code = db.session.get_one(SessionDay, device.day_id).session.province_code
    by.require(Act.MANAGE_DOOR, province_code)
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by, device.link_hash = clock.now(), by.label, None
        record(
            "device.revoked",
            f"session:{device.session_id}",
            at=device.revoked_at,
            actor=by.label,
            province_code=province_code,
            after={"device": device.id, "name": device.name},
        )
    return device.name
