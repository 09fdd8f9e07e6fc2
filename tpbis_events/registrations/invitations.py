"""Reads of invitations: the signed links, and how far each has been used."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tpbis_events.foundation import clock, tokens
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota, Role, Session
from tpbis_events.registrations import ways
from tpbis_events.registrations.model import LIVE, Invitation, InvitationKind, Registration

_PURPOSE = "invitation"


@dataclass(frozen=True, slots=True)
class Used:
    """An invitation and how many live registrations came by it."""

    invitation: Invitation
    used: int


def token_of(invitation: Invitation) -> str:
    return tokens.sign(_PURPOSE, [invitation.id], until=invitation.expires_at)


def address_of(invitation: Invitation, language: str) -> str:
    """The address to hand out: to the form, or for a nomination to the focal point's page."""
    prefix = "/en" if language == "en" else ""
    page = "nominations" if invitation.kind is InvitationKind.NOMINATION else "invitations"
    return f"{current_app.config['BASE_URL']}{prefix}/{page}/{token_of(invitation)}"


def mailed_page(invitation_id: int, language: str) -> str:
    """The address for a mail: signed when the mail is written."""
    return address_of(db.session.get_one(Invitation, invitation_id), language)


def open_invitation(token: str) -> Invitation:
    """The invitation that a token opens, with its session and role.

    Refuses one that was altered (404), is past its time or was taken back (410). Places are counted when it is used.
    """
    facts = tokens.read(_PURPOSE, token)
    if len(facts) != 1 or not isinstance(facts[0], int):
        raise NotFound("invitation.unknown")
    invitation = db.session.scalar(
        select(Invitation)
        .where(Invitation.id == facts[0])
        .options(
            joinedload(Invitation.quota).joinedload(Quota.session).joinedload(Session.event),
            joinedload(Invitation.quota).joinedload(Quota.session).selectinload(Session.days),
            joinedload(Invitation.quota).joinedload(Quota.role).selectinload(Role.limits),
        )
    )
    if invitation is None:
        raise NotFound("invitation.unknown")
    ways.refuse_ended(invitation, clock.now())
    return invitation


def of_session(session_id: int, *, by: Actor) -> list[Used]:
    """The invitations into a session, newest first. The caller has checked that the session is in the actor's reach."""
    by.require_somewhere(Act.INVITE)
    used = (
        select(Registration.invitation_id, func.count().label("used"))
        .where(Registration.state.in_(LIVE), Registration.invitation_id.is_not(None))
        .group_by(Registration.invitation_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Invitation, func.coalesce(used.c.used, 0))
        .join(Invitation.quota)
        .outerjoin(used, used.c.invitation_id == Invitation.id)
        .where(Quota.session_id == session_id)
        .options(contains_eager(Invitation.quota).joinedload(Quota.role))
        .order_by(Invitation.id.desc())
    )
    return [Used(invitation, number) for invitation, number in rows]


def nominated_by(invitation: Invitation) -> list[Registration]:
    """The names that a focal point proposed, in her order, with what became of each."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.invitation_id == invitation.id)
            .options(joinedload(Registration.person, innerjoin=True), selectinload(Registration.substitute))
            .order_by(Registration.id)
        )
    )
