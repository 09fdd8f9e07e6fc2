"""A long queue costs no more for each mail than a short one, and two workers never hold one mail; without the guards they do."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, select, text

from tests.conftest import _app
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox import deliver, lease
from tpbis_events.outbox.letter import Letter
from tpbis_events.outbox.model import Mail, MailState

_numbers = count(1)


def owe_many(number: int, *, state: MailState = MailState.DUE) -> None:
    """So many mails, all due at one moment, as after an import or a message to all."""
    now = clock.now() - timedelta(minutes=1)
    rows = []
    for n in (next(_numbers) for _ in range(number)):
        rows.append(
            {
                "kind": "note", "subject": f"many:{n}", "version": 1, "recipient": f"p{n}@example.id",
                "mailbox": f"p{n}@example.id", "by_public": True, "language": "id", "facts": {}, "state": state,
                "message_id": f"<{n}@many>", "owed_at": now, "due_at": now, "attempts": 0,
            }
        )  # fmt: skip
    with db.engine.begin() as connection:
        connection.execute(insert(Mail.__table__), rows)  # type: ignore[arg-type]
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE mails")


@pytest.fixture
def quick_post(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Letters that cost nothing, and a server that takes them at once; to whom they went."""
    sent: list[str] = []

    @contextmanager
    def open_post() -> Iterator[Any]:
        def send(letter: Letter, _name: str) -> str:
            sent.append(str(letter.recipients[0]))
            return "250 OK"

        yield send

    monkeypatch.setattr(deliver.post, "open_post", open_post)
    monkeypatch.setattr(
        deliver.write, "letter", lambda mail: Letter(subject="x", recipients=[mail.recipient], body="x")
    )
    monkeypatch.setattr(deliver, "SECONDS_OF_A_ROUND", 60.0)
    return sent


def statements_for(number: int) -> list[str]:
    """What is asked of the database while the first so many mails of the queue go out."""
    gone = count()
    db.session.rollback()
    with counted() as statements:
        delivered = deliver.deliver_due("w1", stop=lambda: next(gone) >= number)
    assert delivered.sent == number
    return statements


def test_each_mail_costs_as_many_statements_in_a_queue_of_3000_as_in_one_of_100(
    app_on_each: Flask, quick_post: list[str]
) -> None:
    owe_many(100)
    few = statements_for(80)
    owe_many(3000)
    many = statements_for(80)
    assert len(many) <= len(few) + 1  # and what was leased and not begun is given back
    assert len(few) <= 80 + 4 * 8 + 3, "one statement to mark each as sent, eight to lease twenty"
    assert len(set(quick_post)) == 160


def test_the_queue_is_read_by_its_index_in_its_order_however_long_it_is(app_on_each: Flask) -> None:
    owe_many(3000)
    owe_many(300, state=MailState.SENT)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and "mails.due_at <=" in statement:
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    lease.lease("w1")
    event.remove(db.engine, "before_cursor_execute", note)
    (statement, parameters) = asked[-1]
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    with db.engine.connect() as connection:
        plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))
    assert "ix_mails_state_due_at_id" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan


def leased_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    """Two workers look at the queue, and neither goes on before the other has looked."""
    both_looked = threading.Barrier(2, timeout=10)
    refusing = lease.addresses.refusing

    def wait(addresses: Any) -> Any:
        both_looked.wait()
        return refusing(addresses)

    monkeypatch.setattr(lease.addresses, "refusing", wait)
    held: list[set[int]] = []

    def work(worker: str) -> None:
        with app.app_context():
            held.append({each.mail.id for each in lease.lease(worker).mails})

    threads = [threading.Thread(target=work, args=(name,)) for name in ("w1", "w2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return held


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Any) -> Iterator[Flask]:
    yield from _app(postgres_url, tmp_path)


@pytest.mark.postgres
def test_two_workers_at_the_queue_at_once_take_different_mails(
    on_postgres: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe_many(30)
    first, second = leased_at_once(on_postgres, monkeypatch)
    assert len(first | second) == 30 and not first & second


@pytest.mark.postgres
def test_without_the_lock_on_the_rows_they_would_take_the_same(
    on_postgres: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unguarded(now: datetime) -> Sequence[Mail]:
        due = select(Mail).where(Mail.state == MailState.DUE, Mail.due_at <= now).order_by(Mail.due_at, Mail.id)
        return db.session.scalars(due.limit(lease.BATCH)).all()

    owe_many(30)
    monkeypatch.setattr(lease, "_take", unguarded)
    first, second = leased_at_once(on_postgres, monkeypatch)
    assert first == second, "so the test above sees the guard"


def test_without_the_mark_of_the_lease_the_next_worker_would_take_the_same(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe_many(5)
    with monkeypatch.context() as unguarded:
        unguarded.setattr(lease, "_hold", lambda *_: None)
        first, second = ({each.mail.id for each in lease.lease(name).mails} for name in ("w1", "w2"))
        assert first == second
    first, second = ({each.mail.id for each in lease.lease(name).mails} for name in ("w1", "w2"))
    assert len(first) == 5 and second == set()


def test_without_the_word_that_it_was_sent_a_mail_would_go_out_twice(
    app: Flask, quick_post: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    owe_many(3)
    with monkeypatch.context() as unguarded:
        unguarded.setattr(deliver, "mark_sent", lambda *_: MailState.SENT)
        assert deliver.deliver_due("w1").sent == 3
    with clock.stopped_at(clock.now() + lease.LEASE + timedelta(seconds=1)):
        assert deliver.deliver_due("w2").sent == 3
    assert len(quick_post) == 6 and len(set(quick_post)) == 3
    with clock.stopped_at(clock.now() + 2 * lease.LEASE):
        assert deliver.deliver_due("w3").sent == 0


def test_the_state_of_the_queue_needs_the_index_and_no_more(app: Flask) -> None:
    """The cheap look that a worker takes each second."""
    owe_many(50)
    with counted() as statements:
        assert lease.anything_due(clock.now())
    assert len(statements) == 1
    with db.engine.connect() as connection:
        plan = str(
            connection.execute(
                text("EXPLAIN QUERY PLAN SELECT id FROM mails WHERE state = 'due' AND due_at <= '2030-01-01' LIMIT 1")
            ).all()
        )
    assert "COVERING INDEX ix_mails_state_due_at_id" in plan
