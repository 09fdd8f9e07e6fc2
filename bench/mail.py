"""Delivering mail against smtplib alone with the same bytes on one connection, and a long queue against a short one."""

from __future__ import annotations

import asyncio
import multiprocessing
import smtplib
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from bench.databases import Databases, app_at
from bench.results import Result
from tests.builders import an_event, registered
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox import deliver, write
from tpbis_events.outbox.model import Mail, MailState

AT_ONCE = 60
QUEUES = (100, 10_000)
SENT_OF_EACH = 100  # so many of a queue are sent to see what one costs
SLOWEST = 1.5  # times as long for each mail with 10,000 due as with 100


def run(databases: Databases, kind: str, _seconds: float, rounds: int) -> list[Result]:
    """By turns, so that a slow moment of the machine strikes both; each mail is a real confirmation with calendar and QR code."""
    with databases.fresh(kind) as (url, instance), app_at(url, instance) as app, mail_server() as port:
        _post_to(app, port)
        facts = _facts_of_a_confirmation()
        ours, limits = [], []
        for _ in range(rounds):
            _owe(AT_ONCE, facts)
            raw = [write.letter(write.owed(mail)).as_bytes() for mail in _due(AT_ONCE)]
            db.session.rollback()
            limits.append(AT_ONCE / _time(lambda raw=raw: _by_smtplib(port, raw)))  # type: ignore[misc]
            ours.append(AT_ONCE / _time(lambda: _drain(AT_ONCE)))
        results = [
            Result("deliver, against smtplib with the same bytes", kind, tuple(ours), "mails a second",
                   limit=statistics.median(limits)),
        ]  # fmt: skip
        each: dict[int, list[float]] = {size: [] for size in QUEUES}
        for size in QUEUES:
            _owe(size - _number_due(), facts)
            for _ in range(rounds):
                _owe(size - _number_due(), facts)
                each[size].append(_time(lambda: _drain(SENT_OF_EACH)) / SENT_OF_EACH * 1000)
            results.append(Result(f"deliver, {size:,} due: each mail", kind, tuple(each[size]), "ms"))
        few, many = (statistics.median(each[size]) for size in QUEUES)
        results.append(Result("deliver, 10,000 due against 100", kind, (many / few,), "times as long", at_most=SLOWEST))
    return results


def _post_to(app: Flask, port: int) -> None:
    app.config["MAIL_SERVER"] = "127.0.0.1"
    state: Any = app.extensions["mail"]
    state.server, state.port, state.suppress = "127.0.0.1", port, False


def _facts_of_a_confirmation() -> dict[str, Any]:
    registered(an_event()["51", "stakeholder"])
    mail = db.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail
    facts = dict(mail.facts)
    db.session.rollback()
    _drain(1)
    return facts


_given = iter(range(1, 10**9))


def _owe(number: int, facts: dict[str, Any]) -> None:
    now = clock.now() - timedelta(minutes=1)
    rows = [
        {
            "kind": "confirmation", "subject": f"bench:{n}", "version": 1, "recipient": f"p{n}@example.id",
            "mailbox": f"p{n}@example.id", "by_public": True, "language": "id", "facts": facts, "state": MailState.DUE,
            "message_id": f"<{n}@bench>", "owed_at": now, "due_at": now, "attempts": 0,
        }
        for n in (next(_given) for _ in range(number))
    ]  # fmt: skip
    if rows:
        with db.engine.begin() as connection:
            connection.execute(insert(Mail.__table__), rows)  # type: ignore[arg-type]


def _due(number: int) -> list[Mail]:
    due = select(Mail).where(Mail.state == MailState.DUE).order_by(Mail.due_at, Mail.id)
    return list(db.session.scalars(due.limit(number)))


def _number_due() -> int:
    number = len(db.session.scalars(select(Mail.id).where(Mail.state == MailState.DUE)).all())
    db.session.rollback()
    return number


def _drain(number: int) -> None:
    """As a worker does it, until so many are sent."""
    left = number
    while left > 0:
        budget = iter(range(left))
        sent = deliver.deliver_due("bench", stop=lambda budget=budget: next(budget, None) is None).sent  # type: ignore[misc]
        assert sent
        left -= sent
    db.session.remove()


def _by_smtplib(port: int, letters: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as line:
        for number, letter in enumerate(letters):
            line.sendmail("tpbis@localhost.localdomain", [f"p{number}@example.id"], letter)


def _time(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def mail_server() -> Iterator[int]:
    """An SMTP server that takes everything, in a process of its own, so that it doesn't share our interpreter; its port."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        assert here.poll(60), "the mail server didn't start"
        yield int(here.recv())
    finally:
        process.terminate()
        process.join()


def _serve(parent: Connection) -> None:
    from aiosmtpd.smtp import SMTP, Envelope, Session

    class TakesAll:
        async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
            return "250 OK"

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(TakesAll(), hostname="bench", loop=loop), "127.0.0.1", 0)
        parent.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())
