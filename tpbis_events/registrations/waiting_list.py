"""The waiting list of a role in a session: first come, first served, priority aside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, or_, select

from tpbis_events.audit.record import record
from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import Quota
from tpbis_events.programmes.registration_window import closes_at
from tpbis_events.registrations import seats
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.model import Registration, State


def serve(quota: Quota, *, at: datetime, by: str) -> list[str]:
    """Give every free seat of a locked quota to the first who waits, in the caller's transaction; the references served.

    After registration has closed nobody is seated by itself: the office decides.
    """
    if at >= closes_at(quota.session):
        return []
    served = []
    while (seat := seats.free_seat(quota)) and (first := seats.first_waiting(quota.id)):
        seats.take_seat(first, seat, at=at)
        db.session.flush()
        owe("seated", first, at=at)
        record(
            "registration.seated",
            f"registration:{first.id}",
            at=at,
            actor=by,
            province_code=quota.session.province_code,
            before={"state": State.WAITING},
            after={"state": State.SEATED, "seat": seat.number},
        )
        served.append(first.reference)
    return served


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
