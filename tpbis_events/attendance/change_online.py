"""What counts as attended online in an edition, and new codes at once."""

from __future__ import annotations

from tpbis_events.attendance.online import OnlineCode
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, OnlineCounts, SessionDay


@command
def choose_online_counts(event_id: int, counts: OnlineCounts, *, by: Actor) -> bool:
    """From now on joining counts, or the code, or the list of the meeting tool; what counted before stays. Whether it changed.

    By the right to plan the edition.
    """
    by.require(Act.PLAN, None)
    event = db.session.get(Event, event_id, with_for_update=True, populate_existing=True)
    if event is None:
        raise NotFound("event.unknown")
    before = event.online_counts
    if before is counts:
        return False
    event.online_counts = counts
    record(
        "event.online_counts",
        f"event:{event_id}",
        at=clock.now(),
        actor=by.label,
        before={"online_counts": before},
        after={"online_counts": counts},
    )
    return True


@command
def renew_codes(day_id: int, *, by: Actor) -> None:
    """The codes of a day are others from now on, and those that were shown are no longer taken: for one that got about."""
    day = db.session.get(SessionDay, day_id, with_for_update=True)
    if day is None:
        raise NotFound("attendance.unknown_day")
    by.require(Act.MANAGE_DOOR, day.session.province_code)
    now = clock.now()
    row = db.session.get(OnlineCode, day_id)
    if row is None:
        row = OnlineCode(day_id=day_id, generation=0)
        db.session.add(row)
    row.generation += 1
    row.changed_at, row.changed_by = now, by.label
    record(
        "online.codes_renewed",
        f"session:{day.session_id}",
        at=now,
        actor=by.label,
        province_code=day.session.province_code,
        after={"day": day.number},
    )
