"""Write down what became of a mail that was leased: sent, not now, never; or given back without a word about it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.causes import OF_ADDRESS, Cause, cause_of, code_of
from tpbis_events.outbox.mark_address import mark
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.post_rows import MailServer

GIVEN_UP_AFTER = timedelta(hours=72)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
JITTER = 0.2
BETWEEN_GOOD_WORDS = timedelta(minutes=1)
_FREE = {"leased_by": None, "leased_until": None}


@command
def mark_sent(mail_id: int, answer: str) -> MailState:
    """The server has taken it. That is so whoever holds the lease by now. One statement."""
    told = {
        "state": MailState.SENT, "sent_at": clock.now(), "attempts": Mail.attempts + 1, "last_answer": answer,
        "cause": None, "code": None, **_FREE,
    }  # fmt: skip
    db.session.execute(update(Mail).where(Mail.id == mail_id).values(told).execution_options(synchronize_session=False))
    return MailState.SENT


@command
def put_off(mail_id: int, worker: str, answer: str, cause: Cause | None = None) -> MailState:
    """Not now: due again after a pause that doubles with every attempt; 72 hours after the first such answer, given up."""
    mail, now = _held(mail_id), clock.now()
    if mail is None or mail.leased_by != worker:
        return mail.state if mail else MailState.GIVEN_UP
    mail.attempts += 1
    mail.refused_since = mail.refused_since or now
    _say(mail, answer, cause)
    end = mail.refused_since + GIVEN_UP_AFTER
    if now >= end:
        mail.state = MailState.FAILED
    else:
        mail.state = MailState.DUE
        mail.due_at, mail.paced_at = min(now + spread(pause_after(mail.attempts)), end), None
    return mail.state


@command
def fail(mail_id: int, worker: str, answer: str, cause: Cause | None = None) -> MailState:
    """Never: the office sees it, and may send it again. An address that there isn't is marked."""
    mail = _held(mail_id)
    if mail is None or mail.leased_by != worker:
        return mail.state if mail else MailState.GIVEN_UP
    mail.attempts += 1
    mail.state = MailState.FAILED
    found = _say(mail, answer, cause)
    if found in OF_ADDRESS:
        mark(mail.recipient, hard=True, cause=found, said=answer, at=clock.now())
    return mail.state


@command
def put_back(mail_ids: Sequence[int], worker: str, answer: str | None = None) -> None:
    """Give leases back without an attempt counted: at once when the worker stops, after a minute when the server is away.

    However long the server is away, no mail is given up for it.
    """
    mine = (Mail.id.in_(mail_ids), Mail.leased_by == worker, Mail.state == MailState.LEASED)
    now = clock.now()
    for mail in db.session.scalars(select(Mail).where(*mine).order_by(Mail.id).with_for_update()):
        mail.state = MailState.DUE
        mail.leased_by = mail.leased_until = None
        if answer is not None:
            _say(mail, answer, Cause.SERVER)
            mail.due_at = now + spread(FIRST_PAUSE)


@command
def note_server(reached: bool, said: str) -> None:
    """Write down how the mail server stands to us, for the office. Good words over and over are written once a minute."""
    now = clock.now()
    row = db.session.get(MailServer, 1)
    if row is None:
        db.session.add(MailServer(id=1, reached=reached, since=now, at=now, said=said))
    elif not (reached and row.reached and now - row.at < BETWEEN_GOOD_WORDS):
        row.since = row.since if row.reached is reached else now
        row.reached, row.at, row.said = reached, now, said


def pause_after(attempts: int) -> timedelta:
    """One minute, doubling with every attempt, at most four hours."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 16)), LONGEST_PAUSE)


def spread(pause: timedelta) -> timedelta:
    """The pause give or take a fifth, so that what failed together doesn't come back together."""
    share = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    return timedelta(seconds=pause.total_seconds() * share)


def _held(mail_id: int) -> Mail | None:
    return db.session.scalars(select(Mail).where(Mail.id == mail_id).with_for_update()).one_or_none()


def _say(mail: Mail, answer: str, cause: Cause | None) -> Cause:
    found = cause or cause_of(answer)
    mail.last_answer, mail.cause, mail.code = answer, found, code_of(answer) or None
    mail.leased_by = mail.leased_until = None
    return found
