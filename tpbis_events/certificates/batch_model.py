"""Certificates that are issued in the background: what was ordered by whom, and what became of each registration."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, UtcDateTime, words
from tpbis_events.programmes.model import Event, Session


class BatchState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by an organizer, or because who ordered it may not do so any longer (`stop_code`)


class Outcome(StrEnum):
    DUE = "due"  # its turn hasn't come yet
    ISSUED = "issued"
    ALREADY = "already"  # it had one before
    MISSING = "missing"  # it isn't earned; the code names what is missing, as `rules.Need` does
    REFUSED = "refused"  # with the code of the refusal


class CertificateBatch(Base):
    """An order for a session, for a wave, or (with neither) for an edition, in `provinces`: where its registrations are.

    `account_id`: by whose rights; none is the command line. `due_at` is when its next line is done, none once it is over.
    """

    __tablename__ = "certificate_batches"
    __table_args__ = (Index("ix_certificate_batches_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # the form's: sent twice it is one order
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    wave: Mapped[int | None]  # its number: the wave itself may be renumbered or go
    provinces: Mapped[list[Any]] = mapped_column(default=list)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    ordered_by: Mapped[str] = mapped_column(String(120))
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[BatchState] = mapped_column(words(BatchState), default=BatchState.QUEUED)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_by: Mapped[str | None] = mapped_column(String(120))
    stop_code: Mapped[str | None] = mapped_column(String(60))

    event: Mapped[Event] = relationship()
    session: Mapped[Session | None] = relationship()


class CertificateBatchLine(Base):
    """One registration of it, written when it is ordered and ticked off in the transaction that issues. It names nobody."""

    __tablename__ = "certificate_batch_lines"
    __table_args__ = (
        UniqueConstraint("batch_id", "registration_id"),
        Index("ix_certificate_batch_lines_outcome", "batch_id", "outcome", "tries", "position"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("certificate_batches.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(words(Outcome), default=Outcome.DUE)
    code: Mapped[str | None] = mapped_column(String(60))
    facts: Mapped[dict[str, Any] | None]
    tries: Mapped[int] = mapped_column(default=0)  # that ended in a fault of ours
