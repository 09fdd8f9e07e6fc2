"""What is wrong with a plan of waves, by name. Pure: plain facts in, conflicts out; the numbers are data of the event.

A wave has so many provinces and a window of dates; a session lies in the window of its wave, on working days; an officer
travels to one place at a time and needs a day between two groups of islands; a province is met once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Any

from tpbis_events.places.provinces import is_province, province
from tpbis_events.places.working_hours import holidays_of_indonesia, is_working_day, known_years

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class Conflict(StrEnum):
    WAVE_SMALL = "wave small"
    WAVE_LARGE = "wave large"
    NO_WAVE = "no wave"
    OUTSIDE_WINDOW = "outside window"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    YEAR_UNKNOWN = "year unknown"  # its holidays aren't decreed yet, or nobody has entered them
    OFFICER_TWICE = "officer twice"
    OFFICER_FAR = "officer far"
    PROVINCE_TWICE = "province twice"
    PROVINCE_MISSING = "province missing"


# What only needs a look; everything else needs another plan.
NOTES = frozenset({Conflict.YEAR_UNKNOWN, Conflict.OFFICER_FAR})


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as the rules see it; `wave` is a number, officers are ids, `event_id` tells other editions apart."""

    id: int
    event_id: int
    province_code: str | None
    wave: int | None
    days: tuple[date, ...]
    officers: tuple[int, ...] = ()

    @property
    def region(self) -> str:
        code = self.province_code
        return province(code).region if code and is_province(code) else ""


@dataclass(frozen=True, slots=True)
class Window:
    """A wave and its dates; without a date it is open on that side."""

    number: int
    starts_on: date | None = None
    ends_on: date | None = None

    def holds(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Found:
    """One conflict: the sessions it is about, the wave where it is one's, and what its sentence needs."""

    conflict: Conflict
    sessions: tuple[int, ...] = ()
    wave: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def only_a_note(self) -> bool:
        return self.conflict in NOTES


def conflicts(
    meetings: Sequence[Meeting],
    windows: Sequence[Window],
    *,
    smallest: int | None = None,
    largest: int | None = None,
    expected: Collection[str] = (),
) -> list[Found]:
    """Everything that is wrong with an edition's plan. `expected` are the provinces that should be there, by code.

    In an event without waves nobody misses one, and none is too small.
    """
    found = _of_waves(meetings, windows, smallest, largest) if windows else []
    found += _of_provinces(meetings, expected)
    found += of_days(meetings)
    return found + of_officers(meetings)


def of_days(meetings: Iterable[Meeting]) -> list[Found]:
    """Weekends and national holidays, each day of each session; and the years whose holidays nobody knows, once each."""
    found: list[Found] = []
    unknown: dict[int, list[int]] = defaultdict(list)
    for meeting in meetings:
        for day in meeting.days:
            holiday = holidays_of_indonesia().get(day)
            if holiday or (day.weekday() < _SATURDAY and not is_working_day(day)):
                facts = {"date": day, "holiday": holiday}
                found.append(Found(Conflict.HOLIDAY, (meeting.id,), meeting.wave, facts))
            elif day.weekday() >= _SATURDAY:
                found.append(Found(Conflict.WEEKEND, (meeting.id,), meeting.wave, {"date": day}))
            if day.year not in known_years() and meeting.id not in unknown[day.year]:
                unknown[day.year].append(meeting.id)
    return found + [
        Found(Conflict.YEAR_UNKNOWN, tuple(ids), None, {"year": year}) for year, ids in sorted(unknown.items())
    ]


def of_officers(meetings: Sequence[Meeting]) -> list[Found]:
    """An officer in two places on one day, or on two days in a row on two groups of islands."""
    by_officer = defaultdict(list)
    for meeting in meetings:
        for officer in meeting.officers:
            by_officer[officer].append(meeting)
    found = []
    for officer, theirs in sorted(by_officer.items()):
        for one, other in combinations(sorted(theirs, key=lambda each: (each.days, each.id)), 2):
            both = tuple(sorted(set(one.days) & set(other.days)))
            facts = {"officer": officer}
            if both:
                found.append(Found(Conflict.OFFICER_TWICE, (one.id, other.id), None, {**facts, "date": both[0]}))
            elif one.region != other.region and _follow(one, other):
                found.append(Found(Conflict.OFFICER_FAR, (one.id, other.id), None, facts))
    return found


def _follow(one: Meeting, other: Meeting) -> bool:
    return any(abs(day - next_) == _ONE_DAY for day in one.days for next_ in other.days)


def _of_waves(
    meetings: Sequence[Meeting], windows: Sequence[Window], smallest: int | None, largest: int | None
) -> list[Found]:
    found = []
    by_wave = defaultdict(list)
    for meeting in meetings:
        by_wave[meeting.wave].append(meeting)
    for window in windows:
        number = len(by_wave[window.number])
        facts = {"number": number, "smallest": smallest, "largest": largest}
        if smallest is not None and number < smallest:
            found.append(Found(Conflict.WAVE_SMALL, (), window.number, facts))
        if largest is not None and number > largest:
            found.append(Found(Conflict.WAVE_LARGE, (), window.number, facts))
        found += [
            Found(
                Conflict.OUTSIDE_WINDOW,
                (meeting.id,),
                window.number,
                {"date": outside, "starts_on": window.starts_on, "ends_on": window.ends_on},
            )
            for meeting in by_wave[window.number]
            if (outside := outside_of(meeting.days, window))
        ]
    return found + [Found(Conflict.NO_WAVE, (meeting.id,)) for meeting in by_wave[None]]


def outside_of(days: Iterable[date], window: Window) -> date | None:
    """The first day that the window doesn't hold."""
    return next((day for day in days if not window.holds(day)), None)


def _of_provinces(meetings: Sequence[Meeting], expected: Collection[str]) -> list[Found]:
    by_province = defaultdict(list)
    for meeting in meetings:
        if meeting.province_code:
            by_province[meeting.province_code].append(meeting.id)
    found = [
        Found(Conflict.PROVINCE_TWICE, tuple(ids), None, {"province": code, "number": len(ids)})
        for code, ids in sorted(by_province.items())
        if len(ids) > 1
    ]
    missing = sorted(set(expected) - set(by_province))
    return found + [Found(Conflict.PROVINCE_MISSING, (), None, {"province": code}) for code in missing]
