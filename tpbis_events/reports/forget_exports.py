"""Erase the files of exports whose time is over, and the orders a month later; also files that nobody knows of."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.reports.build_exports import folder
from tpbis_events.reports.model import Export, ExportState

KEPT_AFTERWARDS = timedelta(days=30)  # that there was one, without its file
_OLD = timedelta(hours=6)  # a file that is written now belongs to nobody yet


def forget_exports() -> int:
    """How many files were erased."""
    ready = _let_expire()
    erased = 0
    for file in folder().iterdir():
        old = clock.now().timestamp() - file.stat().st_mtime > _OLD.total_seconds()
        if file.stem not in ready and (file.suffix == ".ready" or old):
            file.unlink(missing_ok=True)
            erased += 1
    return erased


@command
def _let_expire() -> frozenset[str]:
    """The keys of those whose files stay: ready ones, and one that is about to be."""
    now = clock.now()
    over = Export.expires_at <= now
    for row in db.session.scalars(select(Export).where(Export.state == ExportState.READY, over).with_for_update()):
        row.state, row.asked = ExportState.EXPIRED, None
    ended = Export.state.in_((ExportState.FAILED, ExportState.EXPIRED))
    for row in db.session.scalars(select(Export).where(ended, Export.expires_at <= now - KEPT_AFTERWARDS)):
        db.session.delete(row)
    db.session.flush()
    stays = Export.state.in_((ExportState.READY, ExportState.RUNNING))
    return frozenset(db.session.scalars(select(Export.key).where(stays)))
