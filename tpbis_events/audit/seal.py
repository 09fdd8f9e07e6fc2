"""Seal what was committed to the audit log: give each entry its number in the chain and its seal, some at a time.

No act waits for it: entries are written without a seal, and a worker seals them seconds later, in the order in which it finds
them (ids are drawn before a transaction commits, so their order isn't the order in which entries appear). Safe from several
processes at once: whoever seals holds the head.
"""

from __future__ import annotations

from sqlalchemy import select, update

from tpbis_events.audit import witness
from tpbis_events.audit.chain import Head, seal_of
from tpbis_events.audit.model import HEAD, AuditEntry, AuditHead
from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command

AT_ONCE = 500


def seal_due() -> int:
    """Seal some of what isn't; how many. The new head goes into the log and into the witness beside the database."""
    unsealed = db.session.scalar(select(AuditEntry.id).where(AuditEntry.seal_number.is_(None)).limit(1))
    if unsealed is None:
        db.session.rollback()
        return 0
    sealed, head = seal_some()
    if sealed:
        logs.event("audit.sealed", number=head.number, seal=head.seal)
        witness.advance(head)
    return sealed


@command
def seal_some() -> tuple[int, Head]:
    """Seal up to AT_ONCE entries, the oldest ids first; how many, and the head after it."""
    head = db.session.scalars(select(AuditHead).where(AuditHead.id == HEAD).with_for_update()).one()
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.seal_number.is_(None)).order_by(AuditEntry.id).limit(AT_ONCE)
    ).all()
    number, seal = head.number, head.seal
    sealed = []
    for entry in entries:
        number += 1
        seal = seal_of(entry, number, seal)
        sealed.append({"id": entry.id, "seal_number": number, "seal": seal})
    if sealed:
        db.session.execute(update(AuditEntry), sealed)
        head.number, head.seal, head.sealed_at = number, seal, clock.now()
    return len(sealed), Head(number, seal)
