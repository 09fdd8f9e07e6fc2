"""Which mail a registration owes: a step of the commands. Persons without an e-mail address are owed none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tpbis_events.outbox.put import put
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.model import Registration


def owe(kind: str, registration: Registration, *, at: datetime, version: int | None = None, **more: Any) -> bool:
    """Owe one mail of a kind to a registration's person, once in each turn of its life, or in each `version` of what the
    mail is about; whether there is an address to send it to.
    """
    person = registration.person
    if not person.email:
        return False
    put(
        kind,
        subject=f"registration:{registration.id}",
        version=registration.turn if version is None else version,
        to=person.email,
        language=person.language,
        facts=facts_of(registration, at=at, **more),
        at=at,
    )
    return True
