"""What is on paper of a day: its numbered sheet, each printing with its rows, what was keyed back, photographs, agreement.

A printing keeps which registration stands in which row, so that "1-12, 14" means the same people as on that piece of paper,
whoever registered or cancelled since.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tpbis_events.foundation.database import Base, UtcDateTime, words
from tpbis_events.programmes.model import Session, SessionDay

CODE_LENGTH = 8
_STANDS = text("taken_back_at IS NULL")


class Print(StrEnum):
    """What was printed."""

    SHEET = "sheet"
    BADGE = "badge"
    DESK = "desk"


class Order(StrEnum):
    """How the rows of a sheet are ordered."""

    ROLE = "role"
    NAME = "name"


class Side(StrEnum):
    """Where somebody is who isn't on the other side."""

    PAPER = "paper"
    SCREEN = "screen"


class AttendanceSheet(Base):
    """The sheet of one day: its number is given once. A day that a change of date takes away leaves the number behind.

    `agreed_state` is the fingerprint of paper and screen when somebody said that they agree.
    """

    __tablename__ = "attendance_sheets"
    __table_args__ = (UniqueConstraint("event_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    day_id: Mapped[int | None] = mapped_column(ForeignKey("session_days.id", ondelete="SET NULL"), unique=True)
    ordinal: Mapped[int]
    number: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agreed_by: Mapped[str | None] = mapped_column(String(120))
    agreed_state: Mapped[str | None] = mapped_column(String(64))
    session: Mapped[Session] = relationship()
    day: Mapped[SessionDay | None] = relationship()


class Printing(Base):
    """One printing: of a sheet (with its own code and blank rows), of badges, of desk signs. `rows`: registrations in order."""

    __tablename__ = "printings"
    __table_args__ = (Index("ix_printings_session_id_kind", "session_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Print] = mapped_column(words(Print))
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_sheets.id", ondelete="CASCADE"), index=True)
    code: Mapped[str | None] = mapped_column(String(CODE_LENGTH), unique=True)
    row_order: Mapped[Order | None] = mapped_column(words(Order, "row_order"))
    blank_rows: Mapped[int] = mapped_column(default=0)
    rows: Mapped[list[Any]]
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed_by: Mapped[str] = mapped_column(String(120))
    sheet: Mapped[AttendanceSheet | None] = relationship()


class PaperMark(Base):
    """The paper says that she was there: keyed back from a row of a printing. One stands for each registration and day."""

    __tablename__ = "paper_marks"
    __table_args__ = (
        Index(
            "uq_paper_marks_standing",
            "day_id",
            "registration_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    printing_id: Mapped[int] = mapped_column(ForeignKey("printings.id"), index=True)
    row: Mapped[int]  # its number on the paper
    keyed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    keyed_by: Mapped[str] = mapped_column(String(120))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by: Mapped[str | None] = mapped_column(String(120))


class LeftDifference(Base):
    """A difference between paper and screen that somebody looked at and left, with the reason. It holds for that side alone."""

    __tablename__ = "left_differences"
    __table_args__ = (UniqueConstraint("day_id", "registration_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    side: Mapped[Side] = mapped_column(words(Side))
    reason: Mapped[str] = mapped_column(String(500))
    left_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_by: Mapped[str] = mapped_column(String(120))


class SheetPhoto(Base):
    """A photograph or scan of a signed sheet. Never deleted by hand: one that was wrong is withdrawn, with the reason.

    `received_hash` is the SHA-256 of the file as it was handed in, `kept_hash` that of what is kept (decision 28).
    `key` names the file; none once its time is over.
    """

    __tablename__ = "sheet_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id"), index=True)
    printing_id: Mapped[int] = mapped_column(ForeignKey("printings.id"), index=True)
    key: Mapped[str | None] = mapped_column(String(43), unique=True)
    kind: Mapped[str] = mapped_column(String(8))  # jpg, pdf
    size: Mapped[int]
    width: Mapped[int | None]  # of a picture, in pixels
    height: Mapped[int | None]
    received_hash: Mapped[str] = mapped_column(String(64))
    kept_hash: Mapped[str] = mapped_column(String(64))
    attached_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attached_by: Mapped[str] = mapped_column(String(120))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(120))
    withdraw_reason: Mapped[str | None] = mapped_column(String(500))
