"""Deliver the mail that is due: lease it, send it outside any transaction, write down what the server said.

Safe to run twice and from several processes at once. A crash at any instant loses nothing: a lease that ends without a
word is taken up again, and the repeat bears the same Message-ID. What the server says of one mail counts for that mail; a
server that can't be reached, or takes nothing from us, counts for none.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox import post, write
from tpbis_events.outbox.choose_words import choose_words
from tpbis_events.outbox.desk import is_due
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.write import Owed

BATCH = 20
LEASE = timedelta(minutes=5)
# A mail is begun only while its lease outlasts the slowest conversation with a server: five answers of 30 seconds.
SLOWEST_SENDING = timedelta(seconds=150)
GIVEN_UP_AFTER = timedelta(hours=72)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
JITTER = 0.2
_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]+")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One round: how many were sent, put off, given up; what the server's fault was, when it had one."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0
    unreachable: str | None = None

    @property
    def anything(self) -> bool:
        return bool(self.sent or self.put_off or self.failed)


def deliver_due(worker: str, *, stop: Callable[[], bool] = lambda: False) -> Delivered:
    """Send one batch of what is due. `worker` names this process and no other; `stop` is asked between two mails."""
    if not db.session.scalar(select(Mail.id).where(is_due(clock.now())).limit(1)):
        db.session.rollback()
        return Delivered()
    leased = lease(worker)
    lease_ends = clock.now() + LEASE
    results: list[MailState] = []
    fault: str | None = None
    with post.open_post() as send:
        for number, mail in enumerate(leased):
            if stop() or clock.now() + SLOWEST_SENDING > lease_ends:
                put_back(tuple(each.id for each in leased[number:]), worker)
                break
            try:
                results.append(_deliver(mail, send, worker))
            except post.Unreachable as unreachable:
                fault = unreachable.said
                logs.event("mail.server_unreachable", code=unreachable.code, worker=worker)
                put_back(tuple(each.id for each in leased[number:]), worker, fault)
                break
    counts = {state: results.count(state) for state in MailState}
    return Delivered(counts[MailState.SENT], counts[MailState.DUE], counts[MailState.FAILED], fault)


def _deliver(mail: Owed, send: post.Send, worker: str) -> MailState:
    try:
        letter = write.letter(mail)
    except Exception as fault:  # a mail that can't be written must not stop those behind it
        logs.trouble("mail.unwritable", error=fault, id=mail.id, kind=mail.kind)
        db.session.rollback()
        return put_off(mail.id, worker, f"could not be written: {type(fault).__name__}")
    db.session.rollback()  # nothing is held open while the server takes its time
    try:
        refuse_impossible_address(mail.recipient)
        answer = send(letter, file_name(mail))
    except post.NotNow as later:
        logs.event("mail.put_off", id=mail.id, kind=mail.kind, code=later.code)
        return put_off(mail.id, worker, later.said)
    except post.Never as never:
        logs.event("mail.failed", id=mail.id, kind=mail.kind, code=never.code)
        return fail(mail.id, worker, never.said)
    logs.event("mail.sent", id=mail.id, kind=mail.kind)
    return mark_sent(mail.id, answer)


def refuse_impossible_address(address: str) -> None:
    """Refuse what SMTP without SMTPUTF8 can't carry, and an address that could become a second header or recipient."""
    local, at, domain = address.rpartition("@")
    try:
        domain.encode("idna")
        possible = (
            bool(local and at and domain) and local.isascii() and not re.search(r"[\s,;<>()\"\x00-\x1f\x7f]", address)
        )
    except UnicodeError:
        possible = False
    if not possible:
        raise post.Never("the address can't be written in a mail")


def file_name(mail: Owed) -> str:
    """How a mail is called when it is kept as a file."""
    return f"{mail.id}-{mail.kind}-{_UNSAFE.sub('_', mail.recipient)[:80]}.eml"


@command
def lease(worker: str) -> tuple[Owed, ...]:
    """Take the mails that are due longest, for LEASE; two workers never hold the same one at a time."""
    now = clock.now()
    rows = db.session.scalars(
        select(Mail).where(is_due(now)).order_by(Mail.due_at, Mail.id).limit(BATCH).with_for_update(skip_locked=True)
    ).all()
    choose_words([row for row in rows if row.state is MailState.DUE])
    for row in rows:
        row.state = MailState.LEASED
        row.leased_by = worker
        row.leased_until = now + LEASE
    return tuple(write.owed(row) for row in rows)


@command
def mark_sent(mail_id: int, answer: str) -> MailState:
    """The server has taken it. That is so whoever holds the lease by now."""
    mail = _held(mail_id)
    mail.state = MailState.SENT
    mail.sent_at = clock.now()
    mail.attempts += 1
    mail.last_answer = answer
    _release(mail)
    return mail.state


@command
def put_off(mail_id: int, worker: str, answer: str) -> MailState:
    """Not now: due again after a pause that doubles with every attempt; 72 hours after it was owed, given up."""
    mail = _held(mail_id)
    if mail.leased_by != worker:
        return mail.state
    mail.attempts += 1
    _later(mail, answer, pause_after(mail.attempts))
    return mail.state


@command
def fail(mail_id: int, worker: str, answer: str) -> MailState:
    """Never: the office sees it, and may send it again."""
    mail = _held(mail_id)
    if mail.leased_by == worker:
        mail.attempts += 1
        mail.state = MailState.FAILED
        mail.last_answer = answer
        _release(mail)
    return mail.state


@command
def put_back(mail_ids: Sequence[int], worker: str, answer: str | None = None) -> None:
    """Give leases back without an attempt counted: at once when the worker stops, after a minute when the server is away."""
    mine = (Mail.id.in_(mail_ids), Mail.leased_by == worker, Mail.state == MailState.LEASED)
    for mail in db.session.scalars(select(Mail).where(*mine).order_by(Mail.id).with_for_update()):
        if answer is None:
            mail.state = MailState.DUE
            _release(mail)
        else:
            _later(mail, answer, FIRST_PAUSE)


def pause_after(attempts: int) -> timedelta:
    """One minute, doubling with every attempt, at most four hours."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 16)), LONGEST_PAUSE)


def _later(mail: Mail, answer: str, pause: timedelta) -> None:
    now, end = clock.now(), mail.owed_at + GIVEN_UP_AFTER
    mail.last_answer = answer
    _release(mail)
    if now >= end:
        mail.state = MailState.FAILED
        return
    mail.state = MailState.DUE
    mail.due_at = min(now + spread(pause), end)


def spread(pause: timedelta) -> timedelta:
    """The pause give or take a fifth, so that what failed together doesn't come back together."""
    share = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    return timedelta(seconds=pause.total_seconds() * share)


def _held(mail_id: int) -> Mail:
    return db.session.scalars(select(Mail).where(Mail.id == mail_id).with_for_update()).one()


def _release(mail: Mail) -> None:
    mail.leased_by = None
    mail.leased_until = None
