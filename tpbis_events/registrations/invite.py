"""Invite into a role of a session: a person, an office with several places, or a focal point who nominates; and take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.put import put
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.letters import scope_of
from tpbis_events.programmes.model import Quota, WayIn
from tpbis_events.programmes.registration_window import closes_at, require_published
from tpbis_events.registrations import rules, seats
from tpbis_events.registrations.invitations import address_of
from tpbis_events.registrations.model import Invitation, InvitationKind

MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited: a person, an office, or the agency or country whose focal point nominates."""

    kind: InvitationKind
    name: str
    email: str = ""
    language: str = "id"
    places: int = 1


@dataclass(frozen=True, slots=True)
class Invited:
    invitation_id: int
    address: str


@command
def invite(quota_id: int, guest: Guest, *, expires_at: datetime, by: Actor) -> Invited:
    """A link for so many places until a moment; mailed when there is an address. A personal one has one place.

    Refuses a draft, a missing name, a wrong address, a number of places outside 1 to 200, an end that has passed or lies after
    registration has closed, and a nomination for a role of another way in, or anything else for a role by nomination.
    """
    quota = seats.lock_quota(quota_id)
    by.require(Act.INVITE, quota.session.province_code)
    require_published(quota.session.event)
    now = clock.now()
    problems: dict[str, str] = {}
    name = rules.plain(guest.name, rules.LONGEST_NAME)
    if not name:
        problems["name"] = "text.missing"
    email, wrong = rules.read_email(guest.email.strip(), test_addresses=not current_app.config["PRODUCTION"])
    if wrong:
        problems["email"] = wrong
    if (guest.kind is InvitationKind.NOMINATION) != (quota.role.way_in is WayIn.NOMINATION):
        problems["kind"] = "invitation.kind"
    places = 1 if guest.kind is InvitationKind.PERSONAL else guest.places
    if not 1 <= places <= MOST_PLACES:
        problems["places"] = "invitation.places"
    if not now < expires_at <= closes_at(quota.session):
        problems["expires_at"] = "invitation.expiry"
    if problems:
        raise Invalid(problems)
    invitation = Invitation(
        quota_id=quota.id,
        kind=guest.kind,
        name=name,
        email=email or None,
        language=guest.language if guest.language in rules.LANGUAGES else "id",
        places=places,
        expires_at=expires_at,
        created_at=now,
        created_by=by.label,
    )
    db.session.add(invitation)
    db.session.flush()
    if email:
        _owe(invitation, quota, now)
    record(
        "invitation.made",
        f"invitation:{invitation.id}",
        at=now,
        actor=by.label,
        province_code=quota.session.province_code,
        after={"kind": guest.kind, "places": places, "session": quota.session.slug, "role": quota.role.slug},
    )
    return Invited(invitation.id, address_of(invitation, invitation.language))


@command
def revoke(invitation_id: int, *, by: Actor) -> None:
    """Nobody comes by this invitation any longer; who came by it stays."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None:
        raise NotFound("invitation.unknown")
    quota = seats.lock_quota(invitation.quota_id)
    by.require(Act.INVITE, quota.session.province_code)
    db.session.refresh(invitation)
    if invitation.revoked_at:
        raise Refusal("invitation.already_revoked")
    invitation.revoked_at = clock.now()
    record(
        "invitation.revoked",
        f"invitation:{invitation.id}",
        at=invitation.revoked_at,
        actor=by.label,
        province_code=quota.session.province_code,
    )


def _owe(invitation: Invitation, quota: Quota, now: datetime) -> None:
    session, event, role = quota.session, quota.session.event, quota.role
    put(
        "nomination" if invitation.kind is InvitationKind.NOMINATION else "invitation",
        subject=f"invitation:{invitation.id}",
        to=invitation.email or "",
        language=invitation.language,
        facts={
            "words_of": scope_of(event.id),
            "invitation_id": invitation.id,
            "full_name": invitation.name,
            "places": invitation.places,
            "expires_at": invitation.expires_at.isoformat(),
            "event_id": event.name_id,
            "event_en": event.name_en,
            "session_id": session.name_id,
            "session_en": session.name_en,
            "role_id": role.name_id,
            "role_en": role.name_en,
            "venue": session.place,
            "zone": session.zone,
            "days": [[day.starts_at.isoformat(), day.ends_at.isoformat()] for day in session.days],
        },
        at=now,
    )
