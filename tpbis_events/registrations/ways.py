"""How somebody comes to a role: what each way in asks of a request before it may claim a seat."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select

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
    found = db.session.execute(
        select(Invitation, _used(Invitation.id))
        .where(Invitation.id == invitation_id, Invitation.quota_id == quota.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("invitation.unknown")
    invitation, used = found
    _require_good(invitation, used, at)
    return invitation


def require_good(invitation: Invitation, at: datetime) -> None:
    """Refuse an invitation that was taken back or is past its time (410), and one that is used up."""
    _require_good(invitation, _number_used(invitation), at)


def _require_good(invitation: Invitation, used: int, at: datetime) -> None:
    if invitation.revoked_at:
        raise Gone("invitation.revoked")
    if at >= invitation.expires_at:
        raise Gone("invitation.expired")
    if used >= room(invitation):
        raise Refusal("invitation.used_up")


def places_left(invitation: Invitation) -> int:
    """Places that nobody uses; who withdraws gives hers back. A nomination has room for its reserves too."""
    return max(0, room(invitation) - _number_used(invitation))


def room(invitation: Invitation) -> int:
    """How many may be registered by an invitation at one time."""
    return invitation.places * (RESERVES if invitation.kind is InvitationKind.NOMINATION else 1)


def _number_used(invitation: Invitation) -> int:
    return db.session.scalar(select(_used(invitation.id))) or 0


def _used(invitation_id: Any) -> ScalarSelect[int]:
    """How many live registrations came by an invitation: a column's or a number's id."""
    uses = (Registration.invitation_id == invitation_id, Registration.state.in_(LIVE))
    return select(func.count()).select_from(Registration).where(*uses).scalar_subquery()
