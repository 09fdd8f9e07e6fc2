"""What somebody is to be told by telephone or WhatsApp because no mail reaches her: a row for each thing, until it is ticked off.

It stands where the mail would: the same transaction that would owe the mail owes the call (letters.py). A mail that failed
becomes one too (messages/call_instead.py).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, UtcDateTime, words
from tpbis_events.registrations.model import Registration


class How(StrEnum):
    """How she was told, or that she can't be."""

    WHATSAPP = "whatsapp"
    TELEPHONE = "telephone"
    OTHERWISE = "otherwise"
    GIVEN_UP = "given_up"


class Call(Base):
    """One row per (registration, kind, version), as mails have it; `mail_id` is the mail that failed, where there was one."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("registration_id", "kind", "version"),
        Index(
            "ix_calls_open",
            "registration_id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    kind: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    facts: Mapped[dict[str, Any]]
    owed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="CASCADE"), unique=True)
    tries: Mapped[int] = mapped_column(default=0)  # in which nobody was reached
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_by: Mapped[str | None] = mapped_column(String(120))
    how: Mapped[How | None] = mapped_column(words(How))
    note: Mapped[str | None] = mapped_column(String(300))

    registration: Mapped[Registration] = relationship()

    @property
    def subject(self) -> str:
        """As the mail about it would have it."""
        return f"registration:{self.registration_id}"
