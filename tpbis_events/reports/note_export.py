"""Write into the audit log that a list of persons was taken out; before it is made, so that none leaves unseen."""

from __future__ import annotations

from collections.abc import Sequence

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor


@command
def note_export(
    kind: str, subject: str, province_code: str | None, *, rows: int, columns: Sequence[str] = (), by: Actor
) -> None:
    """`kind` of list or report; `columns` are names, never contents. Refuses who may not export there."""
    if province_code is not None:
        by.require(Act.EXPORT, province_code)
    by.require_somewhere(Act.EXPORT)
    after = {"kind": kind, "rows": rows, **({"columns": list(columns)} if columns else {})}
    record("export.made", subject, at=clock.now(), actor=by.label, province_code=province_code, after=after)
