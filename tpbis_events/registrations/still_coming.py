"""Who was asked, after a change of her session, whether she can still come, and what she answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import Base, UtcDateTime, db, words
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.registrations.model import LIVE, Registration, State


class StillComing(Base):
    """One row for each registration that a change concerned; `stood` is her state then, `coming` none until she answers."""

    __tablename__ = "still_coming"

    change_id: Mapped[int] = mapped_column(ForeignKey("session_changes.id"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True, index=True)
    stood: Mapped[State] = mapped_column(words(State, "stood"))
    coming: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(120))
    change: Mapped[SessionChange] = relationship()
    registration: Mapped[Registration] = relationship()


def latest_change(session_id: int) -> int | None:
    """The id of the newest change of a session."""
    return db.session.scalar(select(func.max(SessionChange.id)).where(SessionChange.session_id == session_id))


def question_for(registration: Registration) -> StillComing | None:
    """The question that is open to a person: about the newest change of her session, until it begins, while her
    registration lives. One query.
    """
    session = registration.session
    if registration.state not in LIVE or session.cancelled_at or clock.now() >= session.starts_at:
        return None
    newest = select(func.max(SessionChange.id)).where(SessionChange.session_id == registration.session_id)
    return db.session.scalar(
        select(StillComing)
        .join(StillComing.change)
        .where(
            StillComing.registration_id == registration.id,
            StillComing.change_id == newest.scalar_subquery(),
            SessionChange.tell,
        )
    )
