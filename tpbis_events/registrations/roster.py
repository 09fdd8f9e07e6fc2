"""Reads of the roster: who is registered for a session, found by what an organizer has at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Event, Quota, Role, Session
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.registrations.model import LIVE, Registration, State
from tpbis_events.registrations.rules import name_key

PAGE = 50
SHORTEST_PHONE = 4  # fewer digits than these are found in every number


@dataclass(frozen=True, slots=True)
class Search:
    """What to show: words to look for, a role's slug, a state, who has no e-mail address, and the id after which to go on."""

    words: str = ""
    role: str = ""
    state: str = ""
    no_email: bool = False
    after: int = 0


@dataclass(frozen=True, slots=True)
class RoleSeats:
    role: Role
    quota_id: int
    seats: SeatCounts


@dataclass(frozen=True, slots=True)
class Entry:
    """One registration with its person, role and seat; `place` is the place in line of one who waits."""

    registration: Registration
    place: int | None


@dataclass(frozen=True, slots=True)
class Roster:
    session: Session
    roles: tuple[RoleSeats, ...]
    entries: tuple[Entry, ...]
    next_after: int | None  # the id to go on after; None on the last page


def session_of(event_slug: str, session_slug: str, *, by: Actor, act: Act) -> Session:
    """A session with its event, wave, days and roles. Refuses one that isn't there, or out of the actor's reach (404)."""
    session = db.session.scalar(
        select(Session)
        .join(Session.event)
        .where(Event.slug == event_slug, Session.slug == session_slug)
        .options(
            contains_eager(Session.event),
            joinedload(Session.wave),
            selectinload(Session.days),
            selectinload(Session.quotas).joinedload(Quota.role),
        )
    )
    if session is None:
        raise NotFound("session.unknown")
    by.require(act, session.province_code)
    return session


def roles_of(session: Session) -> tuple[RoleSeats, ...]:
    """The roles that a session has, in their order, with their seats. Two queries."""
    seats = counts.by_role(session.id)
    quotas = sorted(session.quotas, key=lambda quota: (quota.role.sort, quota.role_id))
    return tuple(RoleSeats(quota.role, quota.id, seats.get(quota.role_id, SeatCounts())) for quota in quotas)


def roster(event_slug: str, session_slug: str, search: Search, *, by: Actor) -> Roster:
    """One page of a session's registrations, in the order of their requests. Six queries, however many they are."""
    session = session_of(event_slug, session_slug, by=by, act=Act.SEE_ROSTER)
    waits = _places(session.id)
    rows = db.session.execute(
        select(Registration, waits.c.place)
        .join(Registration.person)
        .join(Registration.role)
        .outerjoin(waits, waits.c.id == Registration.id)
        .where(Registration.session_id == session.id, Registration.id > search.after, *_filters(search))
        .options(
            joinedload(Registration.person, innerjoin=True),
            joinedload(Registration.role, innerjoin=True),
            joinedload(Registration.seat),
        )
        .order_by(Registration.id)
        .limit(PAGE + 1)
    ).all()
    entries = tuple(Entry(registration, place) for registration, place in rows[:PAGE])
    more = entries[-1].registration.id if len(rows) > PAGE else None
    return Roster(session, roles_of(session), entries, more)


def live_of(session_id: int) -> tuple[dict[State, int], int]:
    """The live registrations of a session by state, and how many of them no mail reaches. One query."""
    unreached = func.count().filter(Person.email.is_(None))
    rows = db.session.execute(
        select(Registration.state, func.count(), unreached)
        .join(Registration.person)
        .where(Registration.session_id == session_id, Registration.state.in_(LIVE))
        .group_by(Registration.state)
    ).all()
    return {state: number for state, number, _unreached in rows}, sum(row[2] for row in rows)


def people_of(references: Sequence[str]) -> list[Registration]:
    """The registrations behind references with their persons, in the references' order. For an act's answer to who did it."""
    if not references:
        return []
    wanted = select(Registration).where(Registration.reference.in_(references))
    found = db.session.scalars(wanted.options(joinedload(Registration.person, innerjoin=True)))
    rows = {row.reference: row for row in found}
    return [rows[reference] for reference in references]


def _places(session_id: int) -> Subquery:
    """Who waits in a session, each with the place in her line."""
    place = func.row_number().over(
        partition_by=Registration.quota_id, order_by=(Registration.priority.desc(), Registration.queue_number)
    )
    waiting = (Registration.session_id == session_id, Registration.state == State.WAITING)
    return select(Registration.id, place.label("place")).where(*waiting).subquery()


def _filters(search: Search) -> list[ColumnElement[bool]]:
    filters = []
    if search.role:
        filters.append(Role.slug == search.role)
    if search.state in set(State):
        filters.append(Registration.state == State(search.state))
    if search.no_email:
        filters.append(Person.email.is_(None))
    if words := search.words.strip()[:200]:
        filters.append(_matches(words))
    return filters


def _matches(words: str) -> ColumnElement[bool]:
    """Any of: all words in the name (without accents), part of the e-mail address or institution, phone digits, the reference."""
    found: list[ColumnElement[bool]] = [
        Person.email.icontains(words, autoescape=True),
        Person.institution.icontains(words, autoescape=True),
    ]
    if in_name := [Person.name_key.contains(word, autoescape=True) for word in name_key(words).split()]:
        found.append(and_(*in_name))
    digits = "".join(c for c in words if c.isascii() and c.isdigit())
    number = digits.lstrip("0")  # 0812... is kept as +62812...
    if number and len(digits) >= SHORTEST_PHONE and not any(c.isalpha() for c in words):
        found.append(Person.phone.contains(number))
    if reference := read_back(words):
        found.append(Registration.reference == reference)
    return or_(*found)
