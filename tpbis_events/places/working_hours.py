"""Working hours: Monday to Friday, 08.00 to 16.00 on the clocks of a place, without holidays and joint leave.

A deadline that an office or a person must keep is counted in these hours, so that nobody loses an offer over a weekend
or over Idulfitri. The holidays are data (`data/holidays.csv`), from the yearly joint decree of three ministers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from types import MappingProxyType

from tpbis_events.places.local_time import at_local, local_date
from tpbis_events.places.tables import rows_of
from tpbis_events.places.zones import checked_aware

OPENS = time(8)
CLOSES = time(16)
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_JOINT_LEAVE = {"holiday": False, "joint leave": True}
# The holidays that keep their date (Keppres 8/2024); they stand for a year whose decree is not in the table.
_SAME_EVERY_YEAR = frozenset({(1, 1), (5, 1), (6, 1), (8, 17), (12, 25)})


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which Indonesia's offices are closed: a national holiday or joint leave (cuti bersama).

    `source` names the decree; it ends in "expected: ..." where somebody still decides the day.
    """

    date: date
    name_id: str
    name_en: str
    is_joint_leave: bool
    source: str


@cache
def holidays_of_indonesia() -> MappingProxyType[date, Holiday]:
    """Give the holidays and joint leave of the years that the table knows, by their date."""
    holidays = (
        Holiday(
            date=date.fromisoformat(row["date"]),
            name_id=row["name_id"],
            name_en=row["name_en"],
            is_joint_leave=_JOINT_LEAVE[row["kind"]],
            source=row["source"],
        )
        for row in rows_of("holidays.csv")
    )
    return MappingProxyType({each.date: each for each in holidays})


@cache
def known_years() -> frozenset[int]:
    """Give the years whose decree is in the table, whole."""
    return frozenset(each.year for each in holidays_of_indonesia())


def is_working_day(day: date, country: str = "ID") -> bool:
    """Say whether offices work on this date: Monday to Friday, neither holiday nor joint leave.

    In a year whose decree isn't in the table only the five holidays that never move are known. Refuses with KeyError
    a country whose holidays nobody has entered, and a moment in place of a date with ValueError.
    """
    if country != "ID":
        raise KeyError(country)
    if isinstance(day, datetime):
        raise ValueError("a moment, not a date: take local_date(moment, zone) first")
    return _works(day, None)


def after(start: datetime, hours: float, zone: str, *, holidays: Collection[date] | None = None) -> datetime:
    """Give the moment, in UTC, at which this many working hours of a zone have passed since `start`.

    `start` may lie outside working hours: then counting begins at the next opening. What ends exactly at 16.00 ends
    that day, not at 08.00 of the next; no hours at all is `start` itself. `holidays` are Indonesia's unless others are
    given. Refuses a naive `start`, and hours below 0 or without end, with ValueError.
    """
    left, works = _length(hours), partial(_works, holidays=holidays)
    moment = checked_aware(start).astimezone(UTC)
    if not left:
        return moment
    day = local_date(moment, zone)
    while True:
        if works(day):
            moment, closing = max(moment, at_local(day, OPENS, zone)), at_local(day, CLOSES, zone)
            if moment + left <= closing:
                return moment + left
            left -= max(closing - moment, timedelta(0))
        day += _ONE_DAY


def before(end: datetime, hours: float, zone: str, *, holidays: Collection[date] | None = None) -> datetime:
    """Give the moment, in UTC, from which this many working hours of a zone are left until `end`.

    The mirror of `after`: what begins exactly at 08.00 begins that day, not at 16.00 of the day before.
    """
    left, works = _length(hours), partial(_works, holidays=holidays)
    moment = checked_aware(end).astimezone(UTC)
    if not left:
        return moment
    day = local_date(moment, zone)
    while True:
        if works(day):
            moment, opening = min(moment, at_local(day, CLOSES, zone)), at_local(day, OPENS, zone)
            if moment - left >= opening:
                return moment - left
            left -= max(moment - opening, timedelta(0))
        day -= _ONE_DAY


def between(start: datetime, end: datetime, zone: str, *, holidays: Collection[date] | None = None) -> timedelta:
    """Give how much working time of a zone lies between two moments: what is left of a deadline. None when `end` comes first."""
    first, last = checked_aware(start).astimezone(UTC), checked_aware(end).astimezone(UTC)
    passed, day = timedelta(0), local_date(first, zone)
    while day <= local_date(last, zone):
        if _works(day, holidays):
            opens, closes = max(first, at_local(day, OPENS, zone)), min(last, at_local(day, CLOSES, zone))
            passed += max(closes - opens, timedelta(0))
        day += _ONE_DAY
    return passed


def _works(day: date, holidays: Collection[date] | None) -> bool:
    if day.weekday() >= _SATURDAY:
        return False
    if holidays is not None:
        return day not in holidays
    if day.year in known_years():
        return day not in holidays_of_indonesia()
    return (day.month, day.day) not in _SAME_EVERY_YEAR


def _length(hours: float) -> timedelta:
    try:
        length = timedelta(hours=hours)
    except OverflowError as endless:
        raise ValueError(f"{hours} hours never end") from endless
    if length < timedelta(0):
        raise ValueError(f"{hours} hours: time is counted from 0")
    return length
