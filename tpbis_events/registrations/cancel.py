"""Cancel a registration; its seat goes to the first on the waiting list, in the same transaction."""

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
from tpbis_events.programmes.registration_window import withdrawal_ends_at
from tpbis_events.registrations import life, waiting_list
from tpbis_events.registrations.drop_reminders import drop_reminders
from tpbis_events.registrations.hold import hold
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import HOLDING, Registration, State
from tpbis_events.registrations.rules import LONGEST_REASON, plain


@dataclass(frozen=True, slots=True)
class Cancelled:
    reference: str
    seat_given_to: tuple[str, ...]  # references of those who got a seat, or the offer of one, by this


@command
def cancel(registration_id: int, *, by: Actor, reason: str = "") -> Cancelled:
    """Exactly one seat becomes free, and the first who waits has it before anybody else can see it.

    A participant may cancel her own until the session begins or its registration closes, whichever is later, and so may the
    focal point who proposed her; the office at any time, with a reason. Refuses a registration that has ended already, and
    frees nothing more.
    """
    registration, quota = hold(registration_id, by=by, act=Act.CANCEL)
    now = clock.now()
    life.require(Step.CANCEL, registration)
    nominator = by.proposed(registration.invitation_id, Act.CANCEL)
    by_office = not nominator and not by.owns(registration.id, Act.CANCEL)
    if not by_office and now >= withdrawal_ends_at(quota.session):
        raise Refusal("session.has_begun")
    reason = plain(reason, LONGEST_REASON)
    if by_office and not reason:
        raise Refusal("registration.reason_missing")
    before = end(registration, quota, at=now, by=by, reason=reason, by_office=by_office, by_nominator=nominator)
    served = waiting_list.serve(quota, at=now, by=by.label) if before in HOLDING else []
    return Cancelled(registration.reference, tuple(served))


def end(
    registration: Registration,
    quota: Quota,
    *,
    at: datetime,
    by: Actor,
    reason: str,
    by_office: bool = True,
    by_nominator: bool = False,
) -> State | None:
    """A step: end one that is held, with its mail and its line in the log; the state before. Who is served is the caller's."""
    before = life.go(registration, Step.CANCEL, State.CANCELLED, at=at, by=by.label, reason=reason)
    db.session.flush()  # the seat must be free before another may take it
    drop_reminders([registration.id])
    owe(
        "cancelled",
        registration,
        at=at,
        by=by.label,
        by_office=by_office,
        by_nominator=by_nominator,
        reason=reason,
    )
    record(
        "registration.cancelled",
        f"registration:{registration.id}",
        at=at,
        actor=by.label,
        province_code=quota.session.province_code,
        before={"state": before},
        after={"state": State.CANCELLED},
        reason=reason or None,
    )
    return before
