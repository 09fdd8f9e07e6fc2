"""Messages of the office to many, who wants none, and how far reminders have come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, Encrypted, UtcDateTime, words
from tpbis_events.people.model import Account
from tpbis_events.programmes.model import Event, Session


class MessageState(StrEnum):
    """A draft is scheduled, begins by itself and is done; it can be stopped any time before."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class Reached(StrEnum):
    """What became of one recipient."""

    DUE = "due"
    OWED = "owed"  # a mail; the outbox says what became of it
    CALL = "call"  # no address: the office is to tell her
    SKIPPED = "skipped"  # with a code that says why
    WITHDRAWN = "withdrawn"  # stopped before it had gone


class Message(Base):
    """One message to those whom a search of the roster finds, or who were ticked there, when it begins.

    `asked` says whom, as JSON; its words may name a person. `due_at` is when it begins, then when its next piece goes;
    `per_hour` how many go in an hour at most, none: as fast as they can.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # the form's: sent twice it is one message
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("sessions.id"), index=True
    )  # none: of all that the author reaches
    author_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked: Mapped[str | None] = mapped_column(Encrypted)
    subject_id: Mapped[str] = mapped_column(String(120))
    subject_en: Mapped[str] = mapped_column(String(120))
    text_id: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    state: Mapped[MessageState] = mapped_column(words(MessageState), default=MessageState.DRAFT)
    per_hour: Mapped[int | None]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tests: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_by: Mapped[str | None] = mapped_column(String(120))
    stop_code: Mapped[str | None] = mapped_column(String(60))

    event: Mapped[Event] = relationship()
    session: Mapped[Session | None] = relationship()
    author: Mapped[Account] = relationship()


class MessageRow(Base):
    """One recipient of a message, written when it begins."""

    __tablename__ = "message_rows"
    __table_args__ = (Index("ix_message_rows_reached", "message_id", "reached", "registration_id"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True, index=True)
    reached: Mapped[Reached] = mapped_column(words(Reached), default=Reached.DUE)
    code: Mapped[str | None] = mapped_column(String(60))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="SET NULL"), unique=True)


class Unwanted(Base):
    """That somebody wants no more messages of the office in an event; mail that her registration needs still comes."""

    __tablename__ = "unwanted_messages"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class ReminderRound(Base):
    """How far one reminder of one session in one version of its schedule has come; `ended_at` once everybody was reminded."""

    __tablename__ = "reminder_rounds"

    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True)
    schedule: Mapped[int] = mapped_column(primary_key=True)  # the session's calendar_sequence
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_id: Mapped[int] = mapped_column(default=0)  # of the registrations gone through
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
