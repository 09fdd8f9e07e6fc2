"""Change how early somebody on a waiting list is served: a higher priority goes first, then who came first."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations.hold import hold
from tpbis_events.registrations.model import State
from tpbis_events.registrations.rules import LONGEST_REASON, plain
from tpbis_events.registrations.waiting_list import place_in_line

HIGHEST = 9


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    reference: str
    priority: int
    place: int | None  # in line, as it is now


@command
def change_priority(registration_id: int, priority: int, *, reason: str, by: Actor) -> PriorityChanged:
    """From 0, which everybody has, to 9. Nobody is served by it; it decides who is first when a seat comes free.

    Needs the right to serve the waiting list. Refuses who doesn't wait, a number outside 0 to 9, and a missing reason.
    """
    registration, quota = hold(registration_id, by=by, act=Act.SERVE_WAITING)
    if registration.state is not State.WAITING:
        raise Refusal(f"registration.already_{registration.state.value}")
    if not 0 <= priority <= HIGHEST:
        raise Refusal("priority.number", highest=HIGHEST)
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("priority.reason_missing")
    before, registration.priority = registration.priority, priority
    db.session.flush()
    record(
        "registration.priority_changed",
        f"registration:{registration.id}",
        at=clock.now(),
        actor=by.label,
        province_code=quota.session.province_code,
        before={"priority": before},
        after={"priority": priority},
        reason=reason,
    )
    return PriorityChanged(registration.reference, priority, place_in_line(registration))
