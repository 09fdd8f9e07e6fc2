"""Reinstate a registration that ended: it needs a free seat, as anybody does."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.registration_window import require_published
from tpbis_events.registrations import life, seats
from tpbis_events.registrations.hold import hold
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.register import refuse_double
from tpbis_events.registrations.rules import LONGEST_REASON, plain


@dataclass(frozen=True, slots=True)
class Reinstated:
    reference: str


@command
def reinstate(registration_id: int, *, reason: str, by: Actor) -> Reinstated:
    """She has a seat again, with a new QR code. Refuses when none is free, when somebody waits for it, when a limit is reached,
    when she registered again meanwhile, when the session is over or cancelled.
    """
    registration, quota = hold(registration_id, by=by, act=Act.REINSTATE)
    now = clock.now()
    life.require(Step.REINSTATE, registration)
    require_published(quota.session.event)
    if quota.session.cancelled_at:
        raise Refusal("session.cancelled")
    if now >= quota.session.ends_at:
        raise Refusal("session.over")
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("reinstate.reason_missing")
    before = registration.state
    seat = seats.claim(registration, quota, Step.REINSTATE, at=now, by=by.label)
    registration.ticket = codes.new_code(16)
    refuse_double()
    owe("confirmation", registration, at=now, by=by.label)
    record(
        "registration.reinstated",
        f"registration:{registration.id}",
        at=now,
        actor=by.label,
        province_code=quota.session.province_code,
        before={"state": before},
        after={"state": registration.state, "seat": seat.number},
        reason=reason,
    )
    return Reinstated(registration.reference)
