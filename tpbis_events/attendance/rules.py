"""Who may be checked in when, and who is late. Pure: no database, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from tpbis_events.foundation.errors import Refusal
from tpbis_events.places.local_time import at_local, local_date
from tpbis_events.programmes.model import AgendaItem, AttendanceBy, Event, Session, SessionDay
from tpbis_events.registrations.model import LIVE, Registration, State


def objection(registration: Registration, session: Session) -> Refusal | None:
    """Why a registration can't be checked in at a session: of another edition, of another session, or without a seat."""
    if registration.event_id != session.event_id:
        return Refusal("attendance.other_event", city=registration.session.city)
    if registration.session_id != session.id:
        return Refusal("attendance.other_session", city=registration.session.city)
    if registration.state is State.CANCELLED:
        return Refusal("attendance.cancelled")
    if registration.state is State.SUBSTITUTED:
        return Refusal("attendance.substituted")
    if registration.state not in LIVE:
        return Refusal("attendance.ended")
    return None if registration.state is State.SEATED else Refusal("attendance.not_seated")


def day_objection(day: SessionDay, zone: str, at: datetime, *, on_the_day: bool) -> Refusal | None:
    """Nobody comes before the day has begun where it takes place; who marks by the right of the door alone does it that day."""
    today = local_date(at, zone)
    if today < day.local_date:
        return Refusal("attendance.day_not_begun", date=day.local_date)
    if today > day.local_date and on_the_day:
        return Refusal("attendance.day_over", date=day.local_date)
    return None


def item_objection(item: AgendaItem | None, event: Event, day: SessionDay) -> Refusal | None:
    """An item must be of the edition's agenda on that day (or of no known day), in an edition that keeps attendance by items."""
    if item is None or item.event_id != event.id or item.day_number not in (0, day.number):
        return Refusal("attendance.unknown_item")
    return None if event.attendance_by is AttendanceBy.ITEM else Refusal("attendance.not_by_item")


def is_late(at: datetime, event: Event, day: SessionDay, zone: str, item: AgendaItem | None = None) -> bool:
    """More than the edition's `late_after_minutes` after the beginning of the day, or of the item where its hour is known.

    Keyed in on another day, it isn't known when she came: nobody is late by that.
    """
    if local_date(at, zone) != day.local_date:
        return False
    begins = at_local(day.local_date, item.starts, zone) if item and item.starts else day.starts_at
    return at > begins + timedelta(minutes=event.late_after_minutes)
