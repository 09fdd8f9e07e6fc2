"""The signed link of an e-mail address: it opens what was given to whoever registered with it, and is only ever mailed to it.

A participant's own link opens one registration and nothing else (links.py). This one names a person with the address and a mark
of the address, never the address itself; it ends by time, when that person's address is changed, and when her data is erased.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from tpbis_events.foundation import tokens
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, NotFound
from tpbis_events.people.model import Person

LIFE = timedelta(days=180)
_PURPOSE = "address"


@dataclass(frozen=True, slots=True)
class Address:
    """What a link opens: the key of an address, until when."""

    key: str
    until: datetime


def link_of(person: Person, *, at: datetime) -> dict[str, Any]:
    """The link of a person's address, as the facts of a mail to that address keep it; the token is made as it is written."""
    until = int((at + LIFE).timestamp())
    return {"person_id": person.id, "mark": _mark(person.email_key or ""), "until": until}


def token_of(link: Mapping[str, Any]) -> str:
    until = datetime.fromtimestamp(link["until"], UTC)
    return tokens.sign(_PURPOSE, [link["person_id"], link["mark"], link["until"]], until=until)


def key_of(link: Mapping[str, Any]) -> str | None:
    """The key of the address that a link was made for; none when its person has another one now, or none. One query."""
    key = db.session.scalar(select(Person.email_key).where(Person.id == link["person_id"]))
    return key if key and hmac.compare_digest(_mark(key), link["mark"]) else None


def open_address(token: str) -> Address:
    """The address that a token opens. Refuses a link that was altered (404), is past its time or was ended (410)."""
    try:
        facts = tokens.read(_PURPOSE, token)
    except Gone as over:
        raise Gone("link.of_address_expired", days=LIFE.days) from over
    if len(facts) != 3:
        raise NotFound("link.unknown")
    person_id, mark, until = facts
    key = key_of({"person_id": person_id, "mark": mark})
    if key is None:
        raise Gone("link.of_address_ended")
    return Address(key, datetime.fromtimestamp(until, UTC))


def _mark(key: str) -> str:
    """Stands for an address: without the secret nobody can try addresses on it."""
    secret: str = current_app.config["SECRET_KEY"]
    return hmac.new(secret.encode(), f"tpbis address {key}".encode(), hashlib.sha256).hexdigest()[:32]
