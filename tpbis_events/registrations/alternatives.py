"""Where else there are seats: other roles of the same session, and other sessions of the same event, for whom a role is full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
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

    def __bool__(self) -> bool:
        return bool(self.roles or self.sessions)


def alternatives_to(quota: Quota, now: datetime) -> Alternatives:
    """Roles that fit (people from the same side of the border, without an invitation) and sessions that take registrations.

    Five queries at most, however many sessions the event has.
    """
    if window(quota.session, now) is not Window.OPEN:
        return Alternatives((), _sessions(quota, now))
    return Alternatives(_roles(quota), _sessions(quota, now))


def _roles(quota: Quota) -> tuple[OtherRole, ...]:
    seats = counts.by_role(quota.session_id)
    others = db.session.scalars(
        select(Role)
        .join(Quota, Quota.role_id == Role.id)
        .where(
            Quota.session_id == quota.session_id,
            Role.id != quota.role_id,
            Role.origin == quota.role.origin,
            Role.way_in.in_(BY_HERSELF),
        )
        .order_by(Role.sort, Role.id)
    )
    return tuple(OtherRole(role, seats[role.id]) for role in others if seats[role.id].seat_to_expect)


def _sessions(quota: Quota, now: datetime) -> tuple[OtherSession, ...]:
    """None for a role that nobody comes to by herself: neither is it open to her elsewhere."""
    if quota.role.way_in not in BY_HERSELF:
        return ()
    rows = counts.of_sessions(Session.event_id == quota.session.event_id, Quota.role_id == quota.role_id)
    free = {row.session_id: row.counts for row in rows if row.counts.seat_to_expect}
    free.pop(quota.session_id, None)
    if not free:
        return ()
    others = db.session.scalars(
        select(Session)
        .where(Session.event_id == quota.session.event_id, Session.id != quota.session_id)
        .options(joinedload(Session.event, innerjoin=True), selectinload(Session.days))
    ).all()
    open_ones = [other for other in others if other.id in free and window(other, now) is Window.OPEN]
    nearest = sorted(open_ones, key=lambda other: _distance(other, quota.session))[:MOST_SESSIONS]
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
