"""Read the mailbox that mail comes back to, by IMAP. It is opened for reading only: how far it was read is kept here, not there.

Safe from several workers at once: a report that two of them read counts once.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.exc import OperationalError

from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.bounces import reported
from tpbis_events.outbox.post import without_links
from tpbis_events.outbox.post_rows import BounceMailbox
from tpbis_events.outbox.take_bounce import Taken, take_bounce

AT_ONCE = 50
LARGEST = 256 * 1024  # of each message so much is read: the report stands in front of the mail that it returns
TIMEOUT = 30.0


class Unreadable(RuntimeError):
    """The mailbox can't be read: no connection, no log-in, no such folder."""


@dataclass(frozen=True, slots=True)
class Read:
    """One look: how many messages were read, how many of them counted, and whether there are more."""

    messages: int = 0
    counted: int = 0
    more: bool = False


def read_mailbox() -> Read:
    """Read what has come since the last look. Nothing happens while no mailbox is set. Refuses one that can't be read."""
    config = current_app.config
    if not config["BOUNCE_IMAP_SERVER"]:
        return Read()
    name = f"{config['BOUNCE_IMAP_USERNAME']}@{config['BOUNCE_IMAP_SERVER']}/{config['BOUNCE_IMAP_FOLDER']}"[:200]
    row = db.session.get(BounceMailbox, name, populate_existing=True)
    validity, last = (row.uid_validity, row.last_uid) if row else (0, 0)
    db.session.rollback()  # nothing is held open while the other server takes its time
    try:
        with _opened() as mailbox:
            now_valid = _uid_validity(mailbox)
            last = last if now_valid == validity else 0  # the numbers were given anew: from the beginning
            waiting = _newer(mailbox, last)
            counted = sum(_take(mailbox, uid) for uid in waiting[:AT_ONCE])
    except (OSError, imaplib.IMAP4.error, UnicodeError) as fault:
        said = without_links(f"{type(fault).__name__}: {fault}")
        note_reading(name, validity, last, said)
        raise Unreadable(said) from fault
    done = waiting[:AT_ONCE]
    note_reading(name, now_valid, done[-1] if done else last, None)
    return Read(len(done), counted, len(waiting) > len(done))


@command
def note_reading(name: str, uid_validity: int, last_uid: int, fault: str | None) -> None:
    """How far it was read, or why it couldn't be."""
    row = db.session.get(BounceMailbox, name)
    if row is None:
        row = BounceMailbox(name=name, uid_validity=uid_validity, last_uid=last_uid)
        db.session.add(row)
    row.uid_validity, row.last_uid, row.fault = uid_validity, last_uid, fault
    row.read_at = clock.now()


@contextmanager
def _opened() -> Iterator[imaplib.IMAP4]:
    config = current_app.config
    where = (config["BOUNCE_IMAP_SERVER"], config["BOUNCE_IMAP_PORT"])
    tls = config["BOUNCE_IMAP_TLS"]
    mailbox = (
        imaplib.IMAP4_SSL(*where, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
        if tls == "ssl"
        else imaplib.IMAP4(*where, timeout=TIMEOUT)
    )
    try:
        if tls == "starttls":
            mailbox.starttls(ssl.create_default_context())
        mailbox.login(config["BOUNCE_IMAP_USERNAME"], config["BOUNCE_IMAP_PASSWORD"])
        folder = config["BOUNCE_IMAP_FOLDER"].replace("\\", "\\\\").replace('"', '\\"')
        answer, words = mailbox.select(f'"{folder}"', readonly=True)
        if answer != "OK":
            raise imaplib.IMAP4.error(f"the folder can't be opened: {words!r}")
        yield mailbox
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            mailbox.logout()


def _uid_validity(mailbox: imaplib.IMAP4) -> int:
    _kind, words = mailbox.response("UIDVALIDITY")
    found = re.search(rb"\d+", words[0] if words and isinstance(words[0], bytes) else b"")
    return int(found.group()) if found else 0


def _newer(mailbox: imaplib.IMAP4, last: int) -> list[int]:
    answer, words = mailbox.uid("SEARCH", f"UID {last + 1}:*")
    if answer != "OK":
        raise imaplib.IMAP4.error(f"the folder can't be searched: {words!r}")
    # `n:*` always names the newest message, also where it is older than n (RFC 3501, 6.4.8).
    return sorted(uid for uid in map(int, (words[0] or b"").split()) if uid > last)


def _take(mailbox: imaplib.IMAP4, uid: int) -> int:
    """Read one message; how many recipients of ours it reports. What isn't a report is left alone."""
    answer, parts = mailbox.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")
    if answer != "OK":
        raise imaplib.IMAP4.error(f"message {uid} can't be read: {parts!r}")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    try:
        return sum(take_bounce(bounce, "mailbox") is Taken.COUNTED for bounce in reported(raw))
    except OperationalError:
        raise  # the database is away: the message is read again
    except Exception as fault:  # whatever somebody sends there, those behind it are read
        logs.trouble("mail.bounce_unreadable", error=fault, uid=uid)
        return 0
