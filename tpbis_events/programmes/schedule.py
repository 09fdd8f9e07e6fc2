"""When and where a session is, as one value: its zone, its days on the clocks there, its place and the way it is held.

Pure: it knows neither the clock nor the database. A change of a session is a schedule before and a schedule after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from tpbis_events.places.local_time import at_local
from tpbis_events.places.zones import in_zone, is_zone
from tpbis_events.programmes.model import Mode, Session

MOST_DAYS = 14
LONGEST_NAME = 200
LONGEST_URL = 500


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its date and hours on the clocks of the session's zone."""

    date: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Schedule:
    zone: str  # IANA name
    days: tuple[Day, ...]
    city: str
    venue: str = ""
    mode: Mode = Mode.ONSITE
    online_url: str = ""

    @property
    def moments(self) -> list[tuple[datetime, datetime]]:
        """Beginning and end of each day, in UTC. Refuses hours that the clocks of the zone skip with ValueError."""
        return [(at_local(d.date, d.starts, self.zone), at_local(d.date, d.ends, self.zone)) for d in self.days]

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.venue, self.city) if part)


def schedule_of(session: Session) -> Schedule:
    """The schedule that a session has now."""
    days = [
        Day(
            day.local_date,
            in_zone(day.starts_at, session.zone).time(),
            in_zone(day.ends_at, session.zone).time(),
        )
        for day in session.days
    ]
    return Schedule(
        session.zone, tuple(days), session.city, session.venue or "", session.mode, session.online_url or ""
    )


def tidy(schedule: Schedule) -> Schedule:
    """The same with its days in order and no blanks around its words."""
    return Schedule(
        schedule.zone,
        tuple(sorted(schedule.days, key=lambda day: (day.date, day.starts))),
        " ".join(schedule.city.split()),
        " ".join(schedule.venue.split()),
        Mode(schedule.mode),
        schedule.online_url.strip(),
    )


def changed(before: Schedule, after: Schedule) -> tuple[str, ...]:
    """What differs, of `time`, `place` and `mode`. Another zone with the same moments is another time: clocks show it."""
    return tuple(
        name
        for name, differs in (
            ("time", (before.zone, before.days) != (after.zone, after.days)),
            ("place", (before.city, before.venue) != (after.city, after.venue)),
            ("mode", (before.mode, before.online_url) != (after.mode, after.online_url)),
        )
        if differs
    )


def problems(schedule: Schedule, before: Schedule, now: datetime) -> dict[str, str]:
    """What is wrong with a tidy schedule, field -> code; days are `days-0`, `days-1` ... in their order.

    A day that has begun may stay as it is, and no day may be put where it would have begun already.
    """
    found: dict[str, str] = {}
    if not schedule.city:
        found["city"] = "schedule.city_missing"
    for name in ("city", "venue"):
        if len(getattr(schedule, name)) > LONGEST_NAME:
            found[name] = "text.too_long"
    if schedule.online_url and not _is_address(schedule.online_url):
        found["online_url"] = "schedule.address"
    elif schedule.mode is Mode.ONLINE and not schedule.online_url:
        found["online_url"] = "schedule.address_missing"
    if not is_zone(schedule.zone):
        return {**found, "zone": "schedule.zone"}
    if not schedule.days:
        return {**found, "days-0": "schedule.day_missing"}
    if len(schedule.days) > MOST_DAYS:
        return {**found, "days-0": "schedule.too_many_days"}
    kept = _moments_of(before)
    for number, day in enumerate(schedule.days):
        if code := _problem_of(day, schedule, number, kept, now):
            found[f"days-{number}"] = code
    return found


def _problem_of(
    day: Day, schedule: Schedule, number: int, kept: set[tuple[datetime, datetime]], now: datetime
) -> str | None:
    if day.ends <= day.starts:
        return "schedule.end_before_start"
    if day.date in {each.date for each in schedule.days[:number]}:
        return "schedule.days_overlap"
    try:
        starts, ends = at_local(day.date, day.starts, schedule.zone), at_local(day.date, day.ends, schedule.zone)
    except (ValueError, OverflowError):
        return "schedule.hour_skipped"
    return "schedule.day_past" if starts <= now and (starts, ends) not in kept else None


def _moments_of(schedule: Schedule) -> set[tuple[datetime, datetime]]:
    return set(schedule.moments)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    known = parts.scheme in ("http", "https") and bool(parts.hostname)
    return known and len(url) <= LONGEST_URL and not any(c.isspace() for c in url)


def kept(schedule: Schedule) -> dict[str, Any]:
    """A schedule as it is kept in the history: plain JSON, read back by `read`."""
    return {
        "zone": schedule.zone,
        "days": [[day.date.isoformat(), _clock(day.starts), _clock(day.ends)] for day in schedule.days],
        "city": schedule.city,
        "venue": schedule.venue,
        "mode": schedule.mode.value,
        "online_url": schedule.online_url,
    }


def read(kept_as: dict[str, Any]) -> Schedule:
    """The schedule that `kept` wrote."""
    days = tuple(
        Day(date.fromisoformat(day), time.fromisoformat(starts), time.fromisoformat(ends))
        for day, starts, ends in kept_as["days"]
    )
    rest = {name: kept_as[name] for name in ("zone", "city", "venue", "online_url")}
    return Schedule(days=days, mode=Mode(kept_as["mode"]), **rest)


def iso_moments(schedule: Schedule) -> list[list[str]]:
    """The days as mails keep them: beginning and end as ISO text in UTC."""
    return [[start.isoformat(), end.isoformat()] for start, end in schedule.moments]


def _clock(at: time) -> str:
    return at.strftime("%H:%M")
