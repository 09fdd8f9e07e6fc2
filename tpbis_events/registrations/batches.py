"""Batches of registrations that were saved together, so that the form of one that is sent again is answered by what it made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, UtcDateTime, db
from tpbis_events.registrations.model import State


class Batch(Base):
    """One batch: references and states, nothing that a person told. `foreseen`: seats that its preview promised."""

    __tablename__ = "batches"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    rows: Mapped[list[Any]]
    foreseen: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a row; `known` is somebody who was registered for the role before, and for whom nothing was done.

    `place` is the place on the waiting list of one who has just joined it.
    """

    line: int
    reference: str
    state: State
    known: bool = False
    place: int | None = None


@dataclass(frozen=True, slots=True)
class BatchRegistered:
    """`foreseen` is how many new seats the preview promised, where there was one."""

    rows: tuple[Entered, ...]
    foreseen: int | None = None

    def number(self, state: State) -> int:
        return sum(row.state is state and not row.known for row in self.rows)

    @property
    def known(self) -> int:
        return sum(row.known for row in self.rows)

    @property
    def lost_meanwhile(self) -> int:
        """Seats of the preview that others took before it was saved."""
        return max((self.foreseen or 0) - self.number(State.SEATED), 0)


def kept(rows: tuple[Entered, ...]) -> list[Any]:
    """The rows as a batch keeps them."""
    return [[row.line, row.reference, row.state.value, row.known, row.place] for row in rows]


def batch_of(key: str, session_id: int) -> BatchRegistered | None:
    """What a batch made in a session. One query."""
    batch = db.session.scalar(select(Batch).where(Batch.key == key, Batch.session_id == session_id))
    return outcome(batch) if batch else None


def outcome(batch: Batch) -> BatchRegistered:
    rows = (Entered(line, ref, State(state), known, place) for line, ref, state, known, place in batch.rows)
    return BatchRegistered(tuple(rows), batch.foreseen)
