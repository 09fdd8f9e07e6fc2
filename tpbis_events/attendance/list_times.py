"""Durations and moments as the lists of meeting tools write them, in English and Indonesian. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time

_HOURS = re.compile(r"(\d{1,4})\s*(?:h|hr|hrs|hour|hours|j|jam)\b", re.IGNORECASE)
_MINUTES = re.compile(r"(\d{1,5})\s*(?:m|min|mins|minute|minutes|mnt|menit)\b", re.IGNORECASE)
_SECONDS = re.compile(r"(\d{1,6})\s*(?:s|sec|secs|second|seconds|d|dtk|detik)\b", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?")
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
_MOMENT = re.compile(
    r"(?:(?P<date>\S.*?)[,\sT]+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:\.\d+)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?:Z|\(?(?:GMT|UTC|WIB|WITA|WIT)?\s*(?:[+-][\d:]+)?\)?)",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan feb mar apr may/mei jun jul aug/agu sep oct/okt nov dec/des".split(), start=1
    )
    for name in names.split("/")
}  # fmt: skip


def seconds_of(text: str) -> int | None:
    """`95` (minutes), `1 hr 35 min`, `1h 35m 10s`, `1 jam 35 mnt`, `01:35:10`; none for what is no duration."""
    plain = text.strip()
    if _NUMBER.fullmatch(plain):
        return round(float(plain.replace(",", ".")) * 60)
    if clock := _CLOCK.fullmatch(plain):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    found = [pattern.search(plain) for pattern in (_HOURS, _MINUTES, _SECONDS)]
    if not any(found):
        return None
    return sum(int(each.group(1)) * unit for each, unit in zip(found, (3600, 60, 1), strict=True) if each)


def moment_of(text: str, day: date) -> datetime | None:
    """A moment on the clocks of the list, none when it can't be read or isn't of that day.

    08/09 is in August or in September: the one that falls on the day is meant. A day beside it counts as well, since the
    clocks of the tool may be those of another country.
    """
    found = _MOMENT.fullmatch(" ".join(text[:60].replace("\u202f", " ").split()))
    if found is None:
        return None
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    try:
        at = time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        return None
    dates = list(_dates(found["date"])) if found["date"] else [day]
    near = [each for each in dates if abs((each - day).days) <= 1]
    if not near:
        return None
    return datetime.combine(min(near, key=lambda each: abs((each - day).days)), at)


def _dates(text: str) -> Iterator[date]:
    """The dates that a text may mean."""
    words = re.findall(r"\d+|[A-Za-z]+", text)
    numbers = [int(word) for word in words if word.isdigit() and len(word) <= 4]
    month = next((_MONTHS[word[:3].lower()] for word in words if word[:3].lower() in _MONTHS), None)
    orders: list[tuple[int, int, int]] = []
    if month and len(numbers) == 2:
        one, other = numbers
        orders = [(other, month, one), (one, month, other)]
    elif len(numbers) == 3:
        one, two, three = numbers
        orders = [(one, two, three), (three, one, two), (three, two, one)]
    for year, month, day in orders:
        try:
            yield date(year + 2000 if year < 100 else year, month, day)
        except ValueError:
            continue
