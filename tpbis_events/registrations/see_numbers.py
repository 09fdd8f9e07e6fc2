"""Take out many papers on which whole NIPs stand: each is a look at a number, and each is written into the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.see_number import note_look


@command
def see_numbers(registration_ids: Sequence[int], *, by: Actor) -> None:
    """Refuses all when one is out of reach, or the actor may not see numbers there. One query before the entries."""
    rows = db.session.execute(
        select(Registration.id, Session.province_code)
        .join(Session, Session.id == Registration.session_id)
        .where(Registration.id.in_(registration_ids))
        .order_by(Registration.id)
    ).all()
    now = clock.now()
    for registration_id, province_code in rows:
        note_look(registration_id, province_code, at=now, by=by)
