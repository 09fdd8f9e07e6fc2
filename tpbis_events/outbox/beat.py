"""Say that a worker lives; what the office and /readyz go by."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.model import Pulse

FORGOTTEN_AFTER = timedelta(days=1)


@command
def beat(worker: str) -> None:
    """Write down the moment for this worker; those silent for a day are forgotten."""
    now = clock.now()
    pulse = db.session.get(Pulse, worker)
    if pulse is None:
        db.session.execute(delete(Pulse).where(Pulse.beat_at < now - FORGOTTEN_AFTER))
        db.session.add(Pulse(worker=worker, beat_at=now))
    else:
        pulse.beat_at = now
