"""Serve the waiting list by hand: the office gives free seats to the first who wait, in order, also after registration closed."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Serving
from tpbis_events.programmes.registration_window import offers_end_at
from tpbis_events.registrations import seats, waiting_list


@dataclass(frozen=True, slots=True)
class Served:
    references: tuple[str, ...]
    offered: bool  # whether they were offered seats, or have them


@command
def serve_waiting(quota_id: int, *, by: Actor, most: int | None = None) -> Served:
    """At most so many, else as many as seats are free. While registration is open an event that offers seats offers them;
    after it has closed, or once the session has begun, nobody is offered one, they are seated. Refuses when nobody could
    be served, and once the session is over.
    """
    quota = seats.lock_quota(quota_id)
    by.require(Act.SERVE_WAITING, quota.session.province_code)
    now = clock.now()
    if quota.session.cancelled_at:
        raise Refusal("session.cancelled")
    if now >= quota.session.ends_at:
        raise Refusal("session.over")
    offer = quota.session.event.serving is Serving.OFFER and now < offers_end_at(quota.session)
    served = waiting_list.give(quota, at=now, by=by.label, offer=offer, most=most)
    if not served:
        raise Refusal("waiting_list.nobody_served")
    return Served(tuple(served), offer)
