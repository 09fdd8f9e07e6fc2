"""The codes that a speaker shows: six digits, new every five minutes, and taken until the next one is five minutes old.

They are computed from the app's secret, the day (the item of its agenda), the time and how often they were made anew, so nobody
stores them and to show one changes nothing (decision 32). Pure but for the secret.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app

DIGITS = 6
LIFE = timedelta(minutes=5)
LATE_FOR = timedelta(hours=3)  # so long a code that is past is told from one that never was


@dataclass(frozen=True, slots=True)
class Shown:
    """A code, when the next one takes its place, and until when it is taken."""

    code: str
    next_at: datetime
    taken_until: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """What a code that was typed is: of which item (none: of the day), and whether its time is over."""

    item_id: int | None
    late: bool


def code_now(day_id: int, item_id: int | None, generation: int, now: datetime) -> Shown:
    """The code to show at a moment."""
    window = _window(now)
    next_at = _begins(window + 1)
    return Shown(_code(day_id, item_id, generation, window), next_at, next_at + LIFE)


def read_code(typed: str, day_id: int, item_ids: Sequence[int | None], generation: int, now: datetime) -> Read | None:
    """Which of a day's codes somebody typed, however she parted its digits; none for what is no code of the last hours."""
    digits = "".join(c for c in typed if c.isascii() and c.isdigit())
    if len(digits) != DIGITS:
        return None
    newest = _window(now)
    for back in range(int(LATE_FOR / LIFE)):
        for item_id in item_ids:
            if hmac.compare_digest(digits, _code(day_id, item_id, generation, newest - back)):
                return Read(item_id, late=back > 1)
    return None


def _code(day_id: int, item_id: int | None, generation: int, window: int) -> str:
    key = hashlib.sha256(b"tpbis online code " + str(current_app.config["SECRET_KEY"]).encode()).digest()
    what = f"{day_id}:{item_id or 0}:{generation}:{window}"
    number = int.from_bytes(hmac.digest(key, what.encode(), "sha256")[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def _window(at: datetime) -> int:
    return int(at.timestamp() // LIFE.total_seconds())


def _begins(window: int) -> datetime:
    return datetime.fromtimestamp(window * LIFE.total_seconds(), UTC)
