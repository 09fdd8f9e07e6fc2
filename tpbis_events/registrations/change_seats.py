"""Add seats to a role in a session, or take free ones away. Added seats go to those who wait, in order, at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota, Seat
from tpbis_events.registrations import seats, waiting_list
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.rules import plain

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SeatsChanged:
    total: int
    served: tuple[str, ...]  # references of those who got one of the added seats


@command
def add_seats(quota_id: int, number: int, *, reason: str, by: Actor) -> SeatsChanged:
    """Add seats, with a reason; the waiting list is served before the public can see them. Needs the right to change seats."""
    quota, reason = _ready(quota_id, number, reason, by)
    now = clock.now()
    before = _total(quota)
    first = quota.last_seat_number + 1
    quota.last_seat_number += number
    db.session.add_all([Seat(quota_id=quota.id, number=n) for n in range(first, first + number)])
    db.session.flush()
    _record("seats.added", quota, before, before + number, reason, by)
    return SeatsChanged(before + number, tuple(waiting_list.serve(quota, at=now, by=by.label)))


@command
def remove_seats(quota_id: int, number: int, *, reason: str, by: Actor) -> SeatsChanged:
    """Take free seats away, the highest numbers first; refused when fewer are free, so nobody ever loses one by it."""
    quota, reason = _ready(quota_id, number, reason, by)
    before = _total(quota)
    free = db.session.scalars(
        select(Seat.id)
        .outerjoin(Registration, Registration.seat_id == Seat.id)
        .where(Seat.quota_id == quota.id, Registration.id.is_(None))
        .order_by(Seat.number.desc())
    ).all()
    if len(free) < number:
        raise Refusal("seats.taken", free=len(free))
    db.session.execute(delete(Seat).where(Seat.id.in_(free[:number])))
    _record("seats.removed", quota, before, before - number, reason, by)
    return SeatsChanged(before - number, ())


def _ready(quota_id: int, number: int, reason: str, by: Actor) -> tuple[Quota, str]:
    quota = seats.lock_quota(quota_id)
    by.require(Act.CHANGE_SEATS, quota.session.province_code)
    if not 1 <= number <= MOST_AT_ONCE:
        raise Refusal("seats.number")
    reason = plain(reason, 500)
    if not reason:
        raise Refusal("seats.reason_missing")
    return quota, reason


def _total(quota: Quota) -> int:
    return db.session.scalar(select(func.count()).select_from(Seat).where(Seat.quota_id == quota.id)) or 0


def _record(act: str, quota: Quota, before: int, after: int, reason: str, by: Actor) -> None:
    record(
        act,
        f"quota:{quota.id}",
        at=clock.now(),
        actor=by.label,
        province_code=quota.session.province_code,
        before={"seats": before},
        after={"seats": after},
        reason=reason,
    )
