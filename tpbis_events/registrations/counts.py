"""How full: seats there are, seats taken, people waiting, requests that nobody has decided yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import Quota, Seat, Session
from tpbis_events.registrations.model import LIVE, Registration, State


@dataclass(frozen=True, slots=True)
class SeatCounts:
    """Seats of a role in a session, or the sum of several."""

    total: int = 0
    taken: int = 0  # also by who has been offered one
    waiting: int = 0
    applied: int = 0

    @property
    def free(self) -> int:
        """Seats that nobody has; while somebody waits for one, a newcomer stands behind those who wait."""
        return self.total - self.taken

    @property
    def seat_to_expect(self) -> bool:
        """Whether the next who registers for this role gets a seat at once."""
        return self.free > 0 and not self.waiting

    def __add__(self, other: SeatCounts) -> SeatCounts:
        return SeatCounts(
            self.total + other.total,
            self.taken + other.taken,
            self.waiting + other.waiting,
            self.applied + other.applied,
        )


@dataclass(frozen=True, slots=True)
class QuotaCounts:
    event_id: int
    session_id: int
    role_id: int
    counts: SeatCounts


def by_role(session_id: int) -> dict[int, SeatCounts]:
    """The counts of one session: role id -> counts. Two queries."""
    return {row.role_id: row.counts for row in _rows(Quota.session_id == session_id)}


def by_session(event_id: int) -> dict[int, SeatCounts]:
    """The counts of each session of an event, over all roles: session id -> counts. Two queries."""
    sums: dict[int, SeatCounts] = {}
    for row in _rows(Session.event_id == event_id):
        sums[row.session_id] = sums.get(row.session_id, SeatCounts()) + row.counts
    return sums


def by_event(event_ids: Collection[int]) -> dict[int, SeatCounts]:
    """The counts of whole events: event id -> counts. Two queries."""
    sums: dict[int, SeatCounts] = {}
    for row in _rows(Session.event_id.in_(event_ids)):
        sums[row.event_id] = sums.get(row.event_id, SeatCounts()) + row.counts
    return sums


def _rows(*which: ColumnElement[bool]) -> list[QuotaCounts]:
    taken = db.session.execute(
        select(Session.event_id, Quota.session_id, Quota.role_id, func.count(Seat.id), func.count(Registration.id))
        .select_from(Quota)
        .join(Session, Session.id == Quota.session_id)
        .outerjoin(Seat, Seat.quota_id == Quota.id)
        .outerjoin(Registration, Registration.seat_id == Seat.id)
        .where(*which)
        .group_by(Session.event_id, Quota.session_id, Quota.role_id)
    ).all()
    without = {
        (session_id, role_id, state): number
        for session_id, role_id, state, number in db.session.execute(
            select(Quota.session_id, Quota.role_id, Registration.state, func.count())
            .select_from(Registration)
            .join(Quota, Quota.id == Registration.quota_id)
            .join(Session, Session.id == Quota.session_id)
            .where(Registration.state.in_((State.WAITING, State.APPLIED)), *which)
            .group_by(Quota.session_id, Quota.role_id, Registration.state)
        )
    }

    def number(session_id: int, role_id: int, state: State) -> int:
        return without.get((session_id, role_id, state), 0)

    return [
        QuotaCounts(
            event,
            session,
            role,
            SeatCounts(seats, sitting, number(session, role, State.WAITING), number(session, role, State.APPLIED)),
        )
        for event, session, role, seats, sitting in taken
    ]


def of_sessions(*which: ColumnElement[bool]) -> list[QuotaCounts]:
    """The counts of each role in the sessions that a condition names. Two queries."""
    return _rows(*which)


def registered(session_id: int) -> int:
    """How many live registrations a session has."""
    live = (Registration.session_id == session_id, Registration.state.in_(LIVE))
    return db.session.scalar(select(func.count()).select_from(Registration).where(*live)) or 0


def registered_in(event_id: int) -> Mapping[int, int]:
    """The same for each session of an event where there is any: session id -> how many. One query."""
    rows = db.session.execute(
        select(Registration.session_id, func.count())
        .where(Registration.event_id == event_id, Registration.state.in_(LIVE))
        .group_by(Registration.session_id)
    )
    return dict(rows.all())
