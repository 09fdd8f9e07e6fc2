"""The one step by which anybody gets a seat, and the lock under which it runs.

Lock order, the same everywhere: form key, then quotas by rising id, then registrations by rising id.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Select, Table, bindparam, func, select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import writing
from tpbis_events.programmes.model import Event, Quota, Role, Seat, Session, SessionDay
from tpbis_events.registrations import life, limits
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.limits import Tally
from tpbis_events.registrations.model import Registration, State

# What every decision about a quota needs to know.
WITH_SESSION_AND_ROLE = (
    joinedload(Quota.session, innerjoin=True).options(
        joinedload(Session.event, innerjoin=True), joinedload(Session.days)
    ),
    joinedload(Quota.role, innerjoin=True).joinedload(Role.limits),
)


class NoSeat(Refusal):
    """There is no seat for her now: `role.full`, `role.line` (free seats are for those who wait), or `limit.reached`."""


# Written once: building a statement anew costs more than asking it.
_OF_QUOTAS = cast(Table, Quota.__table__).c
_LOCKED = select(_OF_QUOTAS.id).order_by(_OF_QUOTAS.id).with_for_update()
_LOCK_ONE = _LOCKED.where(_OF_QUOTAS.id == bindparam("quota_id"))
_LOCK_ONE_OF = _LOCKED.where(
    _OF_QUOTAS.session_id == bindparam("session_id"), _OF_QUOTAS.role_id == bindparam("role_id")
)
_LOCK_SEVERAL = _LOCKED.where(_OF_QUOTAS.id.in_(bindparam("ids", expanding=True)))
_WHOLE = select(Quota).options(*WITH_SESSION_AND_ROLE).execution_options(populate_existing=True)
_ONE = _WHOLE.where(Quota.id == bindparam("quota_id"))
_SEVERAL = _WHOLE.where(Quota.id.in_(bindparam("ids", expanding=True))).order_by(Quota.id)
_SEATS, _REGISTRATIONS = cast(Table, Seat.__table__), cast(Table, Registration.__table__)
_OF_SEATS, _OF_REGISTRATIONS = _SEATS.c, _REGISTRATIONS.c
_LOWEST_FREE = (
    select(_OF_SEATS.id)
    .outerjoin(_REGISTRATIONS, _OF_REGISTRATIONS.seat_id == _OF_SEATS.id)
    .where(_OF_SEATS.quota_id == bindparam("quota_id"), _OF_REGISTRATIONS.id.is_(None))
    .order_by(_OF_SEATS.number)
    .limit(1)
    .scalar_subquery()
)
_FREE_SEAT = select(_OF_SEATS.id, _OF_SEATS.number).where(_OF_SEATS.id == _LOWEST_FREE)
_WAITING = select(func.count()).where(
    _OF_REGISTRATIONS.quota_id == bindparam("quota_id"), _OF_REGISTRATIONS.state == State.WAITING
)
_STANDING = (_WAITING.scalar_subquery(), _OF_SEATS.id, _OF_SEATS.number)
_STANDING_OF = (
    select(*_STANDING)
    .select_from(cast(Table, Quota.__table__))
    .outerjoin(_SEATS, _OF_SEATS.id == _LOWEST_FREE)
    .where(_OF_QUOTAS.id == bindparam("quota_id"))
)
# The rows of session, event and role are wide, and reading them whole took longer than the lock: a registration asks these.
_ASKED_BY_A_REGISTRATION = (
    joinedload(Quota.session, innerjoin=True)
    .load_only(
        Session.event_id, Session.name_id, Session.name_en, Session.province_code, Session.city, Session.venue, Session.zone,
        Session.mode, Session.starts_at, Session.ends_at, Session.registration_closes_at, Session.calendar_sequence,
        Session.cancelled_at,
    )
    .options(
        joinedload(Session.event, innerjoin=True).load_only(
            Event.name_id, Event.name_en, Event.published_at, Event.registration_opens_at, Event.registration_closes_at,
            Event.serving, Event.offer_hours,
        ),
        joinedload(Session.days).load_only(SessionDay.starts_at, SessionDay.ends_at),
    ),
    joinedload(Quota.role, innerjoin=True).load_only(
        Role.event_id, Role.name_id, Role.name_en, Role.origin, Role.regency_required, Role.way_in
    ),
)  # fmt: skip
_ONE_AND_STANDING = (
    _ONE.add_columns(*_STANDING).outerjoin(_SEATS, _OF_SEATS.id == _LOWEST_FREE).options(*_ASKED_BY_A_REGISTRATION)
)


class FreeSeat(NamedTuple):
    """A seat that nobody has, or that is handed on."""

    id: int
    number: int


class Standing(NamedTuple):
    """How many wait for a quota, and its lowest free seat."""

    waiting: int
    seat: FreeSeat | None


def lock_quotas(ids: Collection[int]) -> dict[int, Quota]:
    """Hold quotas until the transaction ends, by rising ids: nobody else gives, frees, adds or removes their seats meanwhile.

    In two statements: one that waited for a lock would show the session and the role as they were before it waited.
    """
    locked = writing().scalars(_LOCK_SEVERAL, {"ids": list(ids)}).all()
    return {quota.id: quota for quota in db.session.scalars(_SEVERAL, {"ids": locked}).unique()}


def lock_quota(quota_id: int) -> Quota:
    return db.session.scalars(_ONE, _locked(_LOCK_ONE, quota_id=quota_id)).unique().one()


def lock_with_standing(session_id: int, role_id: int) -> tuple[Quota, Standing]:
    """The same, found by session and role and with its standing, as every registration asks for both; refuses a role that
    the session doesn't have.
    """
    found = db.session.execute(_ONE_AND_STANDING, _locked(_LOCK_ONE_OF, session_id=session_id, role_id=role_id))
    quota, *standing = found.unique().one()
    return quota, _standing(*standing)


def _locked(lock: Select[int], **which: int) -> dict[str, int]:
    quota_id = writing().scalar(lock, which)
    if quota_id is None:
        raise NotFound("role.unknown")
    return {"quota_id": quota_id}


def claim(
    registration: Registration,
    quota: Quota,
    step: Step,
    *,
    at: datetime,
    by: str,
    after: State = State.SEATED,
    in_turn: bool = False,
    seat: FreeSeat | None = None,
    tally: Tally | None = None,
) -> FreeSeat:
    """Give a registration a free seat of a locked quota. Every way to a seat goes through here.

    `in_turn` is for her whose turn it is on the waiting list; nobody else passes those who wait and could sit. `seat` is
    one that the caller found free under the lock, or hands on (a substitute's). Refuses by NoSeat, with nothing changed.
    Behind it stand constraints of the database: a path that forgot the lock fails, and oversells nothing.
    """
    tally = tally or limits.tally_of(quota)
    who = limits.belongs(registration) if tally else None
    if tally and who and (reached := tally.reached(who)):
        raise NoSeat("limit.reached", limited_by=reached.limited_by, value=reached.value, most=reached.most)
    if seat is None:
        seat = free_seat(quota)
        if seat is None:
            raise NoSeat("role.full")
        if not in_turn and next_in_line(quota, tally):
            raise NoSeat("role.line")
    life.go(registration, step, after, at=at, by=by)
    registration.quota_id, registration.session, registration.role = quota.id, quota.session, quota.role
    registration.seat_id = seat.id
    if tally and who:
        tally.give(registration.id, who)
    return seat


def free_seat(quota: Quota) -> FreeSeat | None:
    """The lowest free seat of a quota that the caller has locked."""
    db.session.flush()  # a seat that was given back in this transaction is free
    row = writing().execute(_FREE_SEAT, {"quota_id": quota.id}).one_or_none()
    return FreeSeat(*row) if row else None


def standing_of(quota: Quota) -> Standing:
    """How a locked quota stands after what was done in this transaction."""
    db.session.flush()
    return _standing(*writing().execute(_STANDING_OF, {"quota_id": quota.id}).one())


def _standing(waiting: int, seat_id: int | None, number: int) -> Standing:
    return Standing(waiting, FreeSeat(seat_id, number) if seat_id else None)


def join_waiting_list(registration: Registration, quota: Quota, step: Step, *, at: datetime, by: str) -> None:
    """Draw the next number of the quota's waiting list; it is drawn under the lock, so the order is the order of requests."""
    life.go(registration, step, State.WAITING, at=at, by=by)
    quota.last_queue_number += 1
    registration.queue_number = quota.last_queue_number


def next_in_line(quota: Quota, tally: Tally | None) -> int | None:
    """Whose turn it is, by id: higher priority first, then the lower number; who is over a limit is passed until it has room."""
    if tally is None:
        return db.session.scalar(
            select(Registration.id)
            .where(Registration.quota_id == quota.id, Registration.state == State.WAITING)
            .order_by(Registration.priority.desc(), Registration.queue_number)
            .limit(1)
        )
    return tally.next_in_line()
