"""Signatures drawn on a screen: the strokes of one person's hand on one day, kept encrypted, and how they are read.

Strokes are points of a hand's way over a field of WIDTH by HEIGHT, not a picture: a few hundred bytes that print sharp.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from tpbis_events.foundation.database import Base, Encrypted, UtcDateTime, db

WIDTH, HEIGHT = 1000, 400
MOST_STROKES, MOST_POINTS, FEWEST_POINTS = 200, 4000, 6
LONGEST_TEXT = 60_000  # characters of what a page may send
CONSENT = "2026-11"  # which words she agreed to before she signed
_STANDS = text("replaced_at IS NULL")

Stroke = tuple[tuple[int, int], ...]


class Signature(Base):
    """One drawing. A new one takes the place of the old, whose strokes are emptied at once."""

    __tablename__ = "signatures"
    __table_args__ = (
        Index(
            "uq_signatures_standing",
            "registration_id",
            "day_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    day_id: Mapped[int] = mapped_column(ForeignKey("session_days.id"), index=True)
    strokes: Mapped[str | None] = mapped_column(Encrypted)
    consent: Mapped[str] = mapped_column(String(20))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drawn_by: Mapped[str] = mapped_column(String(120))  # whose device it was drawn on
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def read_strokes(told: str) -> tuple[Stroke, ...] | None:
    """`[[x, y, x, y, ...], ...]` as a page sends it; None for anything else, for too much, and for less than a scribble."""
    if len(told) > LONGEST_TEXT:
        return None
    try:
        lists = json.loads(told)
    except (ValueError, RecursionError):
        return None
    if not isinstance(lists, list) or not 0 < len(lists) <= MOST_STROKES:
        return None
    strokes = [_stroke(each) for each in lists]
    points = sum(len(stroke) for stroke in strokes)
    if not all(strokes) or not FEWEST_POINTS <= points <= MOST_POINTS:
        return None
    return tuple(strokes)


def _stroke(numbers: object) -> Stroke:
    """The points of one stroke; empty when one of them is no point of the field."""
    if not isinstance(numbers, list) or len(numbers) % 2 or not all(type(each) is int for each in numbers):
        return ()
    points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return points if all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points) else ()


def written(strokes: Sequence[Stroke]) -> str:
    """As it is kept: the same lists of numbers, without a blank."""
    return json.dumps([[number for point in stroke for number in point] for stroke in strokes], separators=(",", ":"))


def signatures_of(day_id: int) -> dict[int, tuple[Stroke, ...]]:
    """Registration id -> strokes of those who signed on a screen on a day. One query. For sheets that may show them."""
    rows = db.session.execute(
        select(Signature.registration_id, Signature.strokes).where(
            Signature.day_id == day_id, Signature.replaced_at.is_(None), Signature.strokes.is_not(None)
        )
    )
    return {registration_id: read_strokes(strokes or "") or () for registration_id, strokes in rows}


def signed_moments(day_id: int) -> dict[int, datetime]:
    """Registration id -> when she signed on a screen on a day. One query."""
    rows = db.session.execute(
        select(Signature.registration_id, Signature.drawn_at).where(
            Signature.day_id == day_id, Signature.replaced_at.is_(None), Signature.strokes.is_not(None)
        )
    )
    return {row.registration_id: row.drawn_at for row in rows}
