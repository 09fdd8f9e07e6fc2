"""Receipt lists (tanda terima) of a session: who gets how much of what, as finance typed it. Amounts are whole rupiah."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, Name, UtcDateTime, db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session

LARGEST = 1_000_000_000  # rupiah for one person: beyond it, somebody mistyped
MOST_LISTS = 30


class ReceiptList(Base):
    """One kind of payment in one session: what it is for, and the amounts that a new line begins with."""

    __tablename__ = "receipt_lists"
    __table_args__ = (Index("ix_receipt_lists_session_id", "session_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(Name)
    amount: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)  # what a page was made from: an older one isn't taken
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    session: Mapped[Session] = relationship()
    lines: Mapped[list[ReceiptLine]] = relationship(back_populates="list", order_by="ReceiptLine.registration_id")


class ReceiptLine(Base):
    """What one person gets: the amount, and the tax that is kept back of it."""

    __tablename__ = "receipt_lines"
    __table_args__ = (CheckConstraint("tax >= 0 AND tax <= amount", name="tax"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("receipt_lists.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    list: Mapped[ReceiptList] = relationship(back_populates="lines")


def lists_of(session_id: int) -> Sequence[tuple[ReceiptList, int, int]]:
    """The lists of a session with how many people and how much in all. One query."""
    rows = db.session.execute(
        select(ReceiptList, func.count(ReceiptLine.registration_id), func.coalesce(func.sum(ReceiptLine.amount), 0))
        .outerjoin(ReceiptLine, ReceiptLine.list_id == ReceiptList.id)
        .where(ReceiptList.session_id == session_id, ReceiptList.removed_at.is_(None))
        .group_by(ReceiptList.id)
        .order_by(ReceiptList.id)
    )
    return [(row[0], int(row[1]), int(row[2])) for row in rows]


def receipt_list(list_id: int, *, by: Actor) -> ReceiptList:
    """One list. Refuses one that isn't there or out of the actor's reach (404), or that she may not see (403)."""
    found = db.session.get(ReceiptList, list_id, populate_existing=True)
    if found is None or found.removed_at is not None:
        raise NotFound("receipts.unknown")
    by.require(Act.RECEIPTS, found.session.province_code)
    return found
