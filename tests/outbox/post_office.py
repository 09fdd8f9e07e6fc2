"""A real SMTP server for the tests, that can be told how to behave."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

ACCEPTS = "250 OK queued as 17"


class PostOffice:
    """What the server has taken, and what it says to the next: an answer, or "cut" to hang up after the mail was given."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.at_mail = "250 OK"
        self.at_recipient = "250 OK"
        self.at_data = ACCEPTS
        self.in_turn: list[str] = []  # answers at DATA for the first mails; `at_data` for those after
        self.of_recipient: dict[str, str] = {}  # answers at RCPT to single addresses
        self.slow = {"MAIL": 0.0, "RCPT": 0.0, "DATA": 0.0}  # seconds before it answers
        self.at = ""  # "MAIL" or "RCPT": where it hangs up on a line that has taken a mail
        self.lets_in = False  # whether a login is taken, where one is wanted
        self.taken_at: list[float] = []  # when, by time.monotonic()
        self.when_taken: Callable[[], None] = lambda: None  # happens before the answer to a mail that it has taken
        self.connections = 0
        self.port = 0

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.taken]

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        await asyncio.sleep(self.slow["MAIL"])
        if self.at == "MAIL" and getattr(session, "has_given", False):
            self._cut(server)
        envelope.mail_from = address
        return self.at_mail

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        await asyncio.sleep(self.slow["RCPT"])
        answer = self.of_recipient.get(address, self.at_recipient)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.in_turn.pop(0) if self.in_turn else self.at_data
        content = envelope.content
        assert isinstance(content, bytes)
        if answer.startswith("250") or answer == "cut":
            mail = message_from_bytes(content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.taken.append(mail)
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
            self.taken_at.append(time.monotonic())
            session.has_given = True  # type: ignore[attr-defined]
            self.when_taken()
        if answer == "cut":
            self._cut(server)
        await asyncio.sleep(self.slow["DATA"])
        return answer

    def _cut(self, server: SMTP) -> None:
        assert server.transport is not None
        server.transport.abort()


@contextmanager
def open_post_office(*, login: bool = False) -> Iterator[PostOffice]:
    """An SMTP server on a free port of this machine. With `login` it takes mail only after a login, which it
    refuses until `lets_in`.
    """
    office = PostOffice()
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    servers: list[asyncio.Server] = []

    def protocol() -> SMTP:
        office.connections += 1
        refuse = {
            "auth_required": True,
            "auth_require_tls": False,
            "authenticator": lambda *_: AuthResult(success=office.lets_in, handled=office.lets_in),
        }
        return SMTP(office, loop=loop, hostname="post.example.id", enable_SMTPUTF8=False, **(refuse if login else {}))

    async def start() -> None:
        servers.append(await loop.create_server(protocol, "127.0.0.1", 0))
        office.port = servers[0].sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()
        servers[0].close()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def a_port_where_nobody_listens() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
