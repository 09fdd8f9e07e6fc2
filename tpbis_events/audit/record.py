"""Write down an act in the same transaction as the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert

from tpbis_events.audit.model import AuditEntry
from tpbis_events.audit.origin import origin_of
from tpbis_events.foundation.transaction import writing

# Nothing asks for the row again in its own transaction, so it needs no place in the session.
_INSERT = insert(cast(Table, AuditEntry.__table__))


def record(
    act: str,
    subject: str,
    *,
    at: datetime,
    actor: str,
    province_code: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """A step of a command: `record("registration.cancelled", "registration:17", actor=by.label, ...)`.

    `before` and `after` hold states, numbers, codes and the names of fields, never what a person answered.
    """
    origin = origin_of(actor)
    entry = {
        "at": at,
        "actor": actor,
        "act": act,
        "subject": subject,
        "province_code": province_code,
        "door": origin.door,
        "network": origin.network,
        "before": before,
        "after": after,
        "reason": reason,
    }
    writing().execute(_INSERT, entry)
