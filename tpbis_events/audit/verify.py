"""Verify the audit log: every sealed entry is there, in its place, as it was sealed; in constant memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from tpbis_events.audit import witness
from tpbis_events.audit.chain import BEGINNING, Head, holds
from tpbis_events.audit.model import HEAD, AuditEntry, AuditHead
from tpbis_events.foundation.database import db

AT_ONCE = 1000


class Why(StrEnum):
    """What is wrong with the first broken row."""

    CHANGED = "changed"  # its content or its seal isn't what was sealed
    MISSING = "missing"
    HEAD_MISSING = "head missing"
    HEAD_CHANGED = "head changed"
    BEYOND_HEAD = "beyond head"  # sealed rows behind the head: the head was put back
    NOT_AS_WITNESSED = "not as witnessed"  # a head that was noted elsewhere has another seal


@dataclass(frozen=True, slots=True)
class Fault:
    number: int
    why: Why
    entry: AuditEntry | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The head, how many entries wait for their seal and since when."""

    head: Head
    unsealed: int
    oldest_unsealed: datetime | None


def standing() -> Standing:
    """Two queries."""
    head = db.session.execute(select(AuditHead.number, AuditHead.seal).where(AuditHead.id == HEAD)).one_or_none()
    unsealed = select(func.count(), func.min(AuditEntry.at)).where(AuditEntry.seal_number.is_(None))
    number, oldest = db.session.execute(unsealed).one()
    return Standing(Head(*head) if head else Head(0, BEGINNING), number, oldest)


def first_fault(*, after: int = 0, through: int | None = None, heads: Iterable[Head] = ()) -> Fault | None:
    """The first broken row behind the seal `after` (which is trusted), or None.

    `through` ends the search at a seal; without it the end is looked at too: the head in the database, the one that the
    witness keeps, and those in `heads`, noted elsewhere.
    """
    found = db.session.get(AuditHead, HEAD, populate_existing=True)
    if found is None:
        return Fault(after + 1, Why.HEAD_MISSING)
    head = Head(found.number, found.seal)
    kept = witness.kept()
    known = {each.number: each.seal for each in (*heads, *([kept] if kept else []))}
    end = min(through, head.number) if through is not None else head.number
    fault = _first_between(after, end, known)
    if fault or through is not None:
        return fault
    return _at_end(head, known)


def _first_between(after: int, end: int, known: dict[int, str]) -> Fault | None:
    number, seal = after, _seal_at(after)
    if seal is None:
        return Fault(after, Why.MISSING)
    while number < end:
        wanted = select(AuditEntry).where(AuditEntry.seal_number > number, AuditEntry.seal_number <= end)
        entries = db.session.scalars(wanted.order_by(AuditEntry.seal_number).limit(AT_ONCE)).all()
        for entry in entries:
            number += 1
            if entry.seal_number != number:
                return Fault(number, Why.MISSING)
            if not holds(entry, number, seal):
                return Fault(number, Why.CHANGED, entry)
            seal = entry.seal or ""
            if known.get(number, seal) != seal:
                return Fault(number, Why.NOT_AS_WITNESSED, entry)
        if not entries:
            return Fault(number + 1, Why.MISSING)
        db.session.expunge_all()
    return None


def _at_end(head: Head, known: dict[int, str]) -> Fault | None:
    if _seal_at(head.number) != head.seal:
        return Fault(head.number, Why.HEAD_CHANGED)
    # Read in this order, what is sealed meanwhile is never taken for a fault.
    last = db.session.scalar(select(func.max(AuditEntry.seal_number))) or 0
    now = db.session.scalar(select(AuditHead.number).where(AuditHead.id == HEAD)) or 0
    if last > now:
        return Fault(now + 1, Why.BEYOND_HEAD)
    witnessed = max(known, default=0)
    return Fault(now + 1, Why.MISSING) if witnessed > now else None


def _seal_at(number: int) -> str | None:
    if number == 0:
        return BEGINNING
    return db.session.scalar(select(AuditEntry.seal).where(AuditEntry.seal_number == number))
