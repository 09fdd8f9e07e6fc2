"""Whether somebody wants the office's messages of an event, and the signed link by which she says so.

The link opens nothing else, and may stand in the head of a mail where mail programs read it (RFC 2369, RFC 8058).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation import tokens
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.messages.model import Unwanted
from tpbis_events.registrations.model import Registration

LIFE_AFTER_SESSION = timedelta(days=400)
_PURPOSE = "messages"


def token_of(registration: Registration) -> str:
    """The same always, so that an old mail says no as well as a new one."""
    return tokens.sign(_PURPOSE, [registration.id], until=registration.session.ends_at + LIFE_AFTER_SESSION)


def address_of(registration: Registration, language: str) -> str:
    """The address as it stands in a mail."""
    prefix = "/en" if language == "en" else ""
    return f"{current_app.config['BASE_URL']}{prefix}/my/messages/{token_of(registration)}"


def open_link(token: str) -> Registration:
    """Whose link it is, with event and session. Refuses one that was altered (404) or is past its time (410). One query."""
    facts = tokens.read(_PURPOSE, token)
    if len(facts) != 1 or not isinstance(facts[0], int):
        raise NotFound("link.unknown")
    row = db.session.scalar(
        select(Registration)
        .where(Registration.id == facts[0])
        .options(joinedload(Registration.session), joinedload(Registration.event))
    )
    if row is None:
        raise NotFound("link.unknown")
    return row


def unwanted_by(registration_ids: Collection[int]) -> set[int]:
    """Of these, who wants no messages. One query."""
    if not registration_ids:
        return set()
    asked = select(Unwanted.registration_id).where(Unwanted.registration_id.in_(registration_ids))
    return set(db.session.scalars(asked))
