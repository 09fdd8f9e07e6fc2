"""Reads of where a registration may be moved to: the sessions of its event that the organizer reaches, with their seats."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, true
from sqlalchemy.orm import contains_eager, selectinload

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota, Role, Session
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.roster import RoleSeats


@dataclass(frozen=True, slots=True)
class Destination:
    """A session with the roles that this person could come as, and their seats."""

    session: Session
    roles: tuple[RoleSeats, ...]

    @property
    def seats(self) -> SeatCounts:
        return sum((role.seats for role in self.roles), SeatCounts())


def destinations(registration: Registration, *, by: Actor) -> tuple[Destination, ...]:
    """By date; sessions that are over or cancelled, and roles that ask of where somebody is from otherwise, are left out.

    Five queries, whatever the size.
    """
    provinces = by.provinces_for(Act.MOVE)
    which = (
        Session.event_id == registration.event_id,
        Session.cancelled_at.is_(None),
        Session.ends_at > clock.now(),
        true() if provinces is None else Session.province_code.in_(provinces),
    )
    sessions = db.session.scalars(
        select(Session)
        .where(*which)
        .options(selectinload(Session.quotas).joinedload(Quota.role))
        .order_by(Session.starts_at, Session.slug)
    ).all()
    seats = {(row.session_id, row.role_id): row.counts for row in counts.of_sessions(*which)}

    def roles_in(session: Session) -> tuple[RoleSeats, ...]:
        quotas = sorted(session.quotas, key=lambda quota: (quota.role.sort, quota.role_id))
        return tuple(
            RoleSeats(quota.role, quota.id, seats.get((session.id, quota.role_id), SeatCounts()))
            for quota in quotas
            if quota.role.origin is registration.role.origin
        )

    return tuple(Destination(session, roles_in(session)) for session in sessions)


def places_in(event_id: int, *, by: Actor, act: Act) -> list[tuple[Quota, SeatCounts]]:
    """Every role in the sessions to come that the actor reaches, with its seats, by date. Three queries."""
    provinces = by.provinces_for(act)
    which = (
        Session.event_id == event_id,
        Session.cancelled_at.is_(None),
        Session.ends_at > clock.now(),
        true() if provinces is None else Session.province_code.in_(provinces),
    )
    quotas = db.session.scalars(
        select(Quota)
        .join(Quota.session)
        .join(Quota.role)
        .where(*which)
        .options(contains_eager(Quota.session), contains_eager(Quota.role))
        .order_by(Session.starts_at, Session.slug, Role.sort, Role.id)
    )
    seats = {(row.session_id, row.role_id): row.counts for row in counts.of_sessions(*which)}
    return [(quota, seats.get((quota.session_id, quota.role_id), SeatCounts())) for quota in quotas]
