"""Reads of who applied and waits for the office's decision, with the seats that are free for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, Row, func, select, true, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Role, Session
from tpbis_events.registrations import counts, overview
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.registrations.model import Registration, State

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which applications to show: those of a session, of a role (slugs), and the id after which to go on."""

    session: str = ""
    role: str = ""
    after: int = 0

    def fits(self, session: Session, role: Role) -> bool:
        return self.session in ("", session.slug) and self.role in ("", role.slug)


@dataclass(frozen=True, slots=True)
class Group:
    """Those who applied for one role of one session, oldest first; on this page, which may begin or end inside a group."""

    session: Session
    role: Role
    seats: SeatCounts
    applied: tuple[Registration, ...]


@dataclass(frozen=True, slots=True)
class Applications:
    event: Event
    groups: tuple[Group, ...]
    total: int  # that fit what is wanted, on all pages
    sessions: tuple[tuple[Session, int], ...]  # where somebody applied, with how many
    roles: tuple[tuple[Role, int], ...]
    next_after: int | None


def applications(event_slug: str, wanted: Wanted, *, by: Actor) -> Applications:
    """One page of those who applied in the actor's reach, by session and role, oldest first.

    Refuses an event that isn't there or where nothing is in her reach (404). Six queries, however many applied.
    """
    event = overview.event_of(event_slug, by=by, act=Act.DECIDE)
    in_reach = (Registration.event_id == event.id, Registration.state == State.APPLIED, _in_reach(by))
    numbers = _numbers(in_reach)
    rows = _page(in_reach, wanted)
    seats = _seats(rows[:PAGE])
    groups = groupby(rows[:PAGE], key=lambda row: (row.session, row.role))
    return Applications(
        event,
        tuple(
            Group(session, role, seats.get((session.id, role.id), SeatCounts()), tuple(applied))
            for (session, role), applied in groups
        ),
        sum(number for session, role, number in numbers if wanted.fits(session, role)),
        tuple((key, sum(row[2] for row in rows)) for key, rows in groupby(numbers, key=lambda row: row[0])),
        _by_role(numbers),
        rows[PAGE - 1].id if len(rows) > PAGE else None,
    )


def ids_of(references: Sequence[str]) -> list[int]:
    """The ids behind references; one that nobody has is left out. The command asks for right and province."""
    return list(db.session.scalars(select(Registration.id).where(Registration.reference.in_(references))))


_ORDER = (Session.starts_at, Session.id, Role.sort, Role.id, Registration.id)


def _page(in_reach: Sequence[ColumnElement[bool]], wanted: Wanted) -> Sequence[Registration]:
    query = (
        select(Registration)
        .join(Registration.session)
        .join(Registration.role)
        .join(Registration.person)
        .where(*in_reach)
        .options(
            contains_eager(Registration.session),
            contains_eager(Registration.role),
            contains_eager(Registration.person),
            joinedload(Registration.invitation),
        )
        .order_by(*_ORDER)
        .limit(PAGE + 1)
    )
    if wanted.session:
        query = query.where(Session.slug == wanted.session)
    if wanted.role:
        query = query.where(Role.slug == wanted.role)
    if wanted.after:
        last = select(*_ORDER).join(Registration.session).join(Registration.role).where(Registration.id == wanted.after)
        query = query.where(tuple_(*_ORDER) > last.scalar_subquery())
    return db.session.scalars(query).all()


def _seats(rows: Sequence[Registration]) -> dict[tuple[int, int], SeatCounts]:
    sessions = {row.session_id for row in rows}
    if not sessions:
        return {}
    return {(row.session_id, row.role_id): row.counts for row in counts.of_sessions(Session.id.in_(sessions))}


def _numbers(in_reach: Sequence[ColumnElement[bool]]) -> Sequence[Row[Session, Role, int]]:
    """How many applied for each role of each session."""
    return db.session.execute(
        select(Session, Role, func.count())
        .select_from(Registration)
        .join(Registration.session)
        .join(Registration.role)
        .where(*in_reach)
        .group_by(Session.id, Role.id)
        .order_by(*_ORDER[:-1])
    ).all()


def _by_role(numbers: Sequence[Row[Session, Role, int]]) -> tuple[tuple[Role, int], ...]:
    sums: dict[Role, int] = {}
    for _session, role, number in sorted(numbers, key=lambda row: (row[1].sort, row[1].id)):
        sums[role] = sums.get(role, 0) + number
    return tuple(sums.items())


def _in_reach(by: Actor) -> ColumnElement[bool]:
    provinces = by.provinces_for(Act.DECIDE)
    return true() if provinces is None else Session.province_code.in_(provinces)
