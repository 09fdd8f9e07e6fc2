"""Publish an edition: from now on everybody can see it, and register when its window opens."""

from __future__ import annotations

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event
from tpbis_events.programmes.plans import seats_of
from tpbis_events.programmes.readiness import lacks_of


@command
def publish(event_id: int, *, by: Actor) -> None:
    """Refuses one that is published already, and one that lacks what nobody could do without; the codes say what."""
    by.require(Act.PLAN, None)
    event = db.session.get(Event, event_id, with_for_update=True)
    if event is None:
        raise NotFound("event.unknown")
    if event.published_at:
        raise Refusal("event.already_published")
    now = clock.now()
    missing = [lack.code for lack in lacks_of(event, seats_of(event_id), now) if lack.blocking]
    if missing:
        raise Refusal("event.not_ready", missing=", ".join(sorted(set(missing))), number=len(missing))
    event.published_at = now
    record("event.published", f"event:{event_id}", at=now, actor=by.label, after={"published_at": now.isoformat()})
