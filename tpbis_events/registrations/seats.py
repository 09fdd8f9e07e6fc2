"""The one step by which anybody gets a seat, and the lock under which it runs.

Lock order, the same everywhere: form key, then quotas by rising id, then registrations by rising id.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.programmes.model import Quota, Seat, Session
from tpbis_events.registrations.model import Registration, State


def lock_quota(quota_id: int) -> Quota:
    """Hold a quota until the transaction ends: nobody else gives, frees, adds or removes its seats meanwhile."""
    return _locked(Quota.id == quota_id)


def lock_quota_of(session_id: int, role_id: int) -> Quota:
    """The same, found by session and role; refuses a role that the session doesn't have."""
    return _locked(Quota.session_id == session_id, Quota.role_id == role_id)


def _locked(*which: ColumnElement[bool]) -> Quota:
    quota: Quota | None = db.session.scalar(
        select(Quota)
        .where(*which)
        .options(joinedload(Quota.session).joinedload(Session.event), joinedload(Quota.role))
        .with_for_update(of=Quota)
        .execution_options(populate_existing=True)
    )
    if quota is None:
        raise NotFound("role.unknown")
    return quota


def free_seat(quota: Quota) -> Seat | None:
    """The lowest free seat of a quota that the caller has locked."""
    return db.session.scalar(
        select(Seat)
        .outerjoin(Registration, Registration.seat_id == Seat.id)
        .where(Seat.quota_id == quota.id, Registration.id.is_(None))
        .order_by(Seat.number)
        .limit(1)
    )


def take_seat(registration: Registration, seat: Seat, *, at: datetime) -> None:
    """Seat a registration. `registrations.seat_id` is unique: a path that forgot the lock fails here, and oversells nothing."""
    registration.seat_id = seat.id
    registration.state = State.SEATED
    registration.seated_at = at
    registration.queue_number = None


def join_waiting_list(registration: Registration, quota: Quota) -> None:
    """Draw the next number of the quota's waiting list; it is drawn under the lock, so the order is the order of requests."""
    quota.last_queue_number += 1
    registration.queue_number = quota.last_queue_number
    registration.state = State.WAITING


def waiting_count(quota_id: int) -> int:
    waits = (Registration.quota_id == quota_id, Registration.state == State.WAITING)
    return db.session.scalar(select(func.count()).select_from(Registration).where(*waits)) or 0


def first_waiting(quota_id: int) -> Registration | None:
    """Whose turn it is: higher priority first, then the lower number."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.quota_id == quota_id, Registration.state == State.WAITING)
        .order_by(Registration.priority.desc(), Registration.queue_number)
        .limit(1)
        .options(joinedload(Registration.person))
    )
