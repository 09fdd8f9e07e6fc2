"""The ways that mail leaves the house: by SMTP, or as files while no mail server is set.

What goes wrong is one of three things, and the caller treats each in its own way: `Unreachable` is the server's fault and says
nothing about the mail; `NotNow` and `Never` are its answers to this one mail.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Connection, Message, sanitize_address, sanitize_addresses

from tpbis_events.foundation import logs
from tpbis_events.outbox.causes import Cause
from tpbis_events.outbox.letter import Letter
from tpbis_events.outbox.tame import one_line

LONGEST_ANSWER = 500
LARGEST = 102 * 1024  # Gmail cuts a mail there, and on a slow line more isn't worth waiting for
KEPT_AS_FILE = "kept as file"
# What says that the server takes nothing from us, whoever it is for: log-in wanted or refused, not allowed to pass mail on.
_OF_US = frozenset({530, 534, 535, 538})
_NO_RELAY = re.compile(r"relay(ing)?( access)? (is )?(denied|not (permitted|allowed))|unable to relay", re.IGNORECASE)
_LINK = re.compile(r"/(my|invitations|nominations|office/password)/\S+")

Send = Callable[[Letter, str], str]  # a letter and a name for its file -> what the server said


class Answer(Exception):
    """What was said, in words for the office, without personal links."""

    def __init__(self, said: str, code: int | None = None, cause: Cause | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.code = code
        self.cause = cause  # none: what the words come down to


class Unreachable(Answer):
    """No connection, no login, or no mail of ours is taken at all: none of it is the mail's doing."""


class NotNow(Answer):
    """A temporary refusal of this mail (4xx), or the connection was lost on it."""


class Never(Answer):
    """A permanent refusal of this mail (5xx), or an address that no server can be told."""


@contextmanager
def open_post() -> Iterator[Send]:
    """A way to send several letters, one connection for all; it is opened with the first and again when it was lost."""
    if not current_app.config["MAIL_SERVER"]:
        yield _keep_as_file
        return
    line = _Line()
    try:
        yield line.send
    finally:
        line.hang_up()


class PatientConnection(Connection):
    """Flask-Mail's connection with a time limit, certificates checked, and the server's last words kept."""

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        config = current_app.config
        where: dict[str, Any] = {
            "host": self.mail.server,
            "port": self.mail.port,
            "timeout": config["MAIL_TIMEOUT"],
            "local_hostname": _own_name(),
        }
        host = (
            _RememberingSSL(context=ssl.create_default_context(), **where)
            if self.mail.use_ssl
            else _Remembering(**where)
        )
        try:
            if self.mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def send(self, message: Message, envelope_from: str | tuple[str, str] | None = None) -> None:
        """As Flask-Mail does it, but the message is made once, and held to its size."""
        if message.has_bad_headers():
            raise ValueError("a header has a line break")
        whole = sized(message.as_bytes())
        if self.host is not None:
            sender = sanitize_address(envelope_from or message.sender)
            self.host.sendmail(sender, sanitize_addresses(message.send_to), whole)
        self.num_emails += 1


class MailTooLarge(RuntimeError):
    """A mail grew beyond what an inbox shows. In tests this is loud; in production the desk says so of that mail."""


def sized(whole: bytes) -> bytes:
    """The message as it is. Refuses one that is larger than LARGEST."""
    if len(whole) <= LARGEST:
        return whole
    said = f"the mail has {len(whole) // 1024} kB; more than {LARGEST // 1024} kB are cut off by inboxes, so it was not sent"
    if current_app.testing:
        raise MailTooLarge(said)
    raise Never(said, cause=Cause.TOO_LARGE)


class _Words:
    """Mixed into smtplib's classes: what the server said to the last mail, which `sendmail` would throw away."""

    said: tuple[int, bytes] = (0, b"")
    given = False  # whether the server may have the last mail

    def mail(self, sender: str, options: Any = ()) -> tuple[int, bytes]:
        self.given = False
        answer: tuple[int, bytes] = super().mail(sender, options)  # type: ignore[misc]
        return answer

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.given = True
        self.said = super().data(msg)  # type: ignore[misc]
        return self.said


class _Remembering(_Words, smtplib.SMTP):
    pass


class _RememberingSSL(_Words, smtplib.SMTP_SSL):
    pass


class _Line:
    """One connection for several letters."""

    def __init__(self) -> None:
        self._connection: PatientConnection | None = None

    def send(self, letter: Letter, _name: str) -> str:
        if self._connection and self._connection.num_emails >= current_app.config["MAIL_MAX_EMAILS"]:
            self.hang_up()  # before the server does it, which would look like a fault of this letter
        connection = self._connection or self._call()
        try:
            self._say(connection, letter)
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            raise self._answer(code, words) from refused
        except smtplib.SMTPSenderRefused as refused:
            if refused.smtp_code == 552:  # too big: the one reason that lies in the letter
                raise Never(_said(refused.smtp_code, refused.smtp_error), refused.smtp_code) from refused
            raise Unreachable(_said(refused.smtp_code, refused.smtp_error), refused.smtp_code) from refused
        except smtplib.SMTPResponseException as refused:
            raise self._answer(refused.smtp_code, refused.smtp_error) from refused
        except (UnicodeError, ValueError, smtplib.SMTPNotSupportedError) as impossible:
            said = f"the address or the message can't be said to a mail server: {_fault(impossible)}"
            raise Never(said, cause=Cause.IMPOSSIBLE) from impossible
        except (OSError, smtplib.SMTPException) as lost:
            self.hang_up()
            raise NotNow(f"connection lost: {_fault(lost)}", cause=Cause.CONNECTION) from lost
        except (Answer, MailTooLarge):
            raise
        except Exception as unforeseen:  # of one mail; those behind it begin on a new line
            logs.trouble("mail.unsendable", error=unforeseen)
            self.hang_up()
            raise NotNow(f"could not be sent: {type(unforeseen).__name__}", cause=Cause.UNWRITABLE) from unforeseen
        host = self._connection.host if self._connection else None
        return _said(*host.said) if isinstance(host, _Words) else "not sent: sending is suppressed"

    def _say(self, connection: PatientConnection, letter: Letter) -> None:
        """Some servers hang up after so many mails: what they can't have got is said once more on a new line."""
        used, host = connection.num_emails > 0, connection.host
        try:
            connection.send(letter)
        except (ConnectionError, smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused) as fault:
            good_bye = not isinstance(fault, smtplib.SMTPSenderRefused) or fault.smtp_code == 421
            if not used or not good_bye or getattr(host, "given", True):
                raise
            self.hang_up()
            self._call().send(letter)

    def hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None or connection.host is None:
            return
        try:
            connection.host.quit()
        except (OSError, smtplib.SMTPException):
            connection.host.close()

    def _call(self) -> PatientConnection:
        connection = PatientConnection(current_app.extensions["mail"])
        try:
            connection.__enter__()
        except smtplib.SMTPResponseException as refused:
            raise Unreachable(_said(refused.smtp_code, refused.smtp_error), refused.smtp_code) from refused
        except (OSError, smtplib.SMTPException) as fault:
            raise Unreachable(f"no connection: {_fault(fault)}") from fault
        self._connection = connection
        return connection

    def _answer(self, code: int, words: bytes | str) -> Answer:
        if code == 421:  # the server says good-bye
            self.hang_up()
        if code in _OF_US or _NO_RELAY.search(_said(code, words)):
            return Unreachable(_said(code, words), code)
        return Never(_said(code, words), code) if 500 <= code < 600 else NotNow(_said(code, words), code)


def _keep_as_file(letter: Letter, name: str) -> str:
    """Without a mail server: the letter as an .eml file in `instance/mail/`, whole or not at all, for its owner's eyes only."""
    whole = sized(letter.as_bytes())
    folder = Path(current_app.config["INSTANCE"]) / "mail"
    draft = folder / f".{name}.{os.getpid()}.tmp"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / name)
    except OSError as fault:
        with suppress(OSError):
            draft.unlink()
        raise Unreachable(f"the file can't be written: {_fault(fault)}") from fault
    return KEPT_AS_FILE


def _own_name() -> str:
    """What we call ourselves to the server: the host that mailed links name, as RFC 5321 writes it."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return host.encode("idna").decode()
    return f"[{'IPv6:' if address.version == 6 else ''}{address}]"


def _said(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return without_links(f"{code} {text}")


def _fault(error: BaseException) -> str:
    return without_links(f"{type(error).__name__}: {error}")


def without_links(text: str) -> str:
    """A server's words as they may be kept and shown: on one line, not endless, without the link of a mail it quotes."""
    return _LINK.sub(r"/\1/...", one_line(text))[:LONGEST_ANSWER]
