"""Order the certificates of a session, a wave or an edition: whom it is about is written down once, before any is issued."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, insert, literal, select

from tpbis_events.audit.record import record
from tpbis_events.certificates.batch_model import BatchState, CertificateBatch, CertificateBatchLine, Outcome
from tpbis_events.certificates.extent import Extent, extent
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.people.rights import account_of_label
from tpbis_events.programmes.model import Role, Session
from tpbis_events.registrations.model import Registration, State

KEPT = timedelta(days=365)  # that an order which is over can be looked at
GOING = (BatchState.QUEUED, BatchState.RUNNING)


@command
def order_batch(key: str, event: str, session: str | None = None, wave: int | None = None, *, by: Actor) -> int:
    """The id of the order. The same form sent again is the same order; so is another of the same as long as that one goes on.

    About whoever has a seat in a session that has begun, in the order of their lists: session, role, name. Refuses what
    is out of reach (404), who may issue none (403), and an order that would be about nobody.
    """
    now, of = clock.now(), extent(event, session, wave, by=by)
    sessions = [each.id for each in of.begun(now)]
    if (going := _same_that_goes_on(of, by)) is not None:
        return going
    batch_id = _written(key, of, by)
    if batch_id is None:
        return _same_form(key, by)
    lines = _write_lines(batch_id, sessions)
    if not lines:
        raise Refusal("batch.nobody")
    record(
        "certificates.ordered",
        of.subject,
        at=now,
        actor=by.label,
        province_code=of.province_code,
        after={"batch": batch_id, "registrations": lines, **({"wave": of.wave} if of.wave is not None else {})},
    )
    old = CertificateBatch.ended_at < now - KEPT
    db.session.execute(delete(CertificateBatch).where(old))
    return batch_id


def _same_that_goes_on(of: Extent, by: Actor) -> int | None:
    return db.session.scalar(
        select(CertificateBatch.id).where(
            CertificateBatch.event_id == of.event.id,
            CertificateBatch.session_id.is_not_distinct_from(of.session.id if of.session else None),
            CertificateBatch.wave.is_not_distinct_from(of.wave),
            CertificateBatch.ordered_by == by.label,
            CertificateBatch.state.in_(GOING),
        )
    )


def _written(key: str, of: Extent, by: Actor) -> int | None:
    """The id of the row; none when the form was sent before. Of two at once the second waits here for the first."""
    now = clock.now()
    return db.session.scalar(
        insert_on_conflict(CertificateBatch)
        .values(
            key=key,
            event_id=of.event.id,
            session_id=of.session.id if of.session else None,
            wave=of.wave,
            provinces=of.provinces,
            account_id=account_of_label(by.label),
            ordered_by=by.label,
            ordered_at=now,
            state=BatchState.QUEUED,
            due_at=now,
        )
        .on_conflict_do_nothing()
        .returning(CertificateBatch.id)
    )


def _same_form(key: str, by: Actor) -> int:
    batch = db.session.scalars(select(CertificateBatch).where(CertificateBatch.key == key)).one()
    if batch.ordered_by != by.label:
        raise NotFound("batch.unknown")
    return batch.id


def _write_lines(batch_id: int, session_ids: list[int]) -> int:
    """One statement, however many; how many there are."""
    order = (Session.starts_at, Session.slug, Role.sort, Registration.name_key, Registration.id)
    meant = (
        select(
            literal(batch_id),
            func.row_number().over(order_by=order),
            Registration.id,
            literal(Outcome.DUE.value),
            literal(0),
        )
        .join(Session, Session.id == Registration.session_id)
        .join(Role, Role.id == Registration.role_id)
        .where(Registration.session_id.in_(session_ids), Registration.state == State.SEATED)
    )
    columns = ["batch_id", "position", "registration_id", "outcome", "tries"]
    db.session.execute(insert(CertificateBatchLine).from_select(columns, meant, include_defaults=False))
    counted = select(func.count()).where(CertificateBatchLine.batch_id == batch_id)
    return db.session.scalar(counted) or 0
