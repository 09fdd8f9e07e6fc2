"""Write into the audit log that the list of a day was taken out with the signatures on it."""

from __future__ import annotations

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import SessionDay


@command
def note_signed_list(day_id: int, *, by: Actor) -> bool:
    """Before it is made, so that none leaves unseen; whether the whole NIP may stand on it. Refuses who may not see attendance
    there.
    """
    day = db.session.get(SessionDay, day_id)
    if day is None:
        raise NotFound("attendance.unknown_day")
    province_code = day.session.province_code
    by.require(Act.SEE_ATTENDANCE, province_code)
    numbers = by.may(Act.SEE_NUMBER, province_code)
    record(
        "sheet.signed_list",
        f"session:{day.session_id}",
        at=clock.now(),
        actor=by.label,
        province_code=province_code,
        after={"day": day.number, "with_numbers": numbers},
    )
    return numbers
