"""The signed link by which a participant opens her own registration, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation import tokens
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, NotFound
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import Registration

# Long enough to fetch a certificate for last year's promotion file.
LIFE_AFTER_SESSION = timedelta(days=400)
_PURPOSE = "registration"


def token_of(registration: Registration) -> str:
    until = registration.session.ends_at + LIFE_AFTER_SESSION
    return tokens.sign(_PURPOSE, [registration.id, registration.link_version], until=until)


def own_page(token: str, language: str) -> str:
    """The mailed address of a registration; it begins with the configured base, never with what a request said."""
    prefix = "/en" if language == "en" else ""
    return f"{current_app.config['BASE_URL']}{prefix}/my/{token}"


def mailed_page(registration_id: int, version: int, language: str) -> str:
    """The address for a mail that was owed while the link had this version: an older mail never carries a newer link."""
    session = db.session.scalars(
        select(Session)
        .join(Registration, Registration.session_id == Session.id)
        .where(Registration.id == registration_id)
    ).one()
    token = tokens.sign(_PURPOSE, [registration_id, version], until=session.ends_at + LIFE_AFTER_SESSION)
    return own_page(token, language)


def open_link(token: str) -> Registration:
    """The registration that a token opens, with its session and days, event, role and person.

    Refuses a link that was altered (404), is past its time or was replaced by a newer one (410).
    """
    facts = tokens.read(_PURPOSE, token)
    if len(facts) != 2 or not all(isinstance(fact, int) for fact in facts):
        raise NotFound("link.unknown")
    registration_id, version = facts
    row = db.session.scalar(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(
            joinedload(Registration.session).joinedload(Session.event),
            joinedload(Registration.session).selectinload(Session.days),
            joinedload(Registration.role),
            joinedload(Registration.person),
        )
    )
    if row is None:
        raise NotFound("link.unknown")
    if row.link_version != version:
        raise Gone("link.replaced")
    return row
