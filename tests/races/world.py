"""What the database holds after a race, read with plain SQL past the code that is judged."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

HOLDING = ("seated", "offered")
LIVE = ("applied", "waiting", *HOLDING)
ENDED = ("cancelled", "rejected", "lapsed", "declined", "substituted")


@dataclass(frozen=True, slots=True)
class Quota:
    """The seats of one role in one session; `by_hand`: the office alone gives free ones to those who wait."""

    id: int
    event_id: int
    session_id: int
    role_id: int
    last_queue_number: int = 0
    session: str = ""
    role: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    id: int
    reference: str
    event_id: int
    session_id: int
    role_id: int
    quota_id: int
    state: str
    seat_id: int | None = None
    queue_number: int | None = None
    email_key: str | None = None
    phone_key: str | None = None

    @property
    def subject(self) -> str:
        return f"registration:{self.id}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit log. Ids are drawn under the lock of the quota: in one quota they rise as the acts happened."""

    id: int
    act: str
    subject: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    actor: str = "public"


@dataclass(frozen=True, slots=True)
class Mail:
    kind: str
    subject: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class World:
    """`seats`: seat -> quota; `keys`: key of a form -> registration that it made; `log` in the order of its ids."""

    quotas: tuple[Quota, ...] = ()
    seats: dict[int, int] = field(default_factory=dict)
    registrations: tuple[Registration, ...] = ()
    persons: int = 0
    keys: dict[str, int | None] = field(default_factory=dict)
    mails: Counter[Mail] = field(default_factory=Counter)
    log: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    words: str


def seen(url: str) -> World:
    """Read the whole world in one transaction."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:

        def rows(statement: str) -> list[Any]:
            return list(connection.execute(text(statement)))

        return World(
            quotas=tuple(
                Quota(*row)
                for row in rows(
                    "SELECT q.id, s.event_id, q.session_id, q.role_id, q.last_queue_number, s.slug, r.slug, e.serving = 'hand'"
                    " FROM quotas q JOIN sessions s ON s.id = q.session_id JOIN roles r ON r.id = q.role_id"
                    " JOIN events e ON e.id = s.event_id"
                )
            ),
            seats=dict(map(tuple, rows("SELECT id, quota_id FROM seats"))),
            registrations=tuple(
                Registration(*row)
                for row in rows(
                    "SELECT id, reference, event_id, session_id, role_id, quota_id, state, seat_id, queue_number,"
                    " email_key, phone_key FROM registrations ORDER BY id"
                )
            ),
            persons=rows("SELECT count(*) FROM persons")[0][0],
            keys=dict(map(tuple, rows("SELECT key, registration_id FROM form_keys"))),
            mails=Counter(Mail(*row) for row in rows("SELECT kind, subject, version FROM mails")),
            log=tuple(
                Entry(row[0], row[1], row[2], _facts(row[3]), _facts(row[4]), row[5])
                for row in rows("SELECT id, act, subject, before, after, actor FROM audit_entries ORDER BY id")
            ),
        )


def _facts(column: Any) -> dict[str, Any]:
    """JSON is a dict by the driver of PostgreSQL, and a text by that of SQLite."""
    return (json.loads(column) if isinstance(column, str) else column) or {}
