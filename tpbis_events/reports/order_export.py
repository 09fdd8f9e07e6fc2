"""Order an export that is made in the background; written into the audit log now, so that no list leaves unseen."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.reports import make_file
from tpbis_events.reports.asked import OF_CERTIFICATES, ZIPS, Asked, kept, read
from tpbis_events.reports.model import Export, ExportState

# Beyond this many registrations a table is made in the background; below, it comes at once.
ROWS_AT_ONCE = 5_000
SESSIONS_AT_ONCE = 4  # of a zip, whose documents take longer to draw
CERTIFICATES_AT_ONCE = 50
MOST_UNFINISHED = 5  # of one account
LIFE = timedelta(days=7)


def is_large(asked: Asked, plan: make_file.Plan) -> bool:
    """Whether it is better made in the background."""
    if asked.kind in OF_CERTIFICATES:
        return plan.total > CERTIFICATES_AT_ONCE
    return plan.total > (SESSIONS_AT_ONCE if asked.kind in ZIPS else ROWS_AT_ONCE)


@command
def order_export(asked: Asked, *, account_id: int, by: Actor) -> str:
    """The key of the order. The same one twice, while the first isn't ready, is one.

    Refuses what may not be taken out (403, 404), and more than MOST_UNFINISHED at a time.
    """
    now = clock.now()
    plan = make_file.plan(asked, by=by)
    unfinished = db.session.scalars(
        select(Export).where(
            Export.account_id == account_id, Export.state.in_((ExportState.QUEUED, ExportState.RUNNING))
        )
    ).all()
    for each in unfinished:
        if each.asked and read(each.asked) == read(kept(asked)):
            return each.key
    if len(unfinished) >= MOST_UNFINISHED:
        raise Refusal("export.too_many", most=MOST_UNFINISHED)
    export = Export(
        key=secrets.token_urlsafe(32),
        account_id=account_id,
        kind=asked.kind,
        asked=kept(asked),
        state=ExportState.QUEUED,
        done=0,
        total=plan.total,
        file_name=plan.file_name,
        ordered_at=now,
        expires_at=now + LIFE,
    )
    db.session.add(export)
    columns = [column.key for column in plan.columns]
    record(
        "export.ordered",
        plan.scope.subject,
        at=now,
        actor=by.label,
        province_code=plan.scope.province_code,
        after={"kind": asked.kind, "rows": plan.total, **({"columns": columns} if columns else {})},
    )
    return export.key
