"""Fetch the file of one's own export, or throw it away. Right and reach are asked again: they may have ended since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.reports.build_exports import file_of
from tpbis_events.reports.make_file import mimetype
from tpbis_events.reports.model import Export, ExportState


@dataclass(frozen=True, slots=True)
class Fetched:
    path: Path
    file_name: str
    mimetype: str


@command
def fetch_export(key: str, *, account_id: int, by: Actor) -> Fetched:
    """Written into the audit log. Refuses somebody else's (404), one whose provinces or columns the actor may not see any
    longer (404, 403), and one that is over (410).
    """
    row = _own(key, account_id)
    for province_code in row.provinces:
        by.require(Act.EXPORT, province_code)
    for act, province_code in row.needs:
        by.require(Act(act), province_code)
    path, now = file_of(row.key), clock.now()
    if row.state is not ExportState.READY or row.expires_at <= now or not path.is_file():
        raise Gone("export.expired")
    record("export.fetched", f"export:{row.id}", at=now, actor=by.label, after={"kind": row.kind, "rows": row.done})
    return Fetched(path, row.file_name, mimetype(row.kind, row.file_name))


@command
def discard_export(key: str, *, account_id: int, by: Actor) -> None:
    """Its file goes at once, and one that isn't ready yet isn't made."""
    row = _own(key, account_id)
    path = file_of(row.key)
    row.state, row.asked, row.finished_at = ExportState.EXPIRED, None, clock.now()
    row.leased_by = row.leased_until = None
    record("export.discarded", f"export:{row.id}", at=clock.now(), actor=by.label)
    path.unlink(missing_ok=True)


def _own(key: str, account_id: int) -> Export:
    row = db.session.scalars(
        select(Export).where(Export.key == key, Export.account_id == account_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound("export.unknown")
    return row
