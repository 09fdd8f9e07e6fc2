"""Hold a registration for its attendance: its row locked, the right checked, the day its own session's and begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import ACTS, Act, Actor
from tpbis_events.people.model import Right
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import SessionDay
from tpbis_events.registrations.model import Registration


@dataclass(frozen=True, slots=True)
class Held:
    """What a command about attendance works on; `at` is the moment of the act, taken under the lock."""

    registration: Registration
    day: SessionDay
    at: datetime


def lock_registration(registration_id: int) -> Registration:
    """A step: hold the row until the transaction ends, so that it isn't cancelled or moved meanwhile.

    The row alone is locked, without its quota: nothing here gives or frees a seat. In the lock order of
    `registrations/seats.py` a registration comes after quotas, so a command that also needs a quota takes
    `registrations/hold.py` instead.
    """
    registration = db.session.get(Registration, registration_id, with_for_update=True, populate_existing=True)
    if registration is None:
        raise NotFound("registration.unknown")
    return registration


def hold(registration_id: int, day_id: int, *, by: Actor) -> Held:
    """A step: refuses an actor without the right in the session's province, a day of another session, a day whose local
    date hasn't begun, and, for the door, any day but today.
    """
    registration = lock_registration(registration_id)
    session = registration.session
    by.require(Act.MARK_ATTENDANCE, session.province_code)
    day = db.session.get(SessionDay, day_id)
    if day is None:
        raise NotFound("attendance.unknown_day")
    if day.session_id != session.id:
        raise Refusal("attendance.other_session", city=session.city)
    now = clock.now()
    today = local_date(now, session.zone)
    if today < day.local_date:
        raise Refusal("attendance.day_not_begun", date=day.local_date)
    if today > day.local_date and only_at_door(by, session.province_code):
        raise Refusal("attendance.day_over", date=day.local_date)
    return Held(registration, day, now)


def only_at_door(actor: Actor, province_code: str | None) -> bool:
    """Whether the actor marks attendance here by the right of the door alone, and so on the day itself alone."""
    rights = {reach.right for reach in actor.reaches if reach.covers(province_code)}
    marking = {right for right in rights if Act.MARK_ATTENDANCE in ACTS[right]}
    return not actor.everything and marking == {Right.DOOR}
