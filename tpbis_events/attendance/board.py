"""The live board: of the meetings of a day, how many are expected and how many are in. Numbers alone: it hangs in a hall."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, Subquery, cast, func, select
from sqlalchemy.orm import contains_eager

from tpbis_events.attendance.model import Attendance
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Event, Role, Session, SessionDay
from tpbis_events.registrations.model import Registration, State

RECENT = timedelta(minutes=10)
BIN = timedelta(minutes=5)
MOST_BINS = 36  # three hours of arrivals


@dataclass(frozen=True, slots=True)
class Tally:
    """How many have a seat; of those, in; of those, late, online, and in since a few minutes."""

    expected: int = 0
    inside: int = 0
    late: int = 0
    online: int = 0
    recent: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def onsite(self) -> int:
        return self.inside - self.online

    @property
    def missing(self) -> int:
        return max(0, self.expected - self.inside)

    @property
    def percent(self) -> int:
        """In of expected, rounded down: 100 is everybody."""
        return min(100, self.inside * 100 // self.expected) if self.expected else 0


@dataclass(frozen=True, slots=True)
class DayBoard:
    """One session's day."""

    session: Session
    day: SessionDay
    total: Tally
    by_role: tuple[tuple[Role, Tally], ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The days of one date; `before` and `after` are the next dates with sessions either way."""

    event: Event
    on: date
    today: bool
    days: tuple[DayBoard, ...]
    before: date | None
    after: date | None

    @property
    def total(self) -> Tally:
        return sum((each.total for each in self.days), Tally())


def of_event(event_slug: str, asked: date | None, now: datetime, *, by: Actor) -> Board:
    """The sessions within the actor's reach on a date: the one asked for, else today, else the nearest. Five queries.

    Refuses (404) an event without a session in reach.
    """
    days = _days(event_slug, None, by)
    if not days:
        raise NotFound("event.unknown")
    dates = sorted({day.local_date for day in days})
    todays = [day.local_date for day in days if day.local_date == local_date(now, day.session.zone)]
    nearest = todays[0] if todays else min(dates, key=lambda each: abs((each - now.date()).days))
    on = asked if asked in dates else nearest
    shown = [day for day in days if day.local_date == on]
    return Board(
        days[0].session.event,
        on,
        on in todays,
        tuple(_boards(shown, now)),
        max((each for each in dates if each < on), default=None),
        min((each for each in dates if each > on), default=None),
    )


def of_session(event_slug: str, session_slug: str, number: int | None, now: datetime, *, by: Actor) -> DayBoard:
    """One day of a session: the one asked for, else today's, else the last that has begun, else the first. Five queries.

    Refuses (404) one out of reach.
    """
    days = _days(event_slug, session_slug, by)
    if not days:
        raise NotFound("session.unknown")
    today = local_date(now, days[0].session.zone)
    begun = [day for day in days if day.local_date <= today]
    day = next((each for each in days if each.number == number), begun[-1] if begun else days[0])
    return next(iter(_boards([day], now)))


def arrivals(day: SessionDay) -> list[tuple[datetime, int]]:
    """How many came in each five minutes, from the first to the last of them; three hours at most. One query."""
    first = first_check_ins([day.id])
    moments = db.session.scalars(select(first.c.came_at)).all()
    size = BIN.total_seconds()
    counted = Counter(int(at.timestamp() // size) for at in moments)
    if not counted:
        return []
    begin = min(counted)
    bins = range(begin, min(max(counted), begin + MOST_BINS - 1) + 1)
    zero = datetime.fromtimestamp(0, day.starts_at.tzinfo)
    return [(zero + BIN * each, counted[each]) for each in bins]


def counted_in(day_ids: Sequence[int]) -> dict[int, int]:
    """Day id -> how many are in. One query."""
    first = first_check_ins(day_ids)
    rows = db.session.execute(select(first.c.day_id, func.count()).group_by(first.c.day_id))
    return {row.day_id: row[1] for row in rows}


def tallies(days: Sequence[SessionDay], since: datetime | None = None) -> dict[tuple[int, int], Tally]:
    """(day id, role id) -> tally, `recent` from `since` on. Two queries."""
    sessions = {day.session_id for day in days}
    seated = db.session.execute(
        select(Registration.session_id, Registration.role_id, func.count())
        .where(Registration.session_id.in_(sessions), Registration.state == State.SEATED)
        .group_by(Registration.session_id, Registration.role_id)
    )
    expected: dict[int, dict[int, int]] = defaultdict(dict)
    for session_id, role_id, number in seated:
        expected[session_id][role_id] = number
    first = first_check_ins([day.id for day in days])
    recent = func.sum(cast(first.c.came_at >= since, Integer)) if since else func.sum(0)
    inside = db.session.execute(
        select(
            first.c.day_id, first.c.role_id, func.count(), func.sum(first.c.late), func.sum(first.c.online), recent
        ).group_by(first.c.day_id, first.c.role_id)
    )
    came = {(day_id, role_id): numbers for day_id, role_id, *numbers in inside}
    return {
        (day.id, role_id): Tally(number, *(int(n or 0) for n in came.get((day.id, role_id), (0, 0, 0, 0))))
        for day in days
        for role_id, number in expected[day.session_id].items()
    }


def first_check_ins(day_ids: Sequence[int]) -> Subquery:
    """Who is in on which day, once each: since when, whether late (at all that she attended), whether by video alone.

    Those who have a seat in the day's own session count; who was moved or cancelled since isn't expected any longer.
    """
    return (
        select(
            Attendance.day_id,
            Attendance.registration_id,
            Registration.role_id,
            func.min(Attendance.happened_at).label("came_at"),
            func.min(cast(Attendance.late, Integer)).label("late"),
            func.min(cast(Attendance.online, Integer)).label("online"),
        )
        .join(Registration, Registration.id == Attendance.registration_id)
        .join(SessionDay, SessionDay.id == Attendance.day_id)
        .where(
            Attendance.day_id.in_(day_ids),
            Attendance.undone_at.is_(None),
            Registration.state == State.SEATED,
            Registration.session_id == SessionDay.session_id,
        )
        .group_by(Attendance.day_id, Attendance.registration_id, Registration.role_id)
        .subquery()
    )


def _days(event_slug: str, session_slug: str | None, by: Actor) -> list[SessionDay]:
    wanted = (
        select(SessionDay)
        .join(SessionDay.session)
        .join(Session.event)
        .where(Event.slug == event_slug, Session.cancelled_at.is_(None))
        .options(
            contains_eager(SessionDay.session).contains_eager(Session.event),
            contains_eager(SessionDay.session).joinedload(Session.wave),
        )
        .order_by(SessionDay.starts_at, Session.slug)
    )
    if session_slug is not None:
        wanted = wanted.where(Session.slug == session_slug)
    provinces = by.provinces_for(Act.SEE_ROSTER)
    if provinces is not None:
        wanted = wanted.where(Session.province_code.in_(provinces))
    return list(db.session.scalars(wanted))


def _boards(days: Sequence[SessionDay], now: datetime) -> list[DayBoard]:
    counted = tallies(days, now - RECENT)
    roles = {
        role.id: role
        for role in db.session.scalars(select(Role).where(Role.id.in_({role_id for _day, role_id in counted})))
    }
    found = []
    for day in days:
        own = [(roles[role_id], tally) for (day_id, role_id), tally in counted.items() if day_id == day.id]
        own.sort(key=lambda each: (each[0].sort, each[0].id))
        found.append(DayBoard(day.session, day, sum((tally for _role, tally in own), Tally()), tuple(own)))
    return found
