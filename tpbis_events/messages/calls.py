"""Who is to be told by telephone, and what: the list of an event or one of its sessions, one person's lines, and how many.

A line stands until somebody ticks it off, as long as there is a use in telling it: an offer only while it is open, a seat only
while it is hers, everything until a month after the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Session
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.model import LIVE, Registration, State

PAGE = 50
USEFUL_AFTER_SESSION = timedelta(days=30)
# Of what is told only while she stands so; every other kind is told in any state.
ONLY_WHILE: dict[tuple[State, ...], tuple[str, ...]] = {
    (State.APPLIED,): ("applied",),
    (State.SEATED,): ("confirmation", "approved", "seated", "reminder"),
    (State.WAITING,): ("waiting",),
    (State.OFFERED,): ("offer", "offer_reminder"),
    LIVE: ("moved", "rescheduled"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines in the order in which they came, and the id to go on after; `number` of all."""

    calls: Sequence[Call]
    next_after: int | None
    number: int


@dataclass(frozen=True, slots=True)
class ToTell:
    """How many lines an event has that somebody must be told."""

    event: Event
    number: int


def still_useful() -> ColumnElement[bool]:
    """The condition on Call joined with Registration and Session."""
    tied = [kind for kinds in ONLY_WHILE.values() for kind in kinds]
    stands = [and_(Call.kind.in_(kinds), Registration.state.in_(states)) for states, kinds in ONLY_WHILE.items()]
    return and_(
        Call.told_at.is_(None),
        Session.ends_at > clock.now() - USEFUL_AFTER_SESSION,
        or_(Call.kind.not_in(tied), *stands),
    )


def page_of(event_id: int, *, by: Actor, session_id: int | None = None, kind: str = "", after: int = 0) -> Page:
    """Those of an event, of the provinces where the actor may tell people. Two queries."""
    by.require_somewhere(Act.TELL)
    which = _of(event_id, session_id, kind, by)
    wanted = select(Call).join(Call.registration).join(Registration.session).join(Registration.person).where(*which)
    rows = db.session.scalars(
        wanted.where(Call.id > after)
        .options(
            contains_eager(Call.registration).options(
                contains_eager(Registration.person),
                contains_eager(Registration.session),
                joinedload(Registration.role, innerjoin=True),
            )
        )
        .order_by(Call.id)
        .limit(PAGE + 1)
    ).all()
    counted = select(func.count(Call.id)).join(Call.registration).join(Registration.session).where(*which)
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None, db.session.scalar(counted) or 0)


def numbers(*, by: Actor) -> list[ToTell]:
    """Of every event how many lines are open, as far as the actor may tell people. One query; none for who may not."""
    if not by.may_somewhere(Act.TELL):
        return []
    rows = db.session.execute(
        select(Event, func.count(Call.id))
        .join(Registration, Registration.event_id == Event.id)
        .join(Call, Call.registration_id == Registration.id)
        .join(Session, Session.id == Registration.session_id)
        .where(still_useful(), *_within(by))
        .group_by(Event.id)
        .order_by(Event.registration_opens_at.desc())
    ).all()
    return [ToTell(event, number) for event, number in rows]


def number_of(event_id: int, *, by: Actor, session_id: int | None = None, kind: str = "") -> int:
    """The same of one event, or one of its sessions, or of one kind. One query; none for who may not tell."""
    if not by.may_somewhere(Act.TELL):
        return 0
    which = _of(event_id, session_id, kind, by)
    wanted = select(func.count(Call.id)).join(Call.registration).join(Registration.session)
    return db.session.scalar(wanted.where(*which)) or 0


def call_of(call_id: int, *, by: Actor) -> Call:
    """One line with its person and all that a text says. Refuses one that isn't there, or out of reach (404). Two queries."""
    call = db.session.scalars(
        select(Call)
        .where(Call.id == call_id)
        .options(
            joinedload(Call.registration, innerjoin=True).options(
                joinedload(Registration.person, innerjoin=True),
                joinedload(Registration.role, innerjoin=True),
                joinedload(Registration.event, innerjoin=True),
                joinedload(Registration.session, innerjoin=True).selectinload(Session.days),
            )
        )
    ).first()
    if call is None:
        raise NotFound("call.unknown")
    by.require(Act.TELL, call.registration.session.province_code)
    return call


def lines_of(registration: Registration) -> Sequence[Call]:
    """All that one person is still to be told, the oldest first. One query."""
    wanted = select(Call).join(Call.registration).join(Registration.session)
    return db.session.scalars(
        wanted.where(Call.registration_id == registration.id, still_useful()).order_by(Call.id)
    ).all()


def _of(event_id: int, session_id: int | None, kind: str, by: Actor) -> list[ColumnElement[bool]]:
    """No index of registrations is offered: open calls are few, and a database that goes through a whole event looks at all."""
    which = [Registration.event_id + 0 == event_id, still_useful(), *_within(by)]
    if session_id is not None:
        which.append(Registration.session_id + 0 == session_id)
    if kind:
        which.append(Call.kind == kind)
    return which


def _within(by: Actor) -> list[ColumnElement[bool]]:
    provinces = by.provinces_for(Act.TELL)
    return [] if provinces is None else [Session.province_code.in_(provinces)]
