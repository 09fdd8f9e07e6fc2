"""Issue the certificates that were ordered, one after the other, each in a transaction that also ticks its line off.

The order's row is locked first, then the registration, then the series. So two workers never do the same line, and one that
is killed leaves nothing half done: its transaction is gone, with the number it drew, and any worker goes on at that line.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from tpbis_events.attendance.hold import lock_registration
from tpbis_events.audit.record import record
from tpbis_events.certificates.batch_model import BatchState, CertificateBatch, CertificateBatchLine, Outcome
from tpbis_events.certificates.batches import counts_of, subject_of
from tpbis_events.certificates.earning import earned_by
from tpbis_events.certificates.issue import give
from tpbis_events.certificates.order_batch import GOING
from tpbis_events.certificates.outlook import NOT_EARNED, missing_of
from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import COMMAND_LINE, WORKER, Act, Actor, actor_of
from tpbis_events.people.model import Account

SECONDS_OF_PIECE = 2.0  # then what else the worker does aside has its turn
REST = 1.0  # after each certificate, in times of what it took: who registers meanwhile isn't held up by one after the other
PAUSE = timedelta(minutes=1)  # after a fault of ours
MOST_TRIES = 3


def run_batches(*, stop: Callable[[], bool] = lambda: False, rest: float = REST) -> bool:
    """Issue for some seconds; whether there is more. One query when nothing is due."""
    until = time.monotonic() + SECONDS_OF_PIECE
    while time.monotonic() < until and not stop():
        began = time.monotonic()
        batch_id = db.session.scalar(select(CertificateBatch.id).where(_is_due(clock.now())).limit(1))
        db.session.rollback()
        if batch_id is None or not _step():
            return False
        time.sleep((time.monotonic() - began) * rest)
    return not stop()


def _step() -> bool:
    """One line; whether there was one that no other worker was at."""
    try:
        return do_next()
    except Exception as fault:  # one that can't be issued must not stop the others
        logs.trouble("certificates.batch_failed", error=fault)
        db.session.rollback()
        put_off()
        return True


@command
def do_next() -> bool:
    """Do the next line of the order that waits longest, or end it; False when none is due that no other worker is at.

    It is stopped when the account of who ordered it has ended. Her right is asked for each line, where it is now.
    """
    now = clock.now()
    batch = _next_batch(now)
    if batch is None:
        return False
    try:
        by = _orderer(batch)
    except Refusal as no:
        end(batch, BatchState.STOPPED, now, by=WORKER.label, code=no.code)
        return True
    line = _next_line(batch)
    if line is None:
        end(batch, BatchState.DONE, now, by=by.label)
        return True
    line.outcome, line.code, line.facts = _issued(line.registration_id, now, by)
    batch.state, batch.due_at = BatchState.RUNNING, now
    return True


@command
def put_off() -> None:
    """Something of ours went wrong at the next line: it goes to the end and the order waits a little; after MOST_TRIES it is
    left out, so that the others are served.
    """
    now = clock.now()
    batch = _next_batch(now)
    line = _next_line(batch) if batch else None
    if batch is None or line is None:
        return
    line.tries += 1
    if line.tries >= MOST_TRIES:
        line.outcome, line.code = Outcome.REFUSED, "batch.fault"
    batch.due_at = now + PAUSE


def end(batch: CertificateBatch, state: BatchState, now: datetime, *, by: str, code: str | None = None) -> None:
    """A step: it is over, and the audit log says with which numbers. The order's row is locked by the caller."""
    batch.state, batch.due_at, batch.ended_at = state, None, now
    if state is BatchState.STOPPED:
        batch.stopped_by, batch.stop_code = by, code
    db.session.flush()
    numbers = {outcome.value: number for outcome, number in counts_of([batch.id])[batch.id].items() if number}
    record(
        f"certificates.{state.value}",
        subject_of(batch),
        at=now,
        actor=by,
        province_code=batch.provinces[0] if len(batch.provinces) == 1 else None,
        after={"batch": batch.id, **numbers},
        reason=code,
    )


def _issued(registration_id: int, now: datetime, by: Actor) -> tuple[Outcome, str | None, dict[str, Any] | None]:
    """What became of one. A savepoint gives back what was done before a refusal: a number above all."""
    registration = lock_registration(registration_id)
    try:
        by.require(Act.ISSUE_CERTIFICATE, registration.session.province_code)
        with db.session.begin_nested():
            given = give(registration, at=now, by=by)
    except Refusal as no:
        if no.code in NOT_EARNED:
            return Outcome.MISSING, " ".join(missing_of(earned_by(registration))), None
        facts = {name: value for name, value in no.facts.items() if isinstance(value, (str, int))}
        return Outcome.REFUSED, no.code, facts or None
    return Outcome.ALREADY if given.already else Outcome.ISSUED, None, None


def _orderer(batch: CertificateBatch) -> Actor:
    """With the rights that she has now, not those that she had when she ordered it."""
    if batch.account_id is None:
        return COMMAND_LINE
    account = db.session.get(Account, batch.account_id)
    if account is None or not account.active:
        raise Refusal("batch.orderer_gone")
    return actor_of(account)


def _next_batch(now: datetime) -> CertificateBatch | None:
    """Held until the transaction ends; one that another worker holds is passed by."""
    wanted = select(CertificateBatch).where(_is_due(now)).order_by(CertificateBatch.due_at, CertificateBatch.id)
    return db.session.scalars(wanted.limit(1).with_for_update(skip_locked=True)).first()


def _next_line(batch: CertificateBatch) -> CertificateBatchLine | None:
    wanted = select(CertificateBatchLine).where(
        CertificateBatchLine.batch_id == batch.id, CertificateBatchLine.outcome == Outcome.DUE
    )
    return db.session.scalars(
        wanted.order_by(CertificateBatchLine.tries, CertificateBatchLine.position).limit(1)
    ).first()


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(CertificateBatch.state.in_(GOING), CertificateBatch.due_at <= now)
