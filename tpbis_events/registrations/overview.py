"""Reads of the whole: events with their totals, and one event as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Role, Session
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.registrations.model import Registration, State


@dataclass(frozen=True, slots=True)
class EventTotals:
    """An event with the sessions of it that the actor may see, in their order, and the seats of these together."""

    event: Event
    sessions: tuple[Session, ...]
    seats: SeatCounts


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers of one session that end soon: how many, and when the first of them does."""

    session: Session
    number: int
    first_ends_at: datetime


def events_of(now: datetime, *, by: Actor) -> tuple[list[EventTotals], list[EventTotals]]:
    """The events where the actor may see a session, the newest first: those to come or not over yet, and those that are over.

    An event without any session yet is shown to who sees every province. Seats are counted of those to come only: how much
    the past has grown doesn't matter. Four queries.
    """
    by.require_somewhere(Act.SEE_ROSTER)
    rows = db.session.scalars(
        select(Event)
        .options(joinedload(Event.programme), selectinload(Event.sessions.and_(_in_reach(by))))
        .order_by(Event.registration_opens_at.desc(), Event.id)
    ).all()
    everywhere = by.provinces_for(Act.SEE_ROSTER) is None
    seen = [event for event in rows if event.sessions or everywhere]
    over = {event.id for event in seen if event.sessions and all(each.ends_at <= now for each in event.sessions)}
    seats: dict[int, SeatCounts] = {}
    to_come = [event.id for event in seen if event.id not in over]
    for cell in counts.of_sessions(Session.event_id.in_(to_come), _in_reach(by)):
        seats[cell.event_id] = seats.get(cell.event_id, SeatCounts()) + cell.counts
    totals = [EventTotals(event, tuple(event.sessions), seats.get(event.id, SeatCounts())) for event in seen]
    return [each for each in totals if each.event.id not in over], [each for each in totals if each.event.id in over]


def offers_ending(now: datetime, until: datetime, *, by: Actor) -> list[Offers]:
    """Offers in the actor's reach that nobody has answered and that end by a moment, by session, the first to end first."""
    rows: Iterable[Any] = db.session.execute(
        select(Session, func.count(), func.min(Registration.offer_ends_at))
        .join(Registration, Registration.session_id == Session.id)
        .where(
            Registration.state == State.OFFERED,
            Registration.offer_ends_at > now,
            Registration.offer_ends_at <= until,
            _in_reach(by),
        )
        .group_by(Session.id)
        .order_by(func.min(Registration.offer_ends_at), Session.id)
        .options(joinedload(Session.event))
    )
    return [Offers(session, number, first) for session, number, first in rows]


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
