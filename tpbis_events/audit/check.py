"""Check the whole chain once a day, in small pieces between the other work, and write down what was found."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tpbis_events.audit.model import HEAD, AuditHead
from tpbis_events.audit.verify import Fault, first_fault
from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command

EVERY = timedelta(hours=20)  # begun in the hour after, so about once a day
AT_ONCE = 5000


def check_some() -> bool:
    """Check the next piece, if a check is going on or due; whether there is more of it."""
    head = db.session.get(AuditHead, HEAD, populate_existing=True)
    if head is None:
        logs.trouble("audit.broken", number=0, why="head missing")
        return False
    going_on = head.checked_through > 0
    if not going_on and head.checked_at is not None and clock.now() - head.checked_at < EVERY:
        db.session.rollback()
        return False
    end = head.checked_through + AT_ONCE
    last = end >= head.number
    fault = first_fault(after=head.checked_through, through=None if last else end)
    number = head.number
    db.session.rollback()
    if fault:
        logs.trouble("audit.broken", number=fault.number, why=fault.why.value)
    if fault or last:
        note_end(number, fault)
        return False
    note_piece(end)
    return True


@command
def note_piece(through: int) -> None:
    """The check has come so far without finding anything."""
    head = _head()
    head.checked_through = max(through, head.checked_through)


@command
def note_end(number: int, fault: Fault | None) -> None:
    """The check is over: either a fault was found, or all `number` seals hold."""
    head = _head()
    head.checked_through = 0
    head.checked_at, head.checked_number = clock.now(), number
    head.fault_number = fault.number if fault else None
    head.fault = fault.why.value if fault else None


def _head() -> AuditHead:
    return db.session.scalars(select(AuditHead).where(AuditHead.id == HEAD).with_for_update()).one()
