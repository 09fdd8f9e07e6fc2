"""Reads of the whole: events with their totals, and one event, whole or as a matrix of sessions, by waves, and roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Event, Role, Session, Wave
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts


@dataclass(frozen=True, slots=True)
class EventTotals:
    event: Event
    sessions: int
    seats: SeatCounts


@dataclass(frozen=True, slots=True)
class Row:
    """One session: a cell for each role, None where the session doesn't have it."""

    session: Session
    cells: tuple[SeatCounts | None, ...]
    seats: SeatCounts


@dataclass(frozen=True, slots=True)
class WaveRows:
    wave: Wave | None
    rows: tuple[Row, ...]
    seats: SeatCounts


@dataclass(frozen=True, slots=True)
class Matrix:
    event: Event
    roles: tuple[Role, ...]
    waves: tuple[WaveRows, ...]
    columns: tuple[SeatCounts, ...]
    seats: SeatCounts

    @property
    def sessions(self) -> int:
        return sum(len(wave.rows) for wave in self.waves)


def fill(seats: SeatCounts) -> int:
    """How full, in five steps: 0 none taken, 1 under a third, 2 under two thirds, 3 nearly full, 4 full."""
    if not seats.taken:
        return 0
    if seats.taken >= seats.total:
        return 4
    return 1 + 3 * seats.taken // seats.total


def events_of(by: Actor) -> list[EventTotals]:
    """The events where the actor may see a session, newest first, with the totals of her sessions. Four queries."""
    by.require_somewhere(Act.SEE_ROSTER)
    of_event = select(Session.event_id, func.count()).where(_in_reach(by)).group_by(Session.event_id)
    sessions = dict(db.session.execute(of_event).all())
    seats: dict[int, SeatCounts] = {}
    for cell in counts.of_sessions(_in_reach(by)):
        seats[cell.event_id] = seats.get(cell.event_id, SeatCounts()) + cell.counts
    events = db.session.scalars(
        select(Event).options(joinedload(Event.programme)).order_by(Event.registration_opens_at.desc(), Event.id)
    )
    everywhere = by.provinces_for(Act.SEE_ROSTER) is None
    return [
        EventTotals(event, sessions.get(event.id, 0), seats.get(event.id, SeatCounts()))
        for event in events
        if everywhere or event.id in sessions
    ]


def matrix(event_slug: str, *, by: Actor) -> Matrix:
    """The sessions of an event that the actor may see, by waves; 404 when there is none for her. Four queries."""
    by.require_somewhere(Act.SEE_ROSTER)
    event = (
        db.session.scalars(select(Event).where(Event.slug == event_slug).options(joinedload(Event.roles)))
        .unique()
        .one_or_none()
    )
    if event is None:
        raise NotFound("event.unknown")
    sessions = db.session.scalars(
        select(Session).where(Session.event_id == event.id, _in_reach(by)).options(joinedload(Session.wave))
    ).all()
    if not sessions and by.provinces_for(Act.SEE_ROSTER) is not None:
        raise NotFound("actor.out_of_reach", act=Act.SEE_ROSTER.value)
    roles = tuple(event.roles)
    cells = {
        (cell.session_id, cell.role_id): cell.counts
        for cell in counts.of_sessions(Session.event_id == event.id, _in_reach(by))
    }
    rows = [_row(session, roles, cells) for session in sessions]
    columns = tuple(_together(row.cells[at] for row in rows) for at in range(len(roles)))
    return Matrix(event, roles, _by_waves(rows), columns, _together(columns))


def event_of(event_slug: str, *, by: Actor, act: Act) -> Event:
    """An event with its roles and their limits. Refuses one that isn't there or has no session in the actor's reach (404),
    and who may see it but not do this anywhere (403). Three queries.
    """
    event = db.session.scalar(
        select(Event)
        .where(Event.slug == event_slug)
        .options(selectinload(Event.roles).selectinload(Role.limits), joinedload(Event.programme))
    )
    if event is None:
        raise NotFound("event.unknown")
    everywhere = by.provinces_for(Act.SEE_ROSTER) is None
    seen = select(Session.id).where(Session.event_id == event.id, _in_reach(by)).limit(1)
    if not everywhere and db.session.scalar(seen) is None:
        raise NotFound("actor.out_of_reach", act=act.value)
    by.require_somewhere(act)
    return event


def _row(session: Session, roles: tuple[Role, ...], cells: dict[tuple[int, int], SeatCounts]) -> Row:
    own = tuple(cells.get((session.id, role.id)) for role in roles)
    return Row(session, own, _together(own))


def _by_waves(rows: Sequence[Row]) -> tuple[WaveRows, ...]:
    """Sessions without a wave come last; in a wave by day, and on a day from west to east."""

    def number(row: Row) -> int:
        return row.session.wave.number if row.session.wave else 2**31

    def place(row: Row) -> tuple[int, date, str, str]:
        session = row.session
        return number(row), local_date(session.starts_at, session.zone), session.province_code or "", session.slug

    groups = (tuple(group) for _number, group in groupby(sorted(rows, key=place), key=number))
    return tuple(WaveRows(group[0].session.wave, group, _together(row.seats for row in group)) for group in groups)


def _together(parts: Iterable[SeatCounts | None]) -> SeatCounts:
    return sum((part for part in parts if part), SeatCounts())


def _in_reach(by: Actor) -> ColumnElement[bool]:
    provinces = by.provinces_for(Act.SEE_ROSTER)
    return true() if provinces is None else Session.province_code.in_(provinces)
