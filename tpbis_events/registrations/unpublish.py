"""Take a published edition back: it is a draft again, and nobody outside the office can see it.

Refused while anybody is registered or holds an invitation that is still good: she was told of it by name, and the page that
her mail leads to would be gone without a word. Cancel the sessions (everybody is told why) or take the invitations back first.
Registrations that have ended don't stand in the way; their own pages stay. So a draft never has a live registration.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Quota, Session
from tpbis_events.registrations import seats
from tpbis_events.registrations.model import LIVE, Invitation, Registration
from tpbis_events.registrations.rules import LONGEST_REASON, plain


@command
def unpublish(event_id: int, *, reason: str, by: Actor) -> None:
    """Make a draft of it again. Refuses a draft, a missing reason, and whoever would be left with a link to nothing."""
    by.require(Act.PLAN, None)
    event = db.session.get(Event, event_id)
    if event is None:
        raise NotFound("event.unknown")
    quotas = select(Quota.id).join(Session, Session.id == Quota.session_id).where(Session.event_id == event_id)
    seats.lock_quotas(db.session.scalars(quotas).all())
    db.session.refresh(event)
    now = clock.now()
    if not event.published_at:
        raise Refusal("event.draft_already")
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("unpublish.reason_missing")
    people, invited = holders(event_id, now)
    if people or invited:
        raise Refusal("event.has_people", people=people, invitations=invited)
    before, event.published_at = event.published_at, None
    record(
        "event.unpublished",
        f"event:{event_id}",
        at=now,
        actor=by.label,
        before={"published_at": before.isoformat()},
        reason=reason,
    )


def holders(event_id: int, now: datetime) -> tuple[int, int]:
    """How many live registrations an event has, and how many invitations that are still good. Two queries."""
    people = db.session.scalar(
        select(func.count())
        .select_from(Registration)
        .where(Registration.event_id == event_id, Registration.state.in_(LIVE))
    )
    invited = db.session.scalar(
        select(func.count())
        .select_from(Invitation)
        .join(Quota, Quota.id == Invitation.quota_id)
        .join(Session, Session.id == Quota.session_id)
        .where(Session.event_id == event_id, Invitation.revoked_at.is_(None), Invitation.expires_at > now)
    )
    return people or 0, invited or 0
