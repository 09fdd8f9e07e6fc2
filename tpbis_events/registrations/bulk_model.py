"""One act on many registrations: what was asked, and what became of each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, UtcDateTime, words
from tpbis_events.programmes.model import Event


class BulkAct(StrEnum):
    """What can be done to many at once."""

    APPROVE = "approve"
    REJECT = "reject"
    MOVE = "move"
    CANCEL = "cancel"
    TAG = "tag"
    UNTAG = "untag"
    MAIL = "mail"  # begun before messages had a room of their own (messages/); none begins any longer


class Outcome(StrEnum):
    DUE = "due"  # its turn hasn't come yet
    DONE = "done"
    REFUSED = "refused"


class Bulk(Base):
    """One act on many, by one account. `key` is the form's: the same form sent again is this row, and acts no second time."""

    __tablename__ = "bulks"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    act: Mapped[BulkAct] = mapped_column(words(BulkAct))
    asked: Mapped[dict[str, Any]]  # reason, tag, place to move to, subject and text of a mail
    served: Mapped[list[Any]] = mapped_column(default=list)  # references of who got a seat, or the offer of one, by it
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    begun_by: Mapped[str] = mapped_column(String(120))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()


class BulkRow(Base):
    """One registration of it, in the order of `position`; `code` says why it was refused, or how it ended up."""

    __tablename__ = "bulk_rows"
    __table_args__ = (Index("ix_bulk_rows_outcome", "bulk_id", "outcome", "position"),)

    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulks.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(words(Outcome), default=Outcome.DUE)
    code: Mapped[str | None] = mapped_column(String(60))
    facts: Mapped[dict[str, Any] | None]
