"""What tests of the door share: a session on its day, scans as a device sends them, devices with good links."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from tests.builders import Place, registered
from tests.cast import acting
from tpbis_events.attendance.device_time import DeviceTime
from tpbis_events.attendance.give_device_link import give_device_link, open_device_link
from tpbis_events.attendance.take_scans import Batch, Sent, Taken, take_scans
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Actor, device_at_door
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.rules import Applicant

_numbers = count(1)


def the_day(place: Place, number: int = 1) -> SessionDay:
    days = db.session.get_one(Session, place.session_id).days
    return next(day for day in days if day.number == number)


def at_half_past_eight(place: Place) -> datetime:
    return the_day(place).starts_at


def a_guest(place: Place, applicant: Applicant | None = None) -> int:
    """Somebody who registered five days ago."""
    with clock.stopped_at(clock.now() - timedelta(days=5)):
        return registered(place, applicant).registration_id


def ticket_of(registration_id: int) -> str:
    return db.session.get_one(Registration, registration_id).ticket


def sent(read: str = "", *, ago: timedelta = timedelta(), shown: str = "in", **changes: object) -> Sent:
    """A scan by a device whose clock is right."""
    scan = Sent(f"scan-{next(_numbers):012}", DeviceTime(clock.now() - ago, timedelta()), read, shown=shown)
    return replace(scan, **changes)  # type: ignore[arg-type]


def take(place: Place, *scans: Sent, by: Actor, day: int = 1) -> list[Taken]:
    return list(take_scans(Batch(place.session_id, the_day(place, day).id, scans, clock.now()), by=by))


def a_device(place: Place, name: str = "Meja 1", *, may_search: bool = False, day: int = 1) -> tuple[Actor, str]:
    """A device that has opened its link, as an actor, and the key of its browser."""
    from tests.builders import an_account
    from tpbis_events.people.model import Right

    boss = acting(an_account(f"Kepala{next(_numbers)}", Right.NATIONAL))
    given = give_device_link(place.session_id, the_day(place, day).id, name, may_search=may_search, by=boss)
    opened = open_device_link(given.link, "Chrome, Android")
    return device_at_door(opened.device_id, name, place.session_id), opened.key
