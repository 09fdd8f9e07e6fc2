"""Hold a registration for its attendance: its row locked, the right checked, the day its own session's and begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tpbis_events.attendance import rules
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import ACTS, Act, Actor
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import AgendaItem, SessionDay
from tpbis_events.registrations.model import Registration


@dataclass(frozen=True, slots=True)
class Held:
    """What a command about attendance works on; `now` is the moment of the act, taken under the lock, `at` when she came."""

    registration: Registration
    day: SessionDay
    item: AgendaItem | None
    now: datetime
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


def hold(
    registration_id: int,
    day_id: int,
    *,
    by: Actor,
    item_id: int | None = None,
    happened_at: datetime | None = None,
) -> Held:
    """A step: refuses an actor without the right in the session, a day of another session, an item that isn't of the day, a
    day whose local date hadn't begun when she came, and, for the door, any day but that one. What is said to have happened
    later than now happened now.
    """
    registration = lock_registration(registration_id)
    session = registration.session
    by.require_in(Act.MARK_ATTENDANCE, session.id, session.province_code)
    day = db.session.get(SessionDay, day_id)
    if day is None:
        raise NotFound("attendance.unknown_day")
    if day.session_id != session.id:
        raise Refusal("attendance.other_session", city=session.city)
    now = clock.now()
    at = min(happened_at or now, now)
    item = db.session.get(AgendaItem, item_id) if item_id is not None else None
    no = rules.day_objection(day, session.zone, at, on_the_day=only_at_door(by, session.province_code))
    if no is None and item_id is not None:
        no = rules.item_objection(item, registration.event, day)
    if no:
        raise no
    return Held(registration, day, item, now, at)


def only_at_door(actor: Actor, province_code: str | None) -> bool:
    """Whether the actor marks attendance here by the right of the door alone, or as a device, and so on the day itself alone."""
    rights = {reach.right for reach in actor.reaches if reach.covers(province_code)}
    marking = {right for right in rights if Act.MARK_ATTENDANCE in ACTS[right]}
    return not actor.everything and marking <= {Right.DOOR}
