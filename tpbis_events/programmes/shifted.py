"""An edition on other dates: every day moved by the same number of days, at the same hours on the clocks of its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tpbis_events.places.local_time import at_local, local_date
from tpbis_events.places.working_hours import Holiday, holidays_of_indonesia, is_working_day
from tpbis_events.places.zones import in_zone
from tpbis_events.programmes.model import Event, Session

SAME_WEEKDAY = 364  # 52 weeks: the same weekday next year, a day or two earlier in the calendar
LONGEST_SHIFT = 1500


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on which offices are closed; without a holiday it is a weekend."""

    date: date
    holiday: Holiday | None


@dataclass(frozen=True, slots=True)
class ShiftedSession:
    session: Session
    days: tuple[date, ...]
    off: tuple[DayOff, ...]


def shifted(moment: datetime, days: int, zone: str) -> datetime:
    """The same hour on the clocks of a zone some days later; where they skip it on that day, as much later in time."""
    there = in_zone(moment, zone)
    try:
        return at_local(local_date(moment, zone) + timedelta(days=days), there.time(), zone)
    except ValueError:
        return moment + timedelta(days=days)


def shifted_sessions(event: Event, days: int) -> list[ShiftedSession]:
    """Each session with its new dates, and which of them fall on a weekend or holiday."""
    return [_shifted(session, days) for session in event.sessions]


def days_off(dates: Sequence[date]) -> tuple[DayOff, ...]:
    return tuple(DayOff(day, holidays_of_indonesia().get(day)) for day in dates if not is_working_day(day))


def _shifted(session: Session, days: int) -> ShiftedSession:
    dates = tuple(day.local_date + timedelta(days=days) for day in session.days)
    return ShiftedSession(session, dates, days_off(dates))
