"""Show how to reach somebody who is to be called; each look is written into the audit log."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.model import Registration


@command
def see_contact(call_id: int, *, by: Actor) -> None:
    """Write the look down. Needs the right to tell people there, and to see how to reach them (404, 403)."""
    found = db.session.execute(
        select(Registration.id, Session.province_code)
        .join(Call, Call.registration_id == Registration.id)
        .join(Session, Session.id == Registration.session_id)
        .where(Call.id == call_id)
    ).one_or_none()
    if found is None:
        raise NotFound("call.unknown")
    registration_id, province = found
    by.require(Act.TELL, province)
    by.require(Act.SEE_CONTACT, province)
    record(
        "registration.contact_seen",
        f"registration:{registration_id}",
        at=clock.now(),
        actor=by.label,
        province_code=province,
    )
