"""How somebody comes to a role: what each way in asks of a request before it may claim a seat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, NotFound, Refusal
from tpbis_events.people.actor import PUBLIC, Actor
from tpbis_events.programmes.model import Quota, WayIn
from tpbis_events.registrations.model import LIVE, Invitation, InvitationKind, Registration

# A focal point may name, beside those for her places, as many again as reserves.
RESERVES = 2


def must_be_decided(quota: Quota, invitation: Invitation | None, *, by: Actor) -> bool:
    """Whether a request begins as an application that the office decides, or may claim a seat at once.

    The office decides by entering somebody. An invitation is the office's word already, a nomination isn't. Refuses who
    comes to a role of invitations or nominations without one.
    """
    if by is not PUBLIC:
        return False
    nominated = invitation is not None and invitation.kind is InvitationKind.NOMINATION
    way = quota.role.way_in
    if way is WayIn.INVITATION and invitation is None:
        raise Refusal("way.invitation_needed")
    if way is WayIn.NOMINATION and not nominated:
        raise Refusal("way.nomination_needed")
    return nominated or (way is WayIn.APPROVAL and invitation is None)


def use(invitation_id: int, quota: Quota, at: datetime) -> Invitation:
    """The invitation, with a place left, for a quota that the caller has locked: so two never use its last place.

    Refuses one for another role or session, one that was taken back or is past its time (410), and one that is used up.
    """
    invitation = db.session.get(Invitation, invitation_id, populate_existing=True)
    if invitation is None or invitation.quota_id != quota.id:
        raise NotFound("invitation.unknown")
    require_good(invitation, at)
    return invitation


def require_good(invitation: Invitation, at: datetime) -> None:
    """Refuse an invitation that was taken back or is past its time (410), and one that is used up."""
    if invitation.revoked_at:
        raise Gone("invitation.revoked")
    if at >= invitation.expires_at:
        raise Gone("invitation.expired")
    if places_left(invitation) < 1:
        raise Refusal("invitation.used_up")


def places_left(invitation: Invitation) -> int:
    """Places that nobody uses; who withdraws gives hers back. A nomination has room for its reserves too."""
    uses = (Registration.invitation_id == invitation.id, Registration.state.in_(LIVE))
    used = db.session.scalar(select(func.count()).select_from(Registration).where(*uses)) or 0
    return max(0, room(invitation) - used)


def room(invitation: Invitation) -> int:
    """How many may be registered by an invitation at one time."""
    return invitation.places * (RESERVES if invitation.kind is InvitationKind.NOMINATION else 1)
