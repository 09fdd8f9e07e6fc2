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
def undo(registration_id: int, day_id: int, *, reason: str, by: Actor) -> Undone:
    """The check-in of a day no longer counts, and the person may be checked in anew. By the same right as checking in.

    Refuses without a reason, and when nobody is checked in.
    """
    held = hold(registration_id, day_id, by=by)
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("attendance.reason_missing")
    row = standing_row(registration_id, day_id)
    if row is None:
        raise Refusal("attendance.not_checked_in")
    row.undone_at = held.at
    row.undone_by = by.label
    row.undo_reason = reason
    record(
        "attendance.undone",
        f"registration:{registration_id}",
        at=held.at,
        actor=by.label,
        province_code=held.registration.session.province_code,
        before={"checked_in_at": row.checked_in_at.isoformat(), "checked_in_by": row.checked_in_by},
        after={"day": held.day.number, "date": held.day.local_date.isoformat()},
        reason=reason,
    )
    return Undone(held.at, row.checked_in_at, row.checked_in_by)
