"""Which mail a registration owes: a step of the commands. Who has no e-mail address is owed a call in its place, so that nobody
is left untold.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tpbis_events.foundation.database import db
from tpbis_events.outbox.put import put
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.model import Registration

CARRIED = ("qr", "calendar", "all_certificates")


def owe(
    kind: str, registration: Registration, *, at: datetime, version: int | None = None, by: str = "", **more: Any
) -> bool:
    """Owe one mail of a kind to a registration's person, once in each turn of its life, or in each `version` of what the
    mail is about; whether there is an address to send it to. `by` is the label of who brought it about (outbox/cap.py).
    """
    return owe_prepared(
        kind,
        registration,
        version=registration.turn if version is None else version,
        language=registration.person.language,
        facts=facts_of(registration, at=at, **more),
        at=at,
        by=by,
    )


def owe_prepared(
    kind: str,
    registration: Registration,
    *,
    version: int,
    language: str,
    facts: dict[str, Any],
    at: datetime,
    by: str = "",
) -> bool:
    """The same with facts that are there already. One INSERT either way; a call leaves out what only a mail can carry."""
    address = registration.person.email
    if address:
        subject = f"registration:{registration.id}"
        put(kind, subject=subject, version=version, to=address, language=language, facts=facts, at=at, by=by)
        return True
    kept = {name: fact for name, fact in facts.items() if name not in CARRIED}
    db.session.add(Call(registration_id=registration.id, kind=kind, version=version, facts=kept, owed_at=at))
    return False
