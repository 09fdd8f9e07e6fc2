"""A registration: a person's request for a seat, and what became of it; and the invitations by which some come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, Name, UtcDateTime, words
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Event, Quota, Role, Seat, Session


class State(StrEnum):
    """Where a registration stands; how it may go on is declared in `life.py`."""

    APPLIED = "applied"  # waits for the office's decision
    SEATED = "seated"
    WAITING = "waiting"
    OFFERED = "offered"  # a seat is held for her until she answers, or the offer ends
    LAPSED = "lapsed"
    DECLINED = "declined"
    REJECTED = "rejected"
    SUBSTITUTED = "substituted"  # somebody else came in her place
    CANCELLED = "cancelled"


HOLDING = (State.SEATED, State.OFFERED)
LIVE = (State.APPLIED, State.SEATED, State.WAITING, State.OFFERED)
_IS_LIVE = text("state IN ('applied', 'seated', 'waiting', 'offered')")


class InvitationKind(StrEnum):
    PERSONAL = "personal"
    OFFICE = "office"  # an office's link with several places
    NOMINATION = "nomination"  # a focal point proposes names; the office decides


class Invitation(Base):
    """A link into one role of one session, for so many places until a moment; nominations and reserves go by their order."""

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("places > 0", name="places"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quota_id: Mapped[int] = mapped_column(ForeignKey("quotas.id"), index=True)
    kind: Mapped[InvitationKind] = mapped_column(words(InvitationKind))
    name: Mapped[str] = mapped_column(Name)  # the person, office, agency or country that is invited
    email: Mapped[str | None] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(5))
    places: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(120))

    quota: Mapped[Quota] = relationship()


class Registration(Base):
    """The database itself refuses two people in one seat, a seat of another role or session, who should have a seat and has
    none, who has one and shouldn't, and a person twice in one event.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["quota_id", "session_id", "role_id"],
            ["quotas.id", "quotas.session_id", "quotas.role_id"],
            name="fk_registrations_quota_of_session_and_role",
        ),
        ForeignKeyConstraint(
            ["seat_id", "quota_id"], ["seats.id", "seats.quota_id"], name="fk_registrations_seat_of_quota"
        ),
        CheckConstraint("(state IN ('seated', 'offered')) = (seat_id IS NOT NULL)", name="holder_has_seat"),
        CheckConstraint("(state = 'waiting') = (queue_number IS NOT NULL)", name="waiting_has_number"),
        CheckConstraint("(state = 'offered') = (offer_ends_at IS NOT NULL)", name="offer_has_end"),
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
        # The orders of an event's roster, page by page.
        Index("ix_registrations_event_id_id", "event_id", "id"),
        Index("ix_registrations_event_id_name_key", "event_id", "name_key", "id"),
        Index("ix_registrations_event_id_institution_key", "event_id", "institution_key", "id"),
        Index("ix_registrations_event_id_role_id", "event_id", "role_id", "id"),
        Index("ix_registrations_event_id_state", "event_id", "state", "id"),
        Index("ix_registrations_offer_ends_at", "offer_ends_at"),
        Index("ix_registrations_offer_reminder_at", "offer_reminder_at"),
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
    turn: Mapped[int] = mapped_column(default=1, server_default="1")  # counts its moves: each owes mails of its own
    priority: Mapped[int] = mapped_column(default=0)  # higher is served first
    queue_number: Mapped[int | None]  # drawn from the quota when joining the waiting list
    email_key: Mapped[str | None] = mapped_column(String(540))
    phone_key: Mapped[str | None] = mapped_column(String(240))
    # What the roster is sorted by, from the person's row (keep_order.py): an index can't reach over two tables.
    name_key: Mapped[str] = mapped_column(String(200), default="", server_default="")
    institution_key: Mapped[str] = mapped_column(String(200), default="", server_default="")
    ticket: Mapped[str] = mapped_column(String(20), unique=True)  # what the QR code at the door says
    link_version: Mapped[int] = mapped_column(default=1)  # raised to end all links given out before
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offer_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offer_reminder_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when to remind; none once it was done
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(120))
    end_reason: Mapped[str | None] = mapped_column(String(500))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"), index=True)
    substitute_of_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"), unique=True)

    person: Mapped[Person] = relationship()
    event: Mapped[Event] = relationship()
    session: Mapped[Session] = relationship(foreign_keys=[session_id])
    role: Mapped[Role] = relationship(foreign_keys=[role_id])
    seat: Mapped[Seat | None] = relationship(foreign_keys=[seat_id])
    invitation: Mapped[Invitation | None] = relationship()
    substitute_of: Mapped[Registration | None] = relationship(
        remote_side=[id], foreign_keys=[substitute_of_id], back_populates="substitute"
    )
    tags: Mapped[list[Tag]] = relationship(viewonly=True, order_by="Tag.word")
    substitute: Mapped[Registration | None] = relationship(back_populates="substitute_of", uselist=False)


class Tag(Base):
    """A word that the office put on a registration, to find it again."""

    __tablename__ = "registration_tags"
    __table_args__ = (Index("ix_registration_tags_word", "word", "registration_id"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)


class FormKey(Base):
    """The idempotency key of a form that was sent: the same form sent again is answered by what it made the first time."""

    __tablename__ = "form_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
