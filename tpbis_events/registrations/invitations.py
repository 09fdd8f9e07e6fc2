"""Reads of invitations: the signed links, and how far each has been used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from tpbis_events.foundation import tokens
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota, Role, Session
from tpbis_events.registrations import ways
from tpbis_events.registrations.links import LIFE_AFTER_SESSION
from tpbis_events.registrations.model import HOLDING, LIVE, Invitation, InvitationKind, Registration

_PURPOSE = "invitation"


class Standing(StrEnum):
    """Whether somebody can still come by an invitation, and if not, why."""

    OPEN = "open"
    USED_UP = "used up"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Used:
    """An invitation and how many live registrations came by it."""

    invitation: Invitation
    used: int

    def standing(self, now: datetime) -> Standing:
        if self.invitation.revoked_at:
            return Standing.REVOKED
        if now >= self.invitation.expires_at:
            return Standing.EXPIRED
        return Standing.OPEN if self.used < ways.room(self.invitation) else Standing.USED_UP


@dataclass(frozen=True, slots=True)
class Nominees:
    """The names of a nomination, each part in the order in which they were proposed."""

    for_places: tuple[Registration, ...]
    reserves: tuple[Registration, ...]
    ended: tuple[Registration, ...]

    @property
    def live(self) -> int:
        return len(self.for_places) + len(self.reserves)


def token_of(invitation: Invitation) -> str:
    """It outlives the invitation: who comes too late is told so, and a focal point sees what became of the names."""
    until = invitation.quota.session.ends_at + LIFE_AFTER_SESSION
    return tokens.sign(_PURPOSE, [invitation.id], until=until)


def address_of(invitation: Invitation, language: str) -> str:
    """The address to hand out: to the form, or for a nomination to the focal point's page."""
    prefix = "/en" if language == "en" else ""
    page = "nominations" if invitation.kind is InvitationKind.NOMINATION else "invitations"
    return f"{current_app.config['BASE_URL']}{prefix}/{page}/{token_of(invitation)}"


def mailed_page(invitation_id: int, language: str) -> str:
    """The address for a mail: signed when the mail is written."""
    return address_of(db.session.get_one(Invitation, invitation_id), language)


def open_invitation(token: str) -> Invitation:
    """The invitation that a token opens, with its session and role; also one whose time is over or that was taken back.

    Refuses a token that was altered, and one into a draft (404). Whether the invitation is still good is asked by `ways.use`.
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
    if invitation is None or not invitation.quota.session.event.published_at:
        raise NotFound("invitation.unknown")
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
            .options(joinedload(Registration.person, innerjoin=True))
            .order_by(Registration.id)
        )
    )


def in_order(invitation: Invitation, proposed: Sequence[Registration]) -> Nominees:
    """Who stands for one of the places, who is a reserve behind them, and who is neither any longer.

    Who holds a seat stands for a place; the places that are left are for the others in the order of their names.
    """
    left = invitation.places - sum(each.state in HOLDING for each in proposed)
    for_places, reserves, ended = [], [], []
    for each in proposed:
        if each.state not in LIVE:
            ended.append(each)
        elif each.state in HOLDING or left > 0:
            left -= each.state not in HOLDING
            for_places.append(each)
        else:
            reserves.append(each)
    return Nominees(tuple(for_places), tuple(reserves), tuple(ended))
