"""Where else there are seats, as the pages tell who found a role full."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.foundation import clock
from tpbis_events.programmes.model import Role, Session
from tpbis_events.registrations.alternatives import OtherRole, alternatives_to
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.web.public import told
from tpbis_events.web.public.told import Fact


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another session with free seats in the same role."""

    session: Session
    province: str
    city: Fact
    dates: Fact
    hours: Fact
    seats: SeatCounts


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Other roles here, and the same role in neighbouring sessions; `provinces_differ` when one is in another province."""

    roles: tuple[OtherRole, ...]
    sessions: tuple[Neighbour, ...]
    provinces_differ: bool


def elsewhere(session: Session, role: Role) -> Elsewhere:
    found = alternatives_to(session, role, clock.now())
    neighbours = tuple(_neighbour(each.session, each.seats) for each in found.sessions)
    differ = any(each.session.province_code != session.province_code for each in neighbours)
    return Elsewhere(found.roles, neighbours, differ)


def _neighbour(session: Session, seats: SeatCounts) -> Neighbour:
    return Neighbour(
        session=session,
        province=told.province_name(session),
        city=told.city(session),
        dates=told.dates(session),
        hours=told.hours(session),
        seats=seats,
    )
