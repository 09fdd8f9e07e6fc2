"""Attendance: a registration was there on a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, UtcDateTime

_STANDS = text("undone_at IS NULL")


class Attendance(Base):
    """One standing row per registration and day; an undone one stays as history."""

    __tablename__ = "attendances"
    __table_args__ = (
        Index(
            "uq_attendances_standing",
            "registration_id",
            "day_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id"), index=True)
    checked_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_in_by: Mapped[str] = mapped_column(String(120))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(120))
    undo_reason: Mapped[str | None] = mapped_column(String(500))
