"""Let offers lapse whose time is over, each seat going to the next who waits; and remind of those that end soon."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import WORKER, Act
from tpbis_events.registrations import life, waiting_list
from tpbis_events.registrations.hold import hold
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import Registration, State

AT_ONCE = 50


def lapse_offers() -> int:
    """Let some of the offers lapse whose time is over; how many. Safe to run twice and from several processes at once."""
    return _each(lapse, select(Registration.id).where(Registration.offer_ends_at <= clock.now()))


def remind_of_offers() -> int:
    """Remind, once each, of some of the offers whose reminder is due; how many."""
    return _each(remind, select(Registration.id).where(Registration.offer_reminder_at <= clock.now()))


@command
def lapse(registration_id: int) -> bool:
    """Let one offer lapse, tell her, and give the seat to the next; False when it was answered meanwhile."""
    registration, quota = hold(registration_id, by=WORKER, act=Act.ANSWER_OFFER)
    now = clock.now()
    ends = registration.offer_ends_at
    if registration.state is not State.OFFERED or ends is None or now < ends:
        return False
    life.go(registration, Step.LAPSE, State.LAPSED, at=now, by=WORKER.label)
    db.session.flush()
    owe("lapsed", registration, at=now, offer_ends_at=ends.isoformat())
    record(
        "registration.lapsed",
        f"registration:{registration.id}",
        at=now,
        actor=WORKER.label,
        province_code=quota.session.province_code,
        before={"state": State.OFFERED},
        after={"state": State.LAPSED},
    )
    waiting_list.serve(quota, at=now, by=WORKER.label)
    return True


@command
def remind(registration_id: int) -> bool:
    """Owe the reminder of one offer, if it is due and wasn't owed before."""
    registration, _quota = hold(registration_id, by=WORKER, act=Act.ANSWER_OFFER)
    now = clock.now()
    ends, due = registration.offer_ends_at, registration.offer_reminder_at
    if ends is None or due is None or not due <= now < ends:
        return False
    registration.offer_reminder_at = None
    # An offer begins anew when its session is moved, and is reminded of anew.
    version = registration.turn * 1_000_000 + registration.session.calendar_sequence % 1_000_000
    owe("offer_reminder", registration, at=now, version=version, offer_ends_at=ends.isoformat())
    return True


def _each(act: Callable[[int], bool], which: Select[int]) -> int:
    """Each in a transaction of its own: one that fails is logged and left for the next time, and holds nobody up."""
    done = 0
    for registration_id in db.session.scalars(which.order_by(Registration.id).limit(AT_ONCE)).all():
        try:
            done += act(registration_id)
        except SQLAlchemyError as failure:
            logs.trouble("offer.failed", error=failure, registration_id=registration_id)
    return done
