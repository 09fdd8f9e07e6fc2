"""The rows of the outbox: mail that is owed, and the pulse of the worker that sends it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, UtcDateTime, words


class MailState(StrEnum):
    DUE = "due"  # to be sent at `due_at`, or again after a temporary failure
    LEASED = "leased"  # a worker is at it until `leased_until`; past that another takes it up
    SENT = "sent"
    FAILED = "failed"  # the server said never; the office sees it and may send again
    HELD = "held"  # more than one address should get by the public's doing; the office lets it go or gives it up
    GIVEN_UP = "given_up"  # by somebody in the office, who may still send it


class Mail(Base):
    """One mail that is owed, with the facts it will be written from. One row per (kind, subject, version)."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "version", name="uq_mails_kind_subject_version"),
        Index("ix_mails_state_due_at_id", "state", "due_at", "id"),  # what is due, in its order
        Index("ix_mails_mailbox_id", "mailbox", "id"),
        Index("ix_mails_subject", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))  # what it is about: `registration:17`
    version: Mapped[int] = mapped_column(default=1)
    recipient: Mapped[str] = mapped_column(String(320))
    mailbox: Mapped[str] = mapped_column(String(320), default="", server_default="")  # outbox/mailbox.py
    by_public: Mapped[bool] = mapped_column(default=False, server_default=false())  # counts in the cap (outbox/cap.py)
    language: Mapped[str] = mapped_column(String(5))
    facts: Mapped[dict[str, Any]]
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[MailState] = mapped_column(words(MailState), default=MailState.DUE)
    owed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_answer: Mapped[str | None] = mapped_column(String(500))
    cause: Mapped[str | None] = mapped_column(String(24))  # why it isn't sent (outbox/causes.py)
    code: Mapped[str | None] = mapped_column(String(24))  # `550 5.1.1`, as the server's answer began
    refused_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the first temporary answer to this mail
    paced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its turn (outbox/pace.py)
    # The organizer's words that it was last begun with; none: the original ones.
    words_id: Mapped[int | None] = mapped_column(ForeignKey("letter_texts.id"))
    words: Mapped[LetterText | None] = relationship()


class LetterText(Base):
    """The words that an organizer gave a kind of mail, in one version; a row never changes, the newest is in force.

    `scope` says whose mails they are for, as the facts of those mails call it (`event:17`). Empty texts: the original words.
    """

    __tablename__ = "letter_texts"
    __table_args__ = (UniqueConstraint("scope", "kind", "version", name="uq_letter_texts_scope_kind_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    subject_id: Mapped[str] = mapped_column(String(200), default="")
    subject_en: Mapped[str] = mapped_column(String(200), default="")
    text_id: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(120))

    @property
    def own(self) -> bool:
        return bool(self.subject_id)


class Pulse(Base):
    """When a worker last said that it lives."""

    __tablename__ = "pulses"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
