"""Check a registration in for a day of its session; who is checked in already stays so, since when and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tpbis_events.attendance.hold import hold
from tpbis_events.attendance.model import Attendance
from tpbis_events.attendance.presence import standing_row
from tpbis_events.audit.record import record
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.registrations.model import LIVE, State


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Since when, and by whom (`account:3`); `already` when an earlier check-in stands and nothing was changed."""

    at: datetime
    by: str
    already: bool


@command
def check_in(registration_id: int, day_id: int, *, by: Actor) -> CheckedIn:
    """Only who has a seat is checked in, once per day; a second time changes nothing and answers what the first wrote.

    Needs the right to mark attendance in the session's province. The door checks in on the day itself, the office also
    later (sheets of paper keyed in). Refuses: a registration that has no seat, or none any longer, a day of another session, a
    day whose date hasn't begun in the session's zone.
    """
    held = hold(registration_id, day_id, by=by)
    registration, day = held.registration, held.day
    if registration.state is State.CANCELLED:
        raise Refusal("attendance.cancelled")
    if registration.state is State.SUBSTITUTED:
        raise Refusal("attendance.substituted")
    if registration.state not in LIVE:
        raise Refusal("attendance.ended")
    if registration.state is not State.SEATED:
        raise Refusal("attendance.not_seated")
    earlier = standing_row(registration.id, day.id)
    if earlier:
        return CheckedIn(earlier.checked_in_at, earlier.checked_in_by, already=True)
    db.session.add(
        Attendance(registration_id=registration.id, day_id=day.id, checked_in_at=held.at, checked_in_by=by.label)
    )
    record(
        "attendance.checked_in",
        f"registration:{registration.id}",
        at=held.at,
        actor=by.label,
        province_code=registration.session.province_code,
        after={"day": day.number, "date": day.local_date.isoformat()},
    )
    return CheckedIn(held.at, by.label, already=False)
