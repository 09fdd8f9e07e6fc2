"""The limit: the rows of one registration, written by the bare driver in one transaction that waits for the disk.

Form key, person, registration, mail, audit entry and the update of the quota; nothing is read, checked or decided.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from tests.builders import Place
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import SQLITE_BUSY_MILLISECONDS

CONNECTIONS = (1, 8)
FACTS = json.dumps({"reference": "x" * 900})
_numbers = count(1)


def most_per_second(url: str, places: Sequence[Place], seconds: float) -> float:
    """The best of one connection and of several: a limit is what nobody is faster than."""
    return max(per_second(url, places, seconds / len(CONNECTIONS), connections) for connections in CONNECTIONS)


def per_second(url: str, places: Sequence[Place], seconds: float, connections: int = 1) -> float:
    done = [0] * connections
    start = threading.Barrier(connections + 1)

    def work(mine: int) -> None:
        connection, write = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        start.wait()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            number = next(_numbers)
            write(number, places[number % len(places)])
            done[mine] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(mine,)) for mine in range(connections)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def _sqlite(url: str) -> tuple[sqlite3.Connection, Callable[[int, Place], None]]:
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MILLISECONDS}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")

    def write(number: int, place: Place) -> None:
        connection.execute("BEGIN IMMEDIATE")
        _write(connection.execute, "?", number, place)
        connection.execute("COMMIT")

    return connection, write


def _postgresql(url: str) -> tuple[psycopg.Connection[Any], Callable[[int, Place], None]]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(address)

    def write(number: int, place: Place) -> None:
        _write(connection.execute, "%s", number, place)
        connection.commit()

    return connection, write


def _write(execute: Callable[..., Any], mark: str, number: int, place: Place) -> None:
    now = datetime.now(UTC).isoformat(sep=" ")
    email, code = f"{number}@bare.example.id", codes.new_code(24)

    def insert(table: str, row: dict[str, Any], returning: str = "") -> Any:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join([mark] * len(row))
        return execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) {returning}", list(row.values()))

    insert("form_keys", {"key": code, "fingerprint": "0" * 64, "created_at": now})
    execute(f"UPDATE quotas SET last_queue_number = last_queue_number + 1 WHERE id = {mark}", [place.quota_id])
    person = insert(
        "persons",
        {
            "full_name": f"Peserta Nomor {number}", "name_key": f"peserta nomor {number}", "email": email,
            "institution": "Perpustakaan Desa Sukamaju", "position": "Pustakawan", "employment": "community",
            "country_code": "ID", "province_code": "51", "language": "id", "consent_version": "2026-11",
            "consent_at": now,
        },
        "RETURNING id",
    ).fetchone()[0]  # fmt: skip
    registration = insert(
        "registrations",
        {
            "reference": code[:8], "event_id": place.event_id, "session_id": place.session_id,
            "role_id": place.role_id, "quota_id": place.quota_id, "person_id": person, "state": "waiting",
            "priority": 0, "queue_number": number, "email_key": email, "ticket": code[8:], "link_version": 1,
            "calendar_sequence": 0, "created_at": now,
        },
        "RETURNING id",
    ).fetchone()[0]  # fmt: skip
    execute(f"UPDATE form_keys SET registration_id = {mark} WHERE key = {mark}", [registration, code])
    subject = f"registration:{registration}"
    insert(
        "mails",
        {
            "kind": "bare", "subject": subject, "version": 1, "recipient": email, "language": "id", "facts": FACTS,
            "message_id": f"<{code}@bare>", "state": "sent", "owed_at": now, "due_at": now, "attempts": 0,
        },
    )  # fmt: skip
    insert(
        "audit_entries",
        {
            "at": now, "actor": "public", "act": "registration.registered", "subject": subject,
            "province_code": "51", "after": '{"state": "waiting"}',
        },
    )  # fmt: skip
