"""Tick off what somebody was told by telephone, WhatsApp or otherwise; or write down that she wasn't reached."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations.call_model import Call, How
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.rules import plain

LONGEST_NOTE = 300


@command
def tick_off(call_id: int, how: How | None, *, note: str = "", by: Actor) -> bool:
    """Whether the line is off the list: `how` says how she was told, or that she can't be; None, that nobody answered, and it
    stays.

    Refuses one out of reach (404), and one that somebody ticked off before.
    """
    call = db.session.scalars(
        select(Call)
        .where(Call.id == call_id)
        .options(joinedload(Call.registration, innerjoin=True).joinedload(Registration.session, innerjoin=True))
        .with_for_update(of=Call)
        .execution_options(populate_existing=True)
    ).first()
    if call is None:
        raise NotFound("call.unknown")
    province = call.registration.session.province_code
    by.require(Act.TELL, province)
    if call.told_at is not None:
        raise Refusal("call.told")
    now = clock.now()
    call.note = plain(note, LONGEST_NOTE) or call.note
    if how is None:
        call.tries, call.tried_at = call.tries + 1, now
    else:
        call.told_at, call.told_by, call.how = now, by.label, how
    record(
        "registration.not_reached" if how in (None, How.GIVEN_UP) else "registration.told",
        call.subject,
        at=now,
        actor=by.label,
        province_code=province,
        after={"mail": call.kind, "how": how.value if how else "not_reached"},
    )
    return how is not None
