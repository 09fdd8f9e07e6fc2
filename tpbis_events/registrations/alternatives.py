"""Where else there are seats: other roles of the same session, and other sessions of the same event, for whom a role is full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import Quota, Role, Session, WayIn
from tpbis_events.programmes.registration_window import Window, window
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts

MOST_SESSIONS = 4
# Ways by which somebody may ask for a seat herself.
BY_HERSELF = (WayIn.OPEN, WayIn.APPROVAL)


@dataclass(frozen=True, slots=True)
class OtherRole:
    role: Role
    seats: SeatCounts


@dataclass(frozen=True, slots=True)
class OtherSession:
    session: Session
    seats: SeatCounts


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Where whoever registers now gets a seat at once: roles in their order, the nearest sessions first."""

    roles: tuple[OtherRole, ...]
    sessions: tuple[OtherSession, ...]


def alternatives_to(session: Session, role: Role, now: datetime) -> Alternatives:
    """Roles that fit (people from the same side of the border, without an invitation) and sessions that take registrations.

    Five queries, however many sessions the event has.
    """
    here = Quota.session_id == session.id
    same_role = and_(Session.event_id == session.event_id, Quota.role_id == role.id)
    free = [row for row in counts.of_sessions(or_(here, same_role)) if row.counts.seat_to_expect]
    roles = {row.role_id: row.counts for row in free if row.session_id == session.id and row.role_id != role.id}
    sessions = {row.session_id: row.counts for row in free if row.session_id != session.id}
    if window(session, now) is not Window.OPEN:
        roles = {}
    if role.way_in not in BY_HERSELF:  # then it isn't open to her elsewhere either
        sessions = {}
    return Alternatives(_roles(role, roles), _sessions(session, sessions, now))


def _roles(role: Role, free: dict[int, SeatCounts]) -> tuple[OtherRole, ...]:
    others = db.session.scalars(
        select(Role)
        .where(Role.id.in_(free), Role.origin == role.origin, Role.way_in.in_(BY_HERSELF))
        .order_by(Role.sort, Role.id)
    )
    return tuple(OtherRole(other, free[other.id]) for other in others)


def _sessions(session: Session, free: dict[int, SeatCounts], now: datetime) -> tuple[OtherSession, ...]:
    others = db.session.scalars(
        select(Session)
        .where(Session.id.in_(free))
        .options(joinedload(Session.event, innerjoin=True), selectinload(Session.days))
    )
    open_ones = [other for other in others if window(other, now) is Window.OPEN]
    nearest = sorted(open_ones, key=lambda other: _distance(other, session))[:MOST_SESSIONS]
    return tuple(OtherSession(other, free[other.id]) for other in nearest)


def _distance(other: Session, here: Session) -> tuple[bool, bool, bool, float, str]:
    """How far away: another province, another wave, another zone, then how many days lie between."""
    return (
        other.province_code != here.province_code,
        other.wave_id != here.wave_id,
        other.zone != here.zone,
        abs((other.starts_at - here.starts_at).total_seconds()),
        other.slug,
    )
