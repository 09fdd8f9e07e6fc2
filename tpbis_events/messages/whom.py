"""Whom a message is for: those whom a search of the roster finds, or who were ticked there, as far as its author reaches.

Asked anew each time: for the preview, when it begins, and for every piece of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.messages.model import Message, Unwanted
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Role, Session
from tpbis_events.registrations import roster
from tpbis_events.registrations.model import LIVE, Registration, State
from tpbis_events.registrations.roster import Scope
from tpbis_events.registrations.search import Search, Sort
from tpbis_events.reports import found

PAGE = 25


@dataclass(frozen=True, slots=True)
class Whom:
    """A search, or the ids of those who were ticked."""

    search: Search = field(default_factory=Search)
    picks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many a message is for: by province of the session, by role, by state; without an address; who wants none."""

    provinces: tuple[tuple[str | None, int], ...]
    roles: tuple[tuple[Role, int], ...]
    states: tuple[tuple[State, int], ...]
    by_phone: int
    unwanted: int

    @property
    def total(self) -> int:
        return sum(number for _state, number in self.states)

    @property
    def by_mail(self) -> int:
        return self.total - self.by_phone


def kept(whom: Whom) -> str:
    """As its row keeps it, to be encrypted: the words of a search may name a person."""
    search = asdict(replace(whom.search, after=0, before=0))
    return json.dumps({"search": search, "picks": whom.picks}, sort_keys=True)


def read(text: str | None) -> Whom:
    told: dict[str, Any] = json.loads(text) if text else {"search": {}, "picks": []}
    known = {each.name for each in fields(Search)}
    search = {name: value for name, value in told["search"].items() if name in known}
    search["sort"] = Sort(search.get("sort", Sort.REQUEST))
    return Whom(Search(**search), tuple(told["picks"]))


def scope_of(event_slug: str, session_slug: str | None, *, by: Actor) -> Scope:
    """The sessions of it where the actor may write to people. Refuses what is out of her reach (404, 403). Three queries."""
    if session_slug is not None:
        return roster.of_session(roster.session_of(event_slug, session_slug, by=by, act=Act.WRITE_MAIL))
    scope = roster.of_event(event_slug, by=by)
    sessions = tuple(each for each in scope.sessions if by.may(Act.WRITE_MAIL, each.province_code))
    if not sessions:
        by.require_somewhere(Act.WRITE_MAIL)
        raise NotFound("event.unknown")
    return replace(scope, sessions=sessions, whole=scope.whole and len(sessions) == len(scope.sessions))


def scope_of_message(message: Message, *, by: Actor) -> Scope:
    return scope_of(message.event.slug, message.session.slug if message.session else None, by=by)


def ids(scope: Scope, whom: Whom, *, by: Actor) -> Select[int]:
    """The ids of all whom it is for, as a statement.

    Who was erased is nobody. Who is no longer registered is meant only when the search asks for that very state.
    """
    which: list[ColumnElement[bool]] = [*found.conditions(whom.search, by=by), Person.full_name != ""]
    if whom.search.state not in {state.value for state in State if state not in LIVE}:
        which.append(Registration.state.in_(LIVE))
    if whom.picks:
        which.append(Registration.id.in_(whom.picks))
    return roster.ids_query(scope, whom.search, which)


def numbers(scope: Scope, whom: Whom, *, by: Actor) -> Numbers:
    """Two queries, however many they are."""
    meant = ids(scope, whom, by=by).subquery()
    rows = db.session.execute(
        select(
            Session.province_code,
            Registration.role_id,
            Registration.state,
            func.count(),
            func.count().filter(Person.email.is_(None)),
            func.count(Unwanted.registration_id),
        )
        .select_from(Registration)
        .join(meant, meant.c.id == Registration.id)
        .join(Registration.person)
        .join(Session, Session.id == Registration.session_id)
        .outerjoin(Unwanted, Unwanted.registration_id == Registration.id)
        .group_by(Session.province_code, Registration.role_id, Registration.state)
    ).all()
    sums: tuple[dict[Any, int], dict[Any, int], dict[Any, int]] = ({}, {}, {})
    for row in rows:
        for each, by_key in zip(row[:3], sums, strict=True):
            by_key[each] = by_key.get(each, 0) + row[3]
    provinces, by_role, states = sums
    roles = db.session.scalars(select(Role).where(Role.id.in_(list(by_role))).order_by(Role.sort, Role.id))
    return Numbers(
        tuple(sorted(provinces.items(), key=lambda each: (-each[1], each[0] or "~"))),
        tuple((role, by_role[role.id]) for role in roles),
        tuple((state, states[state]) for state in State if state in states),
        by_phone=sum(row[4] for row in rows),
        unwanted=sum(row[5] for row in rows),
    )


def page_of(
    scope: Scope, whom: Whom, *, by: Actor, after: int = 0, by_phone: bool = False
) -> tuple[Sequence[Registration], int | None]:
    """Some of them with their persons, in the order of their requests, and the id to go on after. Two queries at most."""
    meant = ids(scope, whom, by=by)
    wanted = select(Registration).join(Registration.person).where(Registration.id.in_(meant), Registration.id > after)
    if by_phone:
        wanted = wanted.where(Person.email.is_(None))
    wanted = wanted.options(contains_eager(Registration.person), joinedload(Registration.role, innerjoin=True))
    rows = db.session.scalars(wanted.order_by(Registration.id).limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def one_of(scope: Scope, whom: Whom, *, by: Actor, reference: str = "") -> Registration | None:
    """One recipient with all that a mail says: by reference, else the first. None when there is none."""
    wanted = select(Registration).where(Registration.id.in_(ids(scope, whom, by=by)))
    if reference:
        wanted = wanted.where(Registration.reference == reference)
    return db.session.scalars(with_facts(wanted).order_by(Registration.id).limit(1)).first()


def with_facts(wanted: Select[Any]) -> Select[Any]:
    """The rows that a mail's facts are read from come along. One more query, for the days."""
    return wanted.options(
        joinedload(Registration.person, innerjoin=True),
        joinedload(Registration.role, innerjoin=True),
        joinedload(Registration.event, innerjoin=True),
        joinedload(Registration.session, innerjoin=True).options(
            joinedload(Session.event, innerjoin=True), selectinload(Session.days)
        ),
    )
