"""Reads of one waiting list: who waits, in the order in which they are served, and which offers are out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session
from tpbis_events.registrations import roster
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.roster import RoleSeats

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """`waiting` are those on one page, the first at place `first`; `next_after` is the place to go on after, None at the end."""

    session: Session
    here: RoleSeats
    waiting: tuple[Registration, ...]
    first: int
    offers: tuple[Registration, ...]
    next_after: int | None


def line(event_slug: str, session_slug: str, role_slug: str, after: int, *, by: Actor) -> Line:
    """One page of a waiting list. Refuses a place that isn't there or is out of reach (404). Seven queries."""
    session = roster.session_of(event_slug, session_slug, by=by, act=Act.SERVE_WAITING)
    here = next((each for each in roster.roles_of(session) if each.role.slug == role_slug), None)
    if here is None:
        raise NotFound("role.unknown")
    in_order = _of(here, State.WAITING).order_by(Registration.priority.desc(), Registration.queue_number)
    found = db.session.scalars(in_order.offset(after).limit(PAGE + 1)).all()
    offers = db.session.scalars(_of(here, State.OFFERED).order_by(Registration.offer_ends_at, Registration.id)).all()
    more = after + PAGE if len(found) > PAGE else None
    return Line(session, here, tuple(found[:PAGE]), after + 1, tuple(offers), more)


def _of(here: RoleSeats, state: State) -> Select[Registration]:
    wanted = select(Registration).where(Registration.quota_id == here.quota_id, Registration.state == state)
    return wanted.options(joinedload(Registration.person, innerjoin=True))
