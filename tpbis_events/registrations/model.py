"""A registration: a person's request for a seat, and what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, UtcDateTime, words
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Event, Role, Seat, Session


class State(StrEnum):
    SEATED = "seated"
    WAITING = "waiting"
    CANCELLED = "cancelled"


LIVE = (State.SEATED, State.WAITING)
_IS_LIVE = text("state IN ('seated', 'waiting')")


class Registration(Base):
    """The database itself refuses two people in one seat, a seated person without a seat, and a person twice in one event."""

    __tablename__ = "registrations"
    __table_args__ = (
        CheckConstraint("(state = 'seated') = (seat_id IS NOT NULL)", name="seated_has_seat"),
        CheckConstraint("state <> 'waiting' OR queue_number IS NOT NULL", name="waiting_has_number"),
        Index(
            "uq_registrations_live_email",
            "event_id",
            "email_key",
            unique=True,
            sqlite_where=_IS_LIVE,
            postgresql_where=_IS_LIVE,
        ),
        Index(
            "uq_registrations_live_phone",
            "event_id",
            "phone_key",
            unique=True,
            sqlite_where=_IS_LIVE,
            postgresql_where=_IS_LIVE,
        ),
        Index("ix_registrations_quota_id_state", "quota_id", "state", "priority", "queue_number"),
        Index("ix_registrations_session_id_id", "session_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)  # 8 characters, for people to say and type
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id"))
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"))
    quota_id: Mapped[int] = mapped_column(ForeignKey("quotas.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), unique=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seats.id"), unique=True)
    state: Mapped[State] = mapped_column(words(State))
    priority: Mapped[int] = mapped_column(default=0)  # higher is served first
    queue_number: Mapped[int | None]  # drawn from the quota when joining the waiting list
    email_key: Mapped[str | None] = mapped_column(String(540))
    phone_key: Mapped[str | None] = mapped_column(String(240))
    ticket: Mapped[str] = mapped_column(String(20), unique=True)  # what the QR code at the door says
    link_version: Mapped[int] = mapped_column(default=1)  # raised to end all links given out before
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by: Mapped[str | None] = mapped_column(String(120))
    cancel_reason: Mapped[str | None] = mapped_column(String(500))

    person: Mapped[Person] = relationship()
    event: Mapped[Event] = relationship()
    session: Mapped[Session] = relationship()
    role: Mapped[Role] = relationship()
    seat: Mapped[Seat | None] = relationship()


class FormKey(Base):
    """The idempotency key of a form that was sent: the same form sent again is answered by what it made the first time."""

    __tablename__ = "form_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
