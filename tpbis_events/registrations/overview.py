"""Reads of the whole: events with their totals, and one event as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Role, Session
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts


@dataclass(frozen=True, slots=True)
class EventTotals:
    event: Event
    sessions: int
    seats: SeatCounts


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


def _in_reach(by: Actor) -> ColumnElement[bool]:
    provinces = by.provinces_for(Act.SEE_ROSTER)
    return true() if provinces is None else Session.province_code.in_(provinces)
