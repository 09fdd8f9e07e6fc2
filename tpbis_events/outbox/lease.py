"""Take mail that is due for a while, so that nobody else sends it meanwhile; a few mails in one short transaction.

What must not be sent is told apart here: an address that takes no mail fails at once, what is more than one mailbox should get
by the public's doing is held, and what has its turn later is due later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox import addresses, cap, pace, write
from tpbis_events.outbox.causes import Cause
from tpbis_events.outbox.choose_words import choose_words
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.write import Owed

BATCH = 20
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Leased:
    """A mail in somebody's hands, and the moment from which it may leave."""

    mail: Owed
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """What one look at the queue brought: mails in the order in which they may leave, and what became of others."""

    mails: tuple[Leased, ...] = ()
    failed: int = 0
    held: int = 0
    passed_over: int = 0  # whose turn is later
    until: datetime | None = None


def anything_due(now: datetime) -> bool:
    """Whether a look at the queue is worth a transaction. By the index, however long the queue is."""
    due = select(Mail.id).where(Mail.state == MailState.DUE, Mail.due_at <= now).limit(1)
    return db.session.scalar(due) is not None or db.session.scalar(_lapsed(now, 1)) is not None


@command
def lease(worker: str) -> Batch:
    """Take the mails that are due longest, for LEASE; two workers never hold the same one at a time."""
    now = clock.now()
    rows = _take(now)
    refused = addresses.refusing([row.recipient for row in rows])
    failed = [row for row in rows if row.recipient in refused]
    for row in failed:
        _end(row, MailState.FAILED, Cause.MARKED, f"this address takes no mail: {refused[row.recipient].said}"[:500])
    fresh = [row for row in rows if row.state is MailState.DUE]
    beyond = cap.beyond(fresh)
    for row in fresh:
        if row.id in beyond:
            _end(row, MailState.HELD, Cause.CAPPED, "more mail than one address gets by the public's doing")
    fresh = [row for row in fresh if row.state is MailState.DUE]
    turns = pace.take_turns(fresh, now)
    # Perhaps it was sent before its worker died: it keeps its words, and waits for no turn.
    turns |= {row.id: now for row in rows if row.state is MailState.LEASED}
    choose_words([row for row in fresh if row.id in turns])
    leased = (Leased(write.owed(row), turns[row.id]) for row in rows if row.id in turns)
    mails = tuple(sorted(leased, key=lambda each: each.not_before))
    later = sum(row.due_at > now for row in fresh)
    _hold(list(turns), worker, now)
    return Batch(mails, len(failed), len(beyond), later, now + LEASE)


def _take(now: datetime) -> Sequence[Mail]:
    """Those whose lease is over, then those that are due, each by an index: a long queue costs no more than a short one."""
    rows = list(db.session.scalars(_lapsed(now, BATCH).with_for_update(skip_locked=True)))
    if len(rows) < BATCH:
        due = select(Mail).where(Mail.state == MailState.DUE, Mail.due_at <= now).order_by(Mail.due_at, Mail.id)
        rows += db.session.scalars(due.limit(BATCH - len(rows)).with_for_update(skip_locked=True))
    return rows


def _lapsed(now: datetime, most: int) -> Select[Mail]:
    return select(Mail).where(Mail.state == MailState.LEASED, Mail.leased_until <= now).order_by(Mail.id).limit(most)


def _hold(mail_ids: Sequence[int], worker: str, now: datetime) -> None:
    db.session.flush()
    held = {"state": MailState.LEASED, "leased_by": worker, "leased_until": now + LEASE}
    if mail_ids:
        db.session.execute(
            update(Mail).where(Mail.id.in_(mail_ids)).values(held).execution_options(synchronize_session=False)
        )


def _end(row: Mail, state: MailState, cause: Cause, said: str) -> None:
    row.state, row.cause, row.code, row.last_answer = state, cause, None, said
    row.leased_by = row.leased_until = None
