"""Reads of the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation.database import db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    entries: tuple[AuditEntry, ...]
    next_before: int | None  # the id to go on before; None on the last page


def newest(*, act: str = "", subject: str = "", before: int = 0) -> Page:
    """One page of the whole log, newest first; `act` and `subject` are matched whole. One query."""
    wanted = select(AuditEntry)
    if act:
        wanted = wanted.where(AuditEntry.act == act)
    if subject:
        wanted = wanted.where(AuditEntry.subject == subject)
    if before:
        wanted = wanted.where(AuditEntry.id < before)
    rows = db.session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(PAGE + 1)).all()
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return Page(tuple(rows[:PAGE]), more)


def about(subject: str) -> Sequence[AuditEntry]:
    """Everything that was done to one subject (`registration:17`), oldest first."""
    return db.session.scalars(select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id)).all()


def acts() -> Sequence[str]:
    """The acts that the log knows, for the filter."""
    return db.session.scalars(select(AuditEntry.act).distinct().order_by(AuditEntry.act)).all()
