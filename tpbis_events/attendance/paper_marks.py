"""Who signed on paper, as it was keyed back: the marks that stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tpbis_events.attendance.papers import PaperMark, Printing
from tpbis_events.foundation.database import db


@dataclass(frozen=True, slots=True)
class Marked:
    """Where she signed, when that was keyed in, and by whom (`account:3`)."""

    printing_id: int
    code: str
    row: int
    keyed_at: datetime
    keyed_by: str


def marked_rows(day_id: int) -> dict[int, Marked]:
    """Registration id -> where she signed on a day. One query."""
    rows = db.session.execute(
        select(
            PaperMark.registration_id,
            PaperMark.printing_id,
            Printing.code,
            PaperMark.row,
            PaperMark.keyed_at,
            PaperMark.keyed_by,
        )
        .join(Printing, Printing.id == PaperMark.printing_id)
        .where(PaperMark.day_id == day_id, PaperMark.taken_back_at.is_(None))
    )
    return {row[0]: Marked(row[1], row[2] or "", row[3], row[4], row[5]) for row in rows}
