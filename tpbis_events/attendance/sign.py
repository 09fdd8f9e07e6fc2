"""Keep the signature that a person drew on a screen of ours on the day; her own phone is no proof that she is there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from tpbis_events.attendance.hold import hold
from tpbis_events.attendance.settle import items_on_screen
from tpbis_events.attendance.signatures import CONSENT, Signature, read_strokes, written
from tpbis_events.audit.record import record
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor


@command
def sign(registration_id: int, day_id: int, strokes: str, *, consent: bool, by: Actor) -> datetime:
    """`strokes` as the page sends them. A new drawing takes the place of the old, whose strokes are emptied at once.

    Refuses without her consent, what is no drawing, and who isn't checked in for the day; right and day as for a check-in.
    """
    held = hold(registration_id, day_id, by=by)
    if not consent:
        raise Refusal("signature.no_consent")
    drawing = read_strokes(strokes)
    if drawing is None:
        raise Refusal("signature.unreadable")
    if not items_on_screen(registration_id, day_id):
        raise Refusal("attendance.not_checked_in")
    before = db.session.scalar(
        select(Signature).where(
            Signature.registration_id == registration_id, Signature.day_id == day_id, Signature.replaced_at.is_(None)
        )
    )
    if before:
        before.replaced_at, before.strokes = held.now, None
        db.session.flush()
    row = Signature(
        registration_id=registration_id,
        day_id=day_id,
        strokes=written(drawing),
        consent=CONSENT,
        drawn_at=held.now,
        drawn_by=by.label,
    )
    db.session.add(row)
    record(
        "attendance.signed",
        f"registration:{registration_id}",
        at=held.now,
        actor=by.label,
        province_code=held.registration.session.province_code,
        after={"day": held.day.number, "strokes": len(drawing), "again": before is not None},
    )
    return held.now
