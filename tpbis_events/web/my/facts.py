"""What every page of one's own registration says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tpbis_events.registrations.facts import link_for
from tpbis_events.registrations.links import own_page, token_of
from tpbis_events.registrations.model import LIVE, InvitationKind, Registration
from tpbis_events.registrations.waiting_list import place_in_line
from tpbis_events.web.public import told


@dataclass(frozen=True, slots=True)
class WhoComes:
    """The substitute; `own_address` is the link to hand over to her, empty where it isn't this person's business."""

    name: str
    by_mail: bool
    own_address: str


def facts_of(registration: Registration, token: str) -> dict[str, Any]:
    session = registration.session
    return {
        "token": token,
        "registration": registration,
        "person": registration.person,
        "session": session,
        "event": session.event,
        "place": place_in_line(registration),
        "dates": told.dates(session),
        "hours": told.hours(session),
        "city": told.city(session),
        "venue": told.venue(session),
        "province": told.province_name(session),
        "link": link_for(registration),
    }


def nominated_by(registration: Registration) -> str:
    """Whose focal point proposed her; empty for who came by herself."""
    invitation = registration.invitation
    return invitation.name if invitation and invitation.kind is InvitationKind.NOMINATION else ""


def in_place_of(registration: Registration) -> str:
    """Whom she stands in for; empty for who comes for herself."""
    before = registration.substitute_of
    return before.person.full_name if before else ""


def who_comes(registration: Registration, now: datetime) -> WhoComes | None:
    """Who comes in a person's place. Whom no mail reaches gets her link from the person who named her.

    That is so until the session begins, as long as the link is the first one and she has told no e-mail address: who takes
    her registration into her own hands changes the link by it.
    """
    coming = registration.substitute
    if coming is None:
        return None
    named_here = registration.ended_by == "participant" and now < registration.session.starts_at
    unreached = coming.state in LIVE and coming.link_version == 1 and not coming.person.email
    address = own_page(token_of(coming), coming.person.language) if named_here and unreached else ""
    return WhoComes(coming.person.full_name, bool(coming.person.email), address)
