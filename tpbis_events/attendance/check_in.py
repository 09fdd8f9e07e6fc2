"""Check a registration in for a day of its session; who is checked in already stays so, since when and by whom."""

from __future__ import annotations

from datetime import datetime

from tpbis_events.attendance import rules
from tpbis_events.attendance.admit import CheckedIn, Coming, admit
from tpbis_events.attendance.hold import hold
from tpbis_events.attendance.model import Scan, Source
from tpbis_events.attendance.presence import standing_row
from tpbis_events.attendance.scans import scan_with
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor

__all__ = ["CheckedIn", "check_in"]


@command
def check_in(
    registration_id: int,
    day_id: int,
    *,
    by: Actor,
    item_id: int | None = None,
    online: bool = False,
    happened_at: datetime | None = None,
    source: Source = Source.OFFICE,
    key: str | None = None,
) -> CheckedIn:
    """Only who has a seat is checked in, once per day, or once per agenda item where the edition wants that.

    In: `happened_at` is when she came (none: now), `key` the idempotency key of the act: sent twice it is one, also when
    it was undone in between. A second check-in changes nothing and answers what the first wrote, unless it happened
    earlier: then the record says the earlier time, by whom it was. Needs the right to mark attendance in the session. The
    door checks in on the day itself, the office also later (sheets of paper keyed in). Refuses: a registration that has no
    seat, or none any longer, a day of another session, a day whose date hasn't begun in the session's zone, an item of
    another day.
    """
    held = hold(registration_id, day_id, by=by, item_id=item_id, happened_at=happened_at)
    registration = held.registration
    if key:
        known = scan_with(key)
        if known and known.registration_id != registration.id:
            raise Refusal("attendance.key_used")
        if known:
            return CheckedIn(known.happened_at, known.made_by, already=known.result == "again")
    no = rules.objection(registration, registration.session)
    if no:
        raise no
    coming = Coming(registration.session, held.day, held.item, held.at, held.now, source, online)
    outcome = admit(registration, standing_row(registration.id, held.day.id, item_id), coming, by)
    if key:
        db.session.add(
            Scan(
                key=key,
                session_id=registration.session_id,
                day_id=held.day.id,
                item_id=item_id,
                registration_id=registration.id,
                result="again" if outcome.already else "in",
                happened_at=held.at,
                received_at=held.now,
                made_by=by.label,
            )
        )
    return CheckedIn(outcome.at, outcome.by, outcome.already, outcome.late)
