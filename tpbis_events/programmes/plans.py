"""Reads for who plans: all programmes with their editions, and one edition whole, with the seats of each session and role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Programme, Quota, Role, Seat, Session

Seats = dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Plan:
    """`seats`: (session id, role id) -> how many; a pair that isn't there has never been said."""

    event: Event
    seats: Seats

    def of_session(self, session: Session) -> int:
        return sum(number for (session_id, _role), number in self.seats.items() if session_id == session.id)

    @property
    def total(self) -> int:
        return sum(self.seats.values())


@dataclass(frozen=True, slots=True)
class Edition:
    event: Event
    sessions: int
    seats: int


def programmes_of(by: Actor) -> list[tuple[Programme, list[Edition]]]:
    """Every programme with its editions, drafts too, the newest first. Four queries, however many there are."""
    by.require_somewhere(Act.PLAN)
    programmes = db.session.scalars(
        select(Programme).options(selectinload(Programme.events)).order_by(Programme.sort, Programme.id)
    ).all()
    sessions = dict(db.session.execute(select(Session.event_id, func.count()).group_by(Session.event_id)).all())
    seats = dict(
        db.session.execute(
            select(Session.event_id, func.count(Seat.id))
            .join(Quota, Quota.session_id == Session.id)
            .join(Seat, Seat.quota_id == Quota.id)
            .group_by(Session.event_id)
        ).all()
    )
    return [
        (each, [Edition(event, sessions.get(event.id, 0), seats.get(event.id, 0)) for event in each.events])
        for each in programmes
    ]


def programme_of(slug: str, *, by: Actor) -> Programme:
    """One programme; refuses who may not plan (403) before what isn't there (404)."""
    by.require_somewhere(Act.PLAN)
    programme = db.session.scalar(select(Programme).where(Programme.slug == slug))
    if programme is None:
        raise NotFound("programme.unknown")
    return programme


def plan_of(event_slug: str, *, by: Actor) -> Plan:
    """An edition with programme, waves, roles with limits, agenda, sessions with wave and days, and its seats: six queries,
    however large it is. Refuses what is out of the actor's reach (404) and who sees it but may not plan (403).
    """
    event = _event(event_slug)
    if not by.may_somewhere(Act.PLAN):
        provinces = by.provinces_for(Act.SEE_ROSTER)
        if provinces is not None and not any(each.province_code in provinces for each in event.sessions):
            raise NotFound("actor.out_of_reach", act=Act.PLAN.value)
        raise Forbidden("actor.forbidden", act=Act.PLAN.value)
    return Plan(event, seats_of(event.id))


def session_of(event_slug: str, session_slug: str, *, by: Actor) -> tuple[Plan, Session]:
    """The same with one of its sessions, which decides whether it is in the actor's reach."""
    event = _event(event_slug)
    session = next((each for each in event.sessions if each.slug == session_slug), None)
    if session is None:
        raise NotFound("session.unknown")
    by.require(Act.PLAN, session.province_code)
    return Plan(event, seats_of(event.id)), session


def _event(event_slug: str) -> Event:
    event = db.session.scalars(
        select(Event)
        .where(Event.slug == event_slug)
        .options(
            joinedload(Event.programme),
            selectinload(Event.waves),
            selectinload(Event.roles).joinedload(Role.limits),
            selectinload(Event.agenda),
            selectinload(Event.sessions).options(joinedload(Session.wave), joinedload(Session.days)),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if event is None:
        raise NotFound("event.unknown")
    return event


def role_in(plan: Plan, slug: str) -> Role:
    role = next((each for each in plan.event.roles if each.slug == slug), None)
    if role is None:
        raise NotFound("role.unknown")
    return role


def seats_of(event_id: int) -> Seats:
    """How many seats each role has in each session of an event; 0 where a quota without seats says that it has none."""
    rows = db.session.execute(
        select(Quota.session_id, Quota.role_id, func.count(Seat.id))
        .join(Session, Session.id == Quota.session_id)
        .outerjoin(Seat, Seat.quota_id == Quota.id)
        .where(Session.event_id == event_id)
        .group_by(Quota.session_id, Quota.role_id)
    )
    return {(session_id, role_id): number for session_id, role_id, number in rows}


def quotas_of_role(role_id: int, now: datetime) -> list[int]:
    """The ids of a role's quotas in every session that is still to be held."""
    return list(
        db.session.scalars(
            select(Quota.id)
            .join(Session, Session.id == Quota.session_id)
            .where(Quota.role_id == role_id, Session.cancelled_at.is_(None), Session.ends_at > now)
            .order_by(Quota.id)
        )
    )


def quota_ids(session_id: int) -> dict[int, int]:
    """Role id -> quota id, of one session."""
    rows = db.session.execute(select(Quota.role_id, Quota.id).where(Quota.session_id == session_id))
    return dict(rows.all())
