"""Forget what the papers of a session tell of persons when their time is over: drawn signatures and photographs,
and why a difference was left.

Marks, differences and amounts stay for the report and the auditor, as attendance does: without the person they name
nobody. Files that no row knows go as well.
"""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import select, update

from tpbis_events.attendance.keep_photo import folder, path_of
from tpbis_events.attendance.papers import LeftDifference, SheetPhoto
from tpbis_events.attendance.signatures import Signature
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import WORKER
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.registrations.erase import KEPT_AFTER_SESSION

AT_ONCE = 20  # sessions
NOTHING_LEFT = "–"  # stands for the reason of a difference, which may name somebody
LEFT_OVER = timedelta(days=1)  # how old a file without a row is before it goes


def forget_papers() -> int:
    """Some sessions at a time; how many. Their rows first, then the files: a file that stays by accident has no row, and goes."""
    number = _forget_rows()
    _remove_left_over()
    return number


@command
def _forget_rows() -> int:
    due = clock.now() - KEPT_AFTER_SESSION
    days = (
        select(SessionDay.id, SessionDay.session_id)
        .join(Session, Session.id == SessionDay.session_id)
        .where(Session.ends_at < due)
    ).subquery()
    signed = select(Signature.day_id).where(Signature.strokes.is_not(None))
    pictured = select(SheetPhoto.day_id).where(SheetPhoto.key.is_not(None))
    explained = select(LeftDifference.day_id).where(LeftDifference.reason != NOTHING_LEFT)
    of_days = select(days.c.session_id).where(days.c.id.in_(signed.union(pictured, explained)))
    sessions = db.session.scalars(of_days.distinct().limit(AT_ONCE)).all()
    day_ids = list(db.session.scalars(select(SessionDay.id).where(SessionDay.session_id.in_(sessions))))
    db.session.execute(update(Signature).where(Signature.day_id.in_(day_ids)).values(strokes=None))
    db.session.execute(update(SheetPhoto).where(SheetPhoto.day_id.in_(day_ids)).values(key=None))
    db.session.execute(update(LeftDifference).where(LeftDifference.day_id.in_(day_ids)).values(reason=NOTHING_LEFT))
    for session_id in sessions:
        record("papers.erased", f"session:{session_id}", at=clock.now(), actor=WORKER.label)
    return len(sessions)


def _remove_left_over() -> None:
    kept = {
        path_of(key or "", kind).name
        for key, kind in db.session.execute(select(SheetPhoto.key, SheetPhoto.kind).where(SheetPhoto.key.is_not(None)))
    }
    oldest = time.time() - LEFT_OVER.total_seconds()
    for file in folder().iterdir():
        if file.name not in kept and file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
