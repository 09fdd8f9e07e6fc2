"""Say how far a commitment is; what was said before stays as its history."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session
from tpbis_events.programmes.texts import tidy
from tpbis_events.questionnaires.model import Commitment, CommitmentStep, Progress

LONGEST_NOTE = 500


@command
def update_commitment(commitment_id: int, progress: Progress, note: str, *, by: Actor) -> None:
    """By the participant who entered it, or by the office with the right to correct in the province. The same again, without a
    note, changes nothing. Who drops it says why.
    """
    row = db.session.scalar(select(Commitment).where(Commitment.id == commitment_id).with_for_update())
    if row is None:
        raise NotFound("commitment.unknown")
    session = db.session.get_one(Session, row.session_id)
    hers = row.registration_id is not None and by.owns(row.registration_id, Act.CORRECT)
    if not hers:
        if by.registration_id is not None:
            raise NotFound("commitment.unknown")
        by.require(Act.CORRECT, session.province_code)
    note = tidy(note)
    if len(note) > LONGEST_NOTE:
        raise Invalid({"note": "text.too_long"})
    if progress is row.progress and not note:
        return
    if progress is Progress.DROPPED and not note:
        raise Invalid({"note": "note.why"})
    now, before = clock.now(), row.progress
    row.progress = progress
    db.session.add(CommitmentStep(commitment_id=row.id, progress=progress, note=note, at=now, by=by.label))
    record(
        "commitment.updated",
        f"session:{session.id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        before={"progress": before.value},
        after={"commitment": row.id, "progress": progress.value},
    )
