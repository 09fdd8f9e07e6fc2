"""Dates and times as the people of a place write them.

Everything here takes the zone and the language as arguments ('id' or 'en') and knows neither the clock nor the reader.
Moments are aware datetimes; a naive one is refused with ValueError. Indonesian writes 08.30, English 08:30, both on a
24-hour clock (EYD V).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from babel.dates import format_date as babel_format_date

from tpbis_events.places.languages import checked_language
from tpbis_events.places.zones import checked_aware, in_zone, zone_info, zone_name

_WITH_WEEKDAY = "EEEE, d MMMM y"
_WITHOUT_WEEKDAY = "d MMMM y"
_EN_DASH = "\N{EN DASH}"


def local_date(at: datetime, zone: str) -> date:
    """Give the calendar date of a moment in a zone: 20.00 UTC is already tomorrow in Jakarta."""
    return in_zone(at, zone).date()


def at_local(day: date, clock: time, zone: str) -> datetime:
    """Give the moment, in UTC, at which the clocks of a zone show this date and time.

    Refuses with ValueError a time that brings a zone of its own, and a time that the clocks skip when summer time
    begins. A time that comes twice when summer time ends is the first of the two.
    """
    if clock.tzinfo is not None:
        raise ValueError("the time has a zone of its own")
    local = datetime.combine(day, clock, tzinfo=zone_info(zone))
    moment = local.astimezone(UTC)
    if in_zone(moment, zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"the clocks of {zone} skip {local:%Y-%m-%d %H:%M}")
    return moment


def format_date(day: date, locale: str) -> str:
    """Write a date with its weekday: "Selasa, 8 Agustus 2023", "Tuesday, 8 August 2023"."""
    return _written(day, _WITH_WEEKDAY, locale)


def format_time(at: datetime, zone: str, locale: str) -> str:
    """Write the time of day in a zone, with the zone's name: "08.30 WIB", "08:30 WIB"."""
    return f"{_clock(at, zone, locale)} {zone_name(zone, at, locale)}"


def format_datetime(at: datetime, zone: str, locale: str) -> str:
    """Write a moment whole: "Selasa, 8 Agustus 2023, 08.30 WIB", "Tuesday, 8 August 2023, 08:30 WIB"."""
    return f"{format_date(local_date(at, zone), locale)}, {format_time(at, zone, locale)}"


def format_hours(start: datetime, end: datetime, zone: str, locale: str) -> str:
    """Write from when to when, with the zone's name once: "08.30–16.00 WIB".

    Refuses an end before its start with ValueError.
    """
    if checked_aware(end).astimezone(UTC) < checked_aware(start).astimezone(UTC):
        raise ValueError("the end lies before the start")
    return f"{_clock(start, zone, locale)}{_EN_DASH}{format_time(end, zone, locale)}"


def format_date_range(dates: Iterable[date], locale: str) -> str:
    """Write the stretch from the first to the last of some dates, without weekdays, naming month and year no more
    often than needed.

    "8 Agustus 2023", "13–17 November 2023", "30 November – 2 Desember 2023", "30 Desember 2023 – 2 Januari 2024".
    The order of the dates does not matter and gaps are not told; no date at all is refused with ValueError.
    """
    days = [_checked_date(each) for each in dates]
    if not days:
        raise ValueError("no dates")
    first, last = min(days), max(days)
    end = _written(last, _WITHOUT_WEEKDAY, locale)
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{_EN_DASH}{end}"
    start = _written(first, "d MMMM" if first.year == last.year else _WITHOUT_WEEKDAY, locale)
    return f"{start} {_EN_DASH} {end}"


def _written(day: date, pattern: str, locale: str) -> str:
    return babel_format_date(_checked_date(day), format=pattern, locale=checked_language(locale))


def _clock(at: datetime, zone: str, locale: str) -> str:
    separator = "." if checked_language(locale) == "id" else ":"
    return in_zone(at, zone).strftime(f"%H{separator}%M")


def _checked_date(day: date) -> date:
    # A datetime is a date to Python; its own date would be the one in UTC, a day early in the mornings of Indonesia.
    if isinstance(day, datetime):
        raise ValueError("a moment, not a date: take local_date(moment, zone) first")
    return day
