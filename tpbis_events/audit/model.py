"""The audit log: who did what, when, from where, before and after, and why; and the head of the chain that seals it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.audit.origin import Door
from tpbis_events.foundation.database import Base, UtcDateTime, words

_UNSEALED = text("seal_number IS NULL")
HEAD = 1  # the id of the one row of audit_heads


class AuditEntry(Base):
    """One act. Rows are only ever added. Personal data is named by field, not copied: a log outlives the erasure of a person.

    The last two columns are filled in once, when the worker seals the row (seal.py).
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject"),
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_act_id", "act", "id"),
        Index("ix_audit_entries_actor_id", "actor", "id"),
        Index("uq_audit_entries_seal_number", "seal_number", unique=True),
        Index("ix_audit_entries_unsealed", "id", sqlite_where=_UNSEALED, postgresql_where=_UNSEALED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(120))  # `account:3`, `participant`, `public`, `worker`
    act: Mapped[str] = mapped_column(String(60))  # `registration.cancelled`
    subject: Mapped[str] = mapped_column(String(80))  # `registration:17`
    province_code: Mapped[str | None] = mapped_column(String(2))
    door: Mapped[Door | None] = mapped_column(words(Door))
    network: Mapped[str | None] = mapped_column(String(43))  # `203.0.113.0/24`
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    seal_number: Mapped[int | None]  # the order of sealing: 1, 2, 3 without a gap
    seal: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """One row: the last seal, which is also the lock of those who seal, and what the last check of the chain found."""

    __tablename__ = "audit_heads"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    seal: Mapped[str] = mapped_column(String(64), default="")
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_through: Mapped[int] = mapped_column(default=0)  # how far the check that is going on has come
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the last whole check ended
    checked_number: Mapped[int] = mapped_column(default=0)  # how many seals it went through
    fault_number: Mapped[int | None]
    fault: Mapped[str | None] = mapped_column(String(24))
