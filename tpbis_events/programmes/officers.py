"""Who of the national office travels to a session."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base
from tpbis_events.people.model import Account


class SessionOfficer(Base):
    """One officer at one session."""

    __tablename__ = "session_officers"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)
    account: Mapped[Account] = relationship()
