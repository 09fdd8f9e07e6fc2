"""When a questionnaire can be answered: around each session's own days, on the clocks of its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tpbis_events.places.local_time import at_local
from tpbis_events.places.zones import in_zone
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.questionnaires.model import Anchor, Questionnaire

EARLIEST, LATEST = -60, 120  # days from the day that a window is counted from
_MIDNIGHT, _WHEN_SKIPPED = time(0), time(3)  # somewhere summer time begins at midnight


class When(StrEnum):
    NOT_YET = "not yet"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Window:
    """From its opening on, and no longer from its closing on."""

    opens_at: datetime
    closes_at: datetime

    def until(self, zone: str) -> datetime:
        """The closing as people understand it: the last minute of a day rather than midnight, which belongs to the next."""
        at_midnight = in_zone(self.closes_at, zone).time() == _MIDNIGHT
        return self.closes_at - timedelta(minutes=1) if at_midnight else self.closes_at

    def when(self, now: datetime) -> When:
        if now >= self.closes_at:
            return When.OVER
        return When.OPEN if now >= self.opens_at else When.NOT_YET


def window_of(questionnaire: Questionnaire, session: Session) -> Window:
    """0 days: from the hour at which the day begins, until the hour at which it ends. Any other number: from midnight
    before that date, until midnight after it. A session that was cancelled is over from then on.
    """
    return window(
        questionnaire.opens_from,
        questionnaire.opens_days,
        questionnaire.closes_from,
        questionnaire.closes_days,
        session,
    )


def window(opens_from: Anchor, opens_days: int, closes_from: Anchor, closes_days: int, session: Session) -> Window:
    """The same of plain values."""
    first, last = _anchor(opens_from, session.days), _anchor(closes_from, session.days)
    opens = _midnight(first.local_date, opens_days, session.zone) if opens_days else first.starts_at
    closes = _midnight(last.local_date, closes_days + 1, session.zone) if closes_days else last.ends_at
    if session.cancelled_at:
        closes = min(closes, session.cancelled_at)
    return Window(opens, closes)


def fits(opens_from: Anchor, opens_days: int, closes_from: Anchor, closes_days: int) -> bool:
    """Whether there is time between opening and closing, in a session of one day as in one of several."""
    in_order = (opens_from, closes_from) != (Anchor.LAST_DAY, Anchor.FIRST_DAY)
    return in_order and opens_days <= closes_days


def _anchor(anchor: Anchor, days: Sequence[SessionDay]) -> SessionDay:
    return days[0] if anchor is Anchor.FIRST_DAY else days[-1]


def _midnight(day: date, days: int, zone: str) -> datetime:
    try:
        return at_local(day + timedelta(days=days), _MIDNIGHT, zone)
    except ValueError:
        return at_local(day + timedelta(days=days), _WHEN_SKIPPED, zone)
