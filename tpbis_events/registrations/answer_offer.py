"""Answer the offer of a seat: accept it before it ends, or decline, and the seat goes to the next who waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota
from tpbis_events.registrations import life, waiting_list
from tpbis_events.registrations.hold import hold
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import Registration, State


@dataclass(frozen=True, slots=True)
class Answered:
    reference: str
    state: State
    seat_given_to: tuple[str, ...] = ()  # references of those who were served by a declined seat


@command
def accept(registration_id: int, *, by: Actor) -> Answered:
    """The seat that was held for her is hers. Accepted twice, it is accepted once, and the answer is the same.

    Refuses an offer whose time is over by the server's clock, and anybody else's.
    """
    registration, quota = hold(registration_id, by=by, act=Act.ANSWER_OFFER)
    now = clock.now()
    if registration.state is State.SEATED and by.owns(registration.id, Act.ANSWER_OFFER):
        return Answered(registration.reference, State.SEATED)
    life.require(Step.ACCEPT, registration)
    _require_in_time(registration, quota, now)
    life.go(registration, Step.ACCEPT, State.SEATED, at=now, by=by.label)
    db.session.flush()
    owe("confirmation", registration, at=now, by=by.label)
    _record("registration.accepted", registration, quota, now, by)
    return Answered(registration.reference, State.SEATED)


@command
def decline(registration_id: int, *, by: Actor) -> Answered:
    """The seat goes to the next who waits, and she leaves the waiting list; she may register again, at its end.

    Declined twice, it is declined once, and the answer is the same.
    """
    registration, quota = hold(registration_id, by=by, act=Act.ANSWER_OFFER)
    now = clock.now()
    if registration.state is State.DECLINED and by.owns(registration.id, Act.ANSWER_OFFER):
        return Answered(registration.reference, State.DECLINED)
    life.require(Step.DECLINE, registration)
    life.go(registration, Step.DECLINE, State.DECLINED, at=now, by=by.label)
    db.session.flush()
    _record("registration.declined", registration, quota, now, by)
    served = waiting_list.serve(quota, at=now, by=by.label)
    return Answered(registration.reference, State.DECLINED, tuple(served))


def _require_in_time(registration: Registration, quota: Quota, now: datetime) -> None:
    ends = registration.offer_ends_at
    if ends and now >= ends:
        raise Refusal("offer.over", ended=ends, zone=quota.session.zone)


def _record(act: str, registration: Registration, quota: Quota, now: datetime, by: Actor) -> None:
    record(
        act,
        f"registration:{registration.id}",
        at=now,
        actor=by.label,
        province_code=quota.session.province_code,
        before={"state": State.OFFERED},
        after={"state": registration.state},
    )
