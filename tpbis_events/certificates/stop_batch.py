"""Stop an order of certificates: what is issued stays, and the others can be ordered again."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.certificates.batch_model import BatchState, CertificateBatch
from tpbis_events.certificates.batches import require_all
from tpbis_events.certificates.order_batch import GOING
from tpbis_events.certificates.run_batches import end
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor


@command
def stop_batch(batch_id: int, *, by: Actor) -> None:
    """By whoever may issue in all its provinces. It waits for the certificate that is being issued. Refuses one that is over."""
    batch = db.session.scalars(
        select(CertificateBatch).where(CertificateBatch.id == batch_id).with_for_update()
    ).first()
    if batch is None:
        raise NotFound("batch.unknown")
    require_all(batch, by)
    if batch.state not in GOING:
        raise Refusal("batch.over")
    end(batch, BatchState.STOPPED, clock.now(), by=by.label)
