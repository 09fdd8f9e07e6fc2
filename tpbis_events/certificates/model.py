"""Certificates: numbered without gaps, versioned, found by an unguessable code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, Encrypted, UtcDateTime
from tpbis_events.registrations.model import Registration


class Series(Base):
    """A series of numbers in a year. This row is the lock that keeps them without gap or double."""

    __tablename__ = "certificate_series"
    __table_args__ = (UniqueConstraint("name", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    last_number: Mapped[int] = mapped_column(default=0)


class Certificate(Base):
    """What was issued, word for word (`facts`; the NIP apart, encrypted), so that the same file can be drawn again."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), unique=True)
    number: Mapped[str] = mapped_column(String(160), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    code: Mapped[str] = mapped_column(String(20), unique=True)  # 100 bits
    facts: Mapped[dict[str, Any]]
    nip: Mapped[str | None] = mapped_column(Encrypted)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[str] = mapped_column(String(120))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoke_reason: Mapped[str | None] = mapped_column(String(500))
    registration: Mapped[Registration] = relationship()
