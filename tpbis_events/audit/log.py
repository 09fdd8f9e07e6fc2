"""Reads of the audit log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from tpbis_events.audit.model import HEAD, AuditEntry, AuditHead
from tpbis_events.foundation.database import db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; what is empty doesn't narrow. Act, actor and subject are matched whole, the reason in part.

    `subjects` is a select of subjects (all that belongs to a session); `until` is the first moment that no longer counts.
    """

    act: str = ""
    actor: str = ""
    subject: str = ""
    subjects: Select[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    entries: tuple[AuditEntry, ...]
    next_before: int | None  # the id to go on before; None on the last page


def newest(search: Search, *, provinces: Collection[str] | None = None) -> Page:
    """One page of what is looked for, newest first, in these provinces (None: all, and what has none). One query."""
    wanted = select(AuditEntry)
    if provinces is not None:
        wanted = wanted.where(AuditEntry.province_code.in_(provinces))
    if search.act:
        wanted = wanted.where(AuditEntry.act == search.act)
    if search.actor:
        wanted = wanted.where(AuditEntry.actor == search.actor)
    if search.subject:
        wanted = wanted.where(AuditEntry.subject == search.subject)
    if search.subjects is not None:
        wanted = wanted.where(AuditEntry.subject.in_(search.subjects))
    if search.since:
        wanted = wanted.where(AuditEntry.at >= search.since)
    if search.until:
        wanted = wanted.where(AuditEntry.at < search.until)
    if search.reason:
        wanted = wanted.where(AuditEntry.reason.icontains(search.reason, autoescape=True))
    if search.before:
        wanted = wanted.where(AuditEntry.id < search.before)
    rows = db.session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(PAGE + 1)).all()
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return Page(tuple(rows[:PAGE]), more)


def about(subject: str) -> Sequence[AuditEntry]:
    """Everything that was done to one subject (`registration:17`), oldest first."""
    return db.session.scalars(select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id)).all()


def head() -> AuditHead | None:
    """The end of the chain of seals, and what its last check found."""
    return db.session.get(AuditHead, HEAD)
