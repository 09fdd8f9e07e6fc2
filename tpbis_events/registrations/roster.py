"""Reads of the roster: who is registered for a session, or for an event as far as the actor reaches, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Event, Quota, Role, Session
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.registrations.model import LIVE, Registration, State, Tag
from tpbis_events.registrations.search import Search, Sort

PAGE = 50
MOST_AT_ONCE = 5000  # as many as one act takes; counted no further
MOST_TAGS = 100
_ORDERS: dict[Sort, Any] = {
    Sort.NAME: Registration.name_key,
    Sort.ROLE: Registration.role_id,
    Sort.STATE: Registration.state,
    Sort.INSTITUTION: Registration.institution_key,
}


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
class Scope:
    """What a roster is of: the sessions of an event that the actor reaches, or one of them."""

    event: Event
    sessions: tuple[Session, ...]
    roles: tuple[Role, ...]
    one: bool
    whole: bool  # no session of the event is left out

    @property
    def province_code(self) -> str | None:
        """The one province that all of it lies in."""
        codes = {session.province_code for session in self.sessions}
        return codes.pop() if len(codes) == 1 else None

    def holds(self, *, few: bool = False) -> ColumnElement[bool]:
        """The condition on Registration. Where something else names `few`, no index is offered to go through all of it."""
        if self.one:
            return Registration.session_id == self.sessions[0].id
        if self.whole:
            return (Registration.event_id + 0 if few else Registration.event_id) == self.event.id
        return Registration.session_id.in_([session.id for session in self.sessions])


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `previous` and `next` are the ids to go on before and after, None at the ends.

    `number` says how many there are in all, MOST_AT_ONCE + 1 for any more.
    """

    entries: tuple[Entry, ...]
    previous: int | None
    next: int | None
    number: int


def session_of(event_slug: str, session_slug: str, *, by: Actor, act: Act) -> Session:
    """A session with its event, wave, days and roles. Refuses one that isn't there, or out of the actor's reach (404)."""
    session = db.session.scalars(
        select(Session)
        .join(Session.event)
        .where(Event.slug == event_slug, Session.slug == session_slug)
        .options(
            contains_eager(Session.event),
            joinedload(Session.wave),
            joinedload(Session.days),
            selectinload(Session.quotas).joinedload(Quota.role),
        )
    )
    found = session.unique().first()
    if found is None:
        raise NotFound("session.unknown")
    by.require(act, found.province_code)
    return found


def of_session(session: Session) -> Scope:
    roles = sorted((quota.role for quota in session.quotas), key=lambda role: (role.sort, role.id))
    return Scope(session.event, (session,), tuple(roles), one=True, whole=False)


def of_event(event_slug: str, *, by: Actor) -> Scope:
    """The sessions of an event where the actor may see the roster; an event without one isn't there for her. Three queries."""
    event = db.session.scalar(select(Event).where(Event.slug == event_slug))
    if event is None:
        raise NotFound("event.unknown")
    by.require_somewhere(Act.SEE_ROSTER)
    wanted = (
        select(Session).where(Session.event_id == event.id).options(joinedload(Session.wave), joinedload(Session.days))
    )
    found = db.session.scalars(wanted.order_by(Session.starts_at, Session.slug)).unique().all()
    sessions = tuple(session for session in found if by.may(Act.SEE_ROSTER, session.province_code))
    if not sessions:
        raise NotFound("event.unknown")
    roles = db.session.scalars(select(Role).where(Role.event_id == event.id).order_by(Role.sort, Role.id)).all()
    return Scope(event, sessions, tuple(roles), one=False, whole=len(sessions) == len(found))


def roles_of(session: Session) -> tuple[RoleSeats, ...]:
    """The roles that a session has, in their order, with their seats. Two queries."""
    seats = counts.by_role(session.id)
    quotas = sorted(session.quotas, key=lambda quota: (quota.role.sort, quota.role_id))
    return tuple(RoleSeats(quota.role, quota.id, seats.get(quota.role_id, SeatCounts())) for quota in quotas)


def page_of(scope: Scope, search: Search, which: Sequence[ColumnElement[bool]], *, few: bool = False) -> Page:
    """One page of a roster in the order that is asked for. Three queries, however many they are.

    `which` are the conditions of the search (reports/found.py); they name `few`, or leave the order to go by. The key of a
    page is the sort value and the id of the registration at its edge; the address holds the id alone, so that no name gets
    into it.
    """
    key, back = _key(search), bool(search.before)
    wanted = (
        select(Registration, _place())
        .join(Registration.person)
        .where(scope.holds(few=few), *_of_wave(scope, search), *which)
    )
    wanted = wanted.options(
        contains_eager(Registration.person),
        joinedload(Registration.role, innerjoin=True),
        joinedload(Registration.seat),
        selectinload(Registration.tags),
    )
    edge = search.before or search.after
    if edge:
        at = _edge(scope, search.sort, edge)
        wanted = wanted.where(key < at if back else key > at)
    wanted = wanted.order_by(*(column.desc() if back else column for column in _columns(search.sort)))
    rows = db.session.execute(wanted.limit(PAGE + 1)).all()
    more = len(rows) > PAGE
    shown = rows[:PAGE][::-1] if back else rows[:PAGE]
    entries = tuple(Entry(registration, place) for registration, place in shown)
    first, last = (shown[0][0].id, shown[-1][0].id) if shown else (None, None)
    return Page(
        entries,
        previous=first if (more if back else bool(edge)) else None,
        next=last if (True if back else more) else None,
        number=how_many(scope, search, which, few=few),
    )


def how_many(scope: Scope, search: Search, which: Sequence[ColumnElement[bool]], *, few: bool = False) -> int:
    some = ids_query(scope, search, which, few=few).limit(MOST_AT_ONCE + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def ids_of(scope: Scope, search: Search, which: Sequence[ColumnElement[bool]]) -> Sequence[int]:
    """The ids of all who match, in the order of their requests; one more than MOST_AT_ONCE when they are too many."""
    return db.session.scalars(ids_query(scope, search, which).order_by(Registration.id).limit(MOST_AT_ONCE + 1)).all()


def ids_query(scope: Scope, search: Search, which: Sequence[ColumnElement[bool]], *, few: bool = False) -> Select[int]:
    """The same as a statement, for who has more to ask of it."""
    wanted = select(Registration.id).join(Registration.person)
    return wanted.where(scope.holds(few=few), *_of_wave(scope, search), *which)


def ids_of_references(scope: Scope, references: Sequence[str]) -> list[int]:
    """The ids behind references, in their order. Refuses all when one isn't of this scope: a guess is answered like a slip."""
    wanted = select(Registration.reference, Registration.id).where(
        Registration.reference.in_(references), scope.holds()
    )
    found = dict(db.session.execute(wanted).all())
    if len(found) < len(set(references)):
        raise NotFound("registration.unknown")
    return [found[reference] for reference in dict.fromkeys(references)]


def tags_in(scope: Scope) -> list[str]:
    """The tags that registrations of this scope bear. One query."""
    borne = select(Registration.id).where(Registration.id == Tag.registration_id, scope.holds(few=True)).exists()
    return list(db.session.scalars(select(Tag.word).where(borne).distinct().order_by(Tag.word).limit(MOST_TAGS)))


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


def _columns(sort: Sort) -> list[Any]:
    return [_ORDERS[sort], Registration.id] if sort in _ORDERS else [Registration.id]


def _key(search: Search) -> Any:
    return tuple_(*_columns(search.sort)) if search.sort in _ORDERS else Registration.id


def _edge(scope: Scope, sort: Sort, registration_id: int) -> Any:
    """The key of the registration at the edge; of one that isn't in this scope there is none, and the page is empty."""
    if sort not in _ORDERS:
        return literal(registration_id)
    value = select(_ORDERS[sort]).where(Registration.id == registration_id, scope.holds())
    # An alias, so that it isn't taken for the row that it is compared with.
    return tuple_(value.correlate(None).scalar_subquery(), literal(registration_id))


def _of_wave(scope: Scope, search: Search) -> list[ColumnElement[bool]]:
    if not search.wave:
        return []
    ids = [session.id for session in scope.sessions if session.wave and session.wave.number == search.wave]
    return [Registration.session_id.in_(ids)]


def _place() -> ColumnElement[int | None]:
    """The place in line of one who waits; asked for the rows of the page alone."""
    ahead = aliased(Registration)
    number = select(func.count(ahead.id)).where(
        ahead.quota_id == Registration.quota_id,
        ahead.state == State.WAITING,
        or_(
            ahead.priority > Registration.priority,
            and_(ahead.priority == Registration.priority, ahead.queue_number <= Registration.queue_number),
        ),
    )
    return case((Registration.state == State.WAITING, number.scalar_subquery()), else_=None).label("place")
