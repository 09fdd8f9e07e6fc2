"""The waiting list of a role in a session: first come, first served, priority aside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from tpbis_events.audit.record import record
from tpbis_events.foundation.database import db
from tpbis_events.places import working_hours
from tpbis_events.programmes.model import Quota, Serving
from tpbis_events.programmes.registration_window import offers_end_at, served_until
from tpbis_events.registrations import limits, seats
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.limits import Tally
from tpbis_events.registrations.model import Registration, State


def serve(quota: Quota, *, at: datetime, by: str, tally: Tally | None = None) -> list[str]:
    """Give or offer every free seat of a locked quota to the first who wait, in the caller's transaction; the references served.

    As the event says: seated at once, offered, or left to the office. After registration has closed nobody is served by
    herself, and nobody is offered a seat once the session has begun: the office decides.
    """
    event = quota.session.event
    if event.serving is Serving.HAND or at >= served_until(quota.session):
        return []
    return give(quota, at=at, by=by, offer=event.serving is Serving.OFFER, tally=tally)


def give(
    quota: Quota, *, at: datetime, by: str, offer: bool, most: int | None = None, tally: Tally | None = None
) -> list[str]:
    """A step: seat, or offer a seat to, the first who wait while seats are free, at most so many; the references served."""
    served: list[str] = []
    tally = tally or limits.tally_of(quota)
    while (most is None or len(served) < most) and seats.free_seat(quota):
        first = _first(quota, tally)
        if first is None:
            break
        _give_one(first, quota, tally, at=at, by=by, offer=offer)
        served.append(first.reference)
    return served


def _first(quota: Quota, tally: Tally | None) -> Registration | None:
    registration_id = seats.next_in_line(quota, tally)
    if registration_id is None:
        return None
    return db.session.scalars(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(joinedload(Registration.person, innerjoin=True))
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    ).one()


def _give_one(first: Registration, quota: Quota, tally: Tally | None, *, at: datetime, by: str, offer: bool) -> None:
    after = State.OFFERED if offer else State.SEATED
    seat = seats.claim(first, quota, Step.SERVE, at=at, by=by, after=after, in_turn=True, tally=tally)
    if offer:
        ends = begin_offer(first, quota, at)
        db.session.flush()
        owe("offer", first, at=at, by=by, offer_ends_at=ends.isoformat())
    else:
        db.session.flush()
        owe("seated", first, at=at, by=by)
    record(
        f"registration.{after}",
        f"registration:{first.id}",
        at=at,
        actor=by,
        province_code=quota.session.province_code,
        before={"state": State.WAITING},
        after={"state": after, "seat": seat.number},
    )


def begin_offer(registration: Registration, quota: Quota, at: datetime) -> datetime:
    """A step: set the end of an offer that begins now, and its reminder; the end."""
    ends = registration.offer_ends_at = offer_ends_at(quota, at)
    reminder = working_hours.before(ends, quota.session.event.reminder_hours, quota.session.zone)
    registration.offer_reminder_at = reminder if at < reminder < ends else None
    return ends


def offer_ends_at(quota: Quota, at: datetime) -> datetime:
    """So many working hours of the session's zone from now; never after registration closes or the session begins."""
    session = quota.session
    return min(working_hours.after(at, session.event.offer_hours, session.zone), offers_end_at(session))


def place_in_line(registration: Registration) -> int | None:
    """How many are served before this one, plus one; None for who isn't waiting."""
    if registration.state is not State.WAITING:
        return None
    earlier = or_(
        Registration.priority > registration.priority,
        and_(
            Registration.priority == registration.priority,
            Registration.queue_number < registration.queue_number,
        ),
    )
    ahead = db.session.scalar(
        select(func.count())
        .select_from(Registration)
        .where(Registration.quota_id == registration.quota_id, Registration.state == State.WAITING, earlier)
    )
    return (ahead or 0) + 1
