"""Exports that are made in the background: what was ordered, how far it is, and where the file stands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, Encrypted, UtcDateTime, words


class ExportState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"  # a worker is at it until `leased_until`; past that another takes it up
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"  # the file is gone, by time or by its owner


class Export(Base):
    """One order. `asked` is what of (JSON; its search words may name a person), `provinces` and `needs` what the file holds:
    where its rows come from, and the rights that its columns need.
    """

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_state_expires_at", "state", "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    asked: Mapped[str | None] = mapped_column(Encrypted)
    state: Mapped[ExportState] = mapped_column(words(ExportState), default=ExportState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(default=0)  # of the file, in bytes
    provinces: Mapped[list[Any]] = mapped_column(default=list)
    needs: Mapped[list[Any]] = mapped_column(default=list)
    fault: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
