"""The audit log: who did what, when, before and after, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, UtcDateTime


class AuditEntry(Base):
    """One act. Rows are only ever added. Personal data is named by field, not copied: a log outlives the erasure of a person."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject"), Index("ix_audit_entries_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(120))  # `account:3`, `participant`, `public`, `worker`
    act: Mapped[str] = mapped_column(String(60))  # `registration.cancelled`
    subject: Mapped[str] = mapped_column(String(80))  # `registration:17`
    province_code: Mapped[str | None] = mapped_column(String(2))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(String(500))
