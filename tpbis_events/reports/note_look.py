"""Write into the audit log that somebody opened the record of a session's attendance; before it is shown."""

from __future__ import annotations

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session


@command
def note_look(session_id: int, *, by: Actor) -> None:
    """Refuses who may not see the record there."""
    session = db.session.get(Session, session_id)
    if session is None:
        raise NotFound("session.unknown")
    by.require(Act.SEE_ATTENDANCE, session.province_code)
    record(
        "attendance.record_seen",
        f"session:{session_id}",
        at=clock.now(),
        actor=by.label,
        province_code=session.province_code,
    )
