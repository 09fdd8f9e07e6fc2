"""The history of a session: what its days, hours and place were, what they became, when, by whom and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, UtcDateTime


class SessionChange(Base):
    """One change; `before` and `after` are whole schedules (`schedule.kept`), `tell` whether people were told by mail."""

    __tablename__ = "session_changes"
    __table_args__ = (Index("ix_session_changes_session_id_id", "session_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(120))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(500))
    tell: Mapped[bool]
