"""Undo a check-in that was a mistake, with a reason; its row stays as history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tpbis_events.attendance.hold import hold
from tpbis_events.attendance.presence import standing_row
from tpbis_events.audit.record import record
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.registrations.rules import LONGEST_REASON, plain


@dataclass(frozen=True, slots=True)
class Undone:
    at: datetime
    checked_in_at: datetime  # the check-in that no longer counts
    checked_in_by: str


@command
def undo(registration_id: int, day_id: int, *, reason: str, by: Actor, item_id: int | None = None) -> Undone:
    """The check-in of a day (of an item) no longer counts, and the person may be checked in anew. By the same right as
    checking in, and so by the door on the day itself alone. Refuses without a reason, and when nobody is checked in.
    """
    held = hold(registration_id, day_id, by=by, item_id=item_id)
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("attendance.reason_missing")
    row = standing_row(registration_id, day_id, item_id)
    if row is None:
        raise Refusal("attendance.not_checked_in")
    row.undone_at = held.now
    row.undone_by = by.label
    row.undo_reason = reason
    record(
        "attendance.undone",
        f"registration:{registration_id}",
        at=held.now,
        actor=by.label,
        province_code=held.registration.session.province_code,
        before={"checked_in_at": row.happened_at.isoformat(), "checked_in_by": row.checked_in_by},
        after={"day": held.day.number, "date": held.day.local_date.isoformat()},
        reason=reason,
    )
    return Undone(held.now, row.happened_at, row.checked_in_by)
