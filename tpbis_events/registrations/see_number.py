"""Show a whole NIP to an organizer; each look is written into the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations.model import Registration


@command
def see_number(registration_id: int, *, by: Actor, printed: str | None = None) -> str:
    """The civil-servant number of a registration's person. Refuses one out of reach, and one without a number (404).

    `printed`: the number on a paper that was issued to her, whatever became of her own since.
    """
    registration = db.session.scalar(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(
            joinedload(Registration.person, innerjoin=True),
            joinedload(Registration.session, innerjoin=True),
        )
    )
    if registration is None:
        raise NotFound("registration.unknown")
    note_look(registration.id, registration.session.province_code, at=clock.now(), by=by)
    number = printed or registration.person.nip
    if not number:
        raise NotFound("registration.no_number")
    return number


def note_look(registration_id: int, province_code: str | None, *, at: datetime, by: Actor) -> None:
    """A step: write into the audit log that a whole NIP is seen. Refuses who may not see numbers in that province."""
    by.require(Act.SEE_NUMBER, province_code)
    subject = f"registration:{registration_id}"
    record("registration.number_seen", subject, at=at, actor=by.label, province_code=province_code)
