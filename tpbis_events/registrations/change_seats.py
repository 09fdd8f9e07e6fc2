"""Add seats to a role in a session, take free ones away, or move them to another role.

Added seats go to those who wait, in order, at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota, Seat
from tpbis_events.registrations import seats, waiting_list
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.rules import LONGEST_REASON, plain

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SeatsChanged:
    total: int
    served: tuple[str, ...]  # references of those who got one of the added seats


@dataclass(frozen=True, slots=True)
class SeatsSet:
    changed: int  # roles whose seats are other than before
    served: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeatsMoved:
    left: int  # seats of the role that gave
    there: int  # seats of the role that took
    served: tuple[str, ...]


@command
def add_seats(quota_id: int, number: int, *, reason: str, by: Actor) -> SeatsChanged:
    """Add seats, with a reason; the waiting list is served before the public can see them. Needs the right to change seats."""
    quota, reason = _ready(quota_id, number, reason, by)
    now = clock.now()
    before = _total(quota)
    _add(quota, number)
    _record("seats.added", quota, before, before + number, reason, by)
    return SeatsChanged(before + number, tuple(waiting_list.serve(quota, at=now, by=by.label)))


@command
def remove_seats(quota_id: int, number: int, *, reason: str, by: Actor) -> SeatsChanged:
    """Take free seats away, the highest numbers first; refused when fewer are free, so nobody ever loses one by it."""
    quota, reason = _ready(quota_id, number, reason, by)
    before = _total(quota)
    _take_away(quota, number)
    _record("seats.removed", quota, before, before - number, reason, by)
    return SeatsChanged(before - number, ())


@command
def move_seats(from_quota_id: int, to_quota_id: int, number: int, *, reason: str, by: Actor) -> SeatsMoved:
    """Move free seats from one role of a session to another; who waits there has them at once. Refused when fewer are free."""
    quotas = seats.lock_quotas((from_quota_id, to_quota_id))
    if len(quotas) < 2:
        raise NotFound("role.unknown")
    giving, taking = quotas[from_quota_id], quotas[to_quota_id]
    reason = _checked(giving, number, reason, by)
    if giving.session_id != taking.session_id:
        raise Refusal("seats.other_session")
    left, there = _total(giving), _total(taking)
    _take_away(giving, number)
    _record("seats.removed", giving, left, left - number, reason, by)
    _add(taking, number)
    _record("seats.added", taking, there, there + number, reason, by)
    served = waiting_list.serve(taking, at=clock.now(), by=by.label)
    return SeatsMoved(left - number, there + number, tuple(served))


@command
def set_seats(totals: Mapping[int, int], *, reason: str, by: Actor) -> SeatsSet:
    """Bring roles to so many seats each (quota id -> seats), all or none; who waits has added ones at once.

    A draft needs no reason: nobody knows of its seats. Refuses by Invalid, at the quota's id, a number outside 0 to 500 and
    one below the seats that are taken.
    """
    quotas = seats.lock_quotas(totals)
    if len(quotas) < len(totals):
        raise NotFound("role.unknown")
    for quota in quotas.values():
        by.require(Act.CHANGE_SEATS, quota.session.province_code)
    problems = {str(key): "seats.range" for key, number in totals.items() if not 0 <= number <= MOST_AT_ONCE}
    before = _totals(totals)
    changes = {key: number - before[key] for key, number in totals.items() if number != before[key]}
    reason = plain(reason, LONGEST_REASON)
    if changes and not reason and any(quota.session.event.published_at for quota in quotas.values()):
        problems["reason"] = "seats.reason_missing"
    if problems:
        raise Invalid(problems)
    served: list[str] = []
    for key in sorted(changes):
        quota, more = quotas[key], changes[key]
        if more > 0:
            _add(quota, more)
        else:
            try:
                _take_away(quota, -more)
            except Refusal as no:
                raise Invalid({str(key): no.code}) from no
        _record("seats.added" if more > 0 else "seats.removed", quota, before[key], totals[key], reason, by)
        if more > 0:
            served += waiting_list.serve(quota, at=clock.now(), by=by.label)
    return SeatsSet(len(changes), tuple(served))


def _ready(quota_id: int, number: int, reason: str, by: Actor) -> tuple[Quota, str]:
    quota = seats.lock_quota(quota_id)
    return quota, _checked(quota, number, reason, by)


def _checked(quota: Quota, number: int, reason: str, by: Actor) -> str:
    by.require(Act.CHANGE_SEATS, quota.session.province_code)
    if not 1 <= number <= MOST_AT_ONCE:
        raise Refusal("seats.number")
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("seats.reason_missing")
    return reason


def _add(quota: Quota, number: int) -> None:
    first = quota.last_seat_number + 1
    quota.last_seat_number += number
    db.session.add_all([Seat(quota_id=quota.id, number=n) for n in range(first, first + number)])
    db.session.flush()


def _take_away(quota: Quota, number: int) -> None:
    free = db.session.scalars(
        select(Seat.id)
        .outerjoin(Registration, Registration.seat_id == Seat.id)
        .where(Seat.quota_id == quota.id, Registration.id.is_(None))
        .order_by(Seat.number.desc())
    ).all()
    if len(free) < number:
        raise Refusal("seats.taken", free=len(free))
    db.session.execute(delete(Seat).where(Seat.id.in_(free[:number])))


def _total(quota: Quota) -> int:
    return db.session.scalar(select(func.count()).select_from(Seat).where(Seat.quota_id == quota.id)) or 0


def _totals(ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(select(Seat.quota_id, func.count()).where(Seat.quota_id.in_(ids)).group_by(Seat.quota_id))
    return dict.fromkeys(ids, 0) | dict(rows.all())


def _record(act: str, quota: Quota, before: int, after: int, reason: str, by: Actor) -> None:
    record(
        act,
        f"quota:{quota.id}",
        at=clock.now(),
        actor=by.label,
        province_code=quota.session.province_code,
        before={"seats": before},
        after={"seats": after},
        reason=reason or None,
    )
