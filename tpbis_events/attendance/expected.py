"""Who has a seat in a session, as far as the list of a video call is held against it."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.attendance.meeting_match import Expected
from tpbis_events.foundation.database import db
from tpbis_events.people.model import Person
from tpbis_events.registrations.model import Registration, State


def expected_in(session_id: int) -> tuple[Expected, ...]:
    """By name. One query."""
    rows = db.session.execute(
        select(Registration.reference, Person.full_name, Person.own_script_name, Person.email, Registration.role_id)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.session_id == session_id, Registration.state == State.SEATED)
        .order_by(Person.name_key, Registration.id)
    )
    return tuple(Expected(reference, name, own or "", email or "", role) for reference, name, own, email, role in rows)
