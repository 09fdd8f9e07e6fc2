"""Show a whole NIP to an organizer; each look is written into the audit log."""

from __future__ import annotations

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
    by.require(Act.SEE_NUMBER, registration.session.province_code)
    number = printed or registration.person.nip
    if not number:
        raise NotFound("registration.no_number")
    record(
        "registration.number_seen",
        f"registration:{registration.id}",
        at=clock.now(),
        actor=by.label,
        province_code=registration.session.province_code,
    )
    return number
