"""How registrations grew day by day, beside the edition before; days are counted from the first day of the meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, select

from tpbis_events.foundation.database import db
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Event, Session
from tpbis_events.registrations.model import Registration

MOST_ROWS = 45  # of the table of numbers: beyond that it tells every seventh day, or fewer


@dataclass(frozen=True, slots=True)
class Course:
    """One edition: day 0 is that on which its first session begins, -30 is thirty days before; `sums` are cumulated."""

    event: Event
    day_zero: date
    days: tuple[int, ...]
    sums: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.sums[-1] if self.sums else 0

    def at(self, day: int) -> int | None:
        """How many by the end of this day; none before the first and after the last day that it tells of."""
        if not self.days or not self.days[0] <= day <= self.days[-1]:
            return None
        return self.sums[day - self.days[0]]


def courses(editions: Sequence[tuple[Event, Sequence[Session]]], now: datetime) -> list[Course]:
    """The course of each edition over the sessions that are given with it, in their order. One query, whatever the size.

    Everybody who registered counts on the day she did so, also who cancelled later.
    """
    wanted = [(event, sessions) for event, sessions in editions if sessions]
    if not wanted:
        return []
    # Both are counted by the clocks of the first; Indonesia's don't change in the year.
    zone = wanted[0][0].zone
    day = _local_day(zone, now)
    ids = [session.id for _event, sessions in wanted for session in sessions]
    rows: Iterable[Any] = db.session.execute(
        select(Registration.event_id, day.label("day"), func.count())
        .where(Registration.session_id.in_(ids))
        .group_by(Registration.event_id, day)
    )
    new: dict[int, dict[date, int]] = {}
    for event_id, on, number in rows:
        new.setdefault(event_id, {})[date.fromisoformat(on) if isinstance(on, str) else on] = number
    today = local_date(now, zone)
    return [course(event, sessions, new.get(event.id, {}), today) for event, sessions in wanted]


def course(event: Event, sessions: Sequence[Session], new: Mapping[date, int], today: date) -> Course:
    """Cumulate what came new on each day: from the first day that somebody came until today, or until the last session is
    over if that was earlier. Pure.
    """
    zero = min(local_date(session.starts_at, session.zone) for session in sessions)
    if not new:
        return Course(event, zero, (), ())
    last = max(local_date(session.ends_at, session.zone) for session in sessions)
    first, end = min(new), max(*new, min(today, last))
    days, sums, so_far = [], [], 0
    for number in range((end - first).days + 1):
        so_far += new.get(first + timedelta(days=number), 0)
        days.append((first - zero).days + number)
        sums.append(so_far)
    return Course(event, zero, tuple(days), tuple(sums))


def days_to_tell(of: Sequence[Course]) -> list[int]:
    """The days of the table behind the lines: each one, or every so many weeks back from the last, so that it stays readable."""
    told = [day for each in of for day in each.days]
    if not told:
        return []
    first, last = min(told), max(told)
    step = 1
    while (last - first) // step >= MOST_ROWS:
        step = 7 if step == 1 else step * 2
    return sorted({first, *range(last, first, -step)})


def _local_day(zone: str, now: datetime) -> ColumnElement[date]:
    if db.engine.dialect.name == "postgresql":
        return cast(func.timezone(zone, Registration.created_at), Date)
    from tpbis_events.places.zones import in_zone

    offset = in_zone(now, zone).utcoffset() or timedelta()
    return func.date(Registration.created_at, f"{offset // timedelta(minutes=1):+d} minutes")
