"""Deliver the mail that is due: lease it, send it outside any transaction, write down what the server said.

Safe to run twice and from several processes at once. A crash at any instant loses nothing: a lease that ends without a
word is taken up again, and the repeat bears the same Message-ID. What the server says of one mail counts for that mail; a
server that can't be reached, or takes nothing from us, counts for none.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.outbox import headers, post, write
from tpbis_events.outbox.causes import Cause
from tpbis_events.outbox.lease import Batch, anything_due, lease
from tpbis_events.outbox.model import MailState
from tpbis_events.outbox.settle import fail, mark_sent, note_server, put_back, put_off
from tpbis_events.outbox.write import Owed

# A mail is begun only while its lease outlasts the slowest conversation with a server: five answers of 30 seconds.
SLOWEST_SENDING = timedelta(seconds=150)
# So long one round goes on with the connection that it has; then the worker looks at its other work.
SECONDS_OF_A_ROUND = 5.0
LONGEST_ADDRESS, LONGEST_LOCAL_PART = 254, 64  # RFC 5321
_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]+")
_NOT_IN_AN_ADDRESS = re.compile(r"[\s,;:<>()\[\]\\\"\x00-\x1f\x7f]")

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Delivered:
    """One round: how many were sent, put off, given up, held back; what the server's fault was, when it had one."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0
    held: int = 0
    passed_over: int = 0  # its turn is later
    unreachable: str | None = None

    @property
    def anything(self) -> bool:
        return bool(self.sent or self.put_off or self.failed or self.held or self.passed_over)


class _Round:
    """What one round has come to so far."""

    def __init__(self, worker: str, stop: Stop) -> None:
        self.worker, self.stop = worker, stop
        self.ends_at = time.monotonic() + SECONDS_OF_A_ROUND
        self.became: Counter[MailState] = Counter()
        self.passed_over = 0
        self.fault: str | None = None
        self.last_answer = ""
        self.over = False

    def send_all(self, batch: Batch, send: post.Send) -> None:
        """Each mail at its turn; what can't be begun any more is given back."""
        self.became.update({MailState.FAILED: batch.failed, MailState.HELD: batch.held})
        for number, leased in enumerate(batch.mails):
            left = tuple(each.mail.id for each in batch.mails[number:])
            if not self._wait(leased.not_before) or (batch.until and clock.now() + SLOWEST_SENDING > batch.until):
                put_back(left, self.worker)
                self.over = True
                return
            try:
                self.became[self._deliver(leased.mail, send)] += 1
            except post.Unreachable as unreachable:
                self.fault, self.over = unreachable.said, True
                logs.event("mail.server_unreachable", code=unreachable.code, worker=self.worker)
                put_back(left, self.worker, self.fault)
                return

    def _wait(self, not_before: datetime) -> bool:
        """Until a mail's turn has come; whether the worker may go on. Nothing is held open in the database meanwhile."""
        until = time.monotonic() + (not_before - clock.now()).total_seconds()
        while not self.stop():
            left = until - time.monotonic()
            if left <= 0:
                return True
            time.sleep(min(left, 0.2))
        return False

    def _deliver(self, mail: Owed, send: post.Send) -> MailState:
        try:
            letter = write.letter(mail)
            headers.complete(letter, mail)
        except Exception as fault:  # a mail that can't be written must not stop those behind it
            logs.trouble("mail.unwritable", error=fault, id=mail.id, kind=mail.kind)
            db.session.rollback()
            said = f"could not be written: {type(fault).__name__}"
            return put_off(mail.id, self.worker, said, Cause.UNWRITABLE)
        db.session.rollback()  # nothing is held open while the server takes its time
        try:
            refuse_impossible_address(mail.recipient)
            answer = send(letter, file_name(mail))
        except post.NotNow as later:
            logs.event("mail.put_off", id=mail.id, kind=mail.kind, code=later.code)
            return put_off(mail.id, self.worker, later.said, later.cause)
        except post.Never as never:
            logs.event("mail.failed", id=mail.id, kind=mail.kind, code=never.code)
            return fail(mail.id, self.worker, never.said, never.cause)
        logs.event("mail.sent", id=mail.id, kind=mail.kind)
        self.last_answer = answer
        return mark_sent(mail.id, answer)


def deliver_due(worker: str, *, stop: Stop = lambda: False) -> Delivered:
    """Send what is due, a batch after the other by one connection, for some seconds. `worker` names this process and no
    other; `stop` is asked between two mails.
    """
    now = _Round(worker, stop)
    with post.open_post() as send:
        while not now.over and time.monotonic() < now.ends_at and anything_due(clock.now()):
            db.session.rollback()
            batch = lease(worker)
            now.send_all(batch, send)
            now.passed_over += batch.passed_over
            now.over = now.over or not (batch.mails or batch.failed or batch.held or batch.passed_over)
    db.session.rollback()
    if now.fault is not None:
        note_server(False, now.fault)
    elif now.last_answer:
        note_server(True, now.last_answer)
    became = now.became
    return Delivered(
        sent=became[MailState.SENT],
        put_off=became[MailState.DUE],
        failed=became[MailState.FAILED],
        held=became[MailState.HELD],
        passed_over=now.passed_over,
        unreachable=now.fault,
    )


def refuse_impossible_address(address: str) -> None:
    """Refuse what SMTP without SMTPUTF8 can't carry, and an address that could become a second header or recipient."""
    local, at, domain = address.rpartition("@")
    try:
        known_as = domain.encode("idna").decode()
        possible = (
            bool(local and at and domain)
            and local.isascii()
            and not _NOT_IN_AN_ADDRESS.search(address)
            and "@" not in local
            and len(local) <= LONGEST_LOCAL_PART
            and len(local) + 1 + len(known_as) <= LONGEST_ADDRESS
        )
    except UnicodeError:
        possible = False
    if not possible:
        raise post.Never("the address can't be written in a mail", cause=Cause.IMPOSSIBLE)


def file_name(mail: Owed) -> str:
    """How a mail is called when it is kept as a file."""
    return f"{mail.id}-{mail.kind}-{_UNSAFE.sub('_', mail.recipient)[:80]}.eml"
