"""Erase what persons wrote in questionnaires and commitments, when their own data is erased: two years after the session.

Points of tests stay as numbers, like attendance; ticks of anonymous sheets belong to nobody and stay.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import String, cast, delete, select, update

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import WORKER
from tpbis_events.programmes.model import Session
from tpbis_events.questionnaires.model import AnonymousText, Commitment, CommitmentStep, NamedSheet
from tpbis_events.registrations.erase import KEPT_AFTER_SESSION

AT_ONCE = 20  # sessions


@command
def erase_answers() -> int:
    """Of some sessions whose time is over: the answers of tests, the texts of anonymous questionnaires, the commitments with
    their history; how many sessions.
    """
    now = clock.now()
    over = _over(KEPT_AFTER_SESSION)
    if not over:
        return 0
    theirs = select(Commitment.id).where(Commitment.session_id.in_(over))
    db.session.execute(delete(CommitmentStep).where(CommitmentStep.commitment_id.in_(theirs)))
    db.session.execute(delete(Commitment).where(Commitment.session_id.in_(over)))
    db.session.execute(delete(AnonymousText).where(AnonymousText.session_id.in_(over)))
    db.session.execute(update(NamedSheet).where(NamedSheet.session_id.in_(over)).values(answers={}))
    for session_id in over:
        record("answers.erased", f"session:{session_id}", at=now, actor=WORKER.label)
    return len(over)


def _over(kept: timedelta) -> list[int]:
    """Sessions that are over that long and of which something is left to erase."""
    left = [
        select(Commitment.session_id),
        select(AnonymousText.session_id),
        select(NamedSheet.session_id).where(cast(NamedSheet.answers, String) != "{}"),
    ]
    return list(
        db.session.scalars(
            select(Session.id)
            .where(Session.ends_at < clock.now() - kept)
            .where(Session.id.in_(left[0]) | Session.id.in_(left[1]) | Session.id.in_(left[2]))
            .order_by(Session.id)
            .limit(AT_ONCE)
        )
    )
