"""Say that one wants no more messages of the office about an event, or wants them again.

Mail that a registration needs still comes.
"""

from __future__ import annotations

from sqlalchemy import delete

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.messages.model import Unwanted
from tpbis_events.people.actor import Actor
from tpbis_events.registrations.model import Registration


@command
def set_wanted(registration_id: int, wanted: bool, *, by: Actor) -> bool:
    """Whether it changed anything; said twice it changes nothing. For who holds her own link."""
    registration = db.session.get(Registration, registration_id)
    if registration is None or by.registration_id != registration_id:
        raise NotFound("registration.unknown")
    now = clock.now()
    if wanted:
        gone = delete(Unwanted).where(Unwanted.registration_id == registration_id)
        changed = db.session.scalar(gone.returning(Unwanted.registration_id)) is not None
    else:
        row = insert_on_conflict(Unwanted).values(registration_id=registration_id, since=now)
        changed = db.session.scalar(row.on_conflict_do_nothing().returning(Unwanted.registration_id)) is not None
    if changed:
        record(
            "registration.wants_messages" if wanted else "registration.wants_no_messages",
            f"registration:{registration_id}",
            at=now,
            actor=by.label,
            province_code=registration.session.province_code,
        )
    return changed
