"""The list that a door takes along for the time without a network: sealed, so that a copy of it tells no name by itself.

Each person's entry is encrypted by a key that only her own ticket gives (HKDF-SHA256 over the ticket, with a salt made for this
list), and found by a mark that comes from the ticket likewise. Names for searching are one more box, whose key goes to those
alone who may search. decisions/0025 says what this protects and what it doesn't.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import func, select

from tpbis_events.attendance.model import Attendance
from tpbis_events.foundation.database import db
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Role
from tpbis_events.registrations.model import Registration, State

INFO = b"tpbis door list 1"
MARK_BYTES = 12
KEY_BYTES = 32
# Every key here encrypts one text only, so the nonce need not differ.
NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class Pulse:
    """The door at this moment: how many are expected, who is in since when (by registration), and the list's version."""

    expected: int
    inside: dict[int, float]
    version: str


def pulse(session_id: int, day_id: int, item_id: int | None = None) -> Pulse:
    """Two queries. The version changes whenever somebody comes, goes, or becomes somebody else on the list."""
    rows = db.session.execute(
        select(
            Registration.state,
            func.count(),
            func.max(Registration.id),
            func.max(Registration.seated_at),
            func.max(Registration.ended_at),
        )
        .where(Registration.session_id == session_id)
        .group_by(Registration.state)
        .order_by(Registration.state)
    ).all()
    stands = db.session.execute(
        select(Attendance.registration_id, Attendance.happened_at).where(
            Attendance.day_id == day_id,
            Attendance.item_id.is_(None) if item_id is None else Attendance.item_id == item_id,
            Attendance.undone_at.is_(None),
        )
    )
    return Pulse(
        expected=sum(row[1] for row in rows if row[0] is State.SEATED),
        inside={registration_id: at.timestamp() * 1000 for registration_id, at in stands},
        version="|".join(
            ":".join(str(part.timestamp() if hasattr(part, "timestamp") else part) for part in row) for row in rows
        ),
    )


def sealed_list(session_id: int, *, may_search: bool) -> dict[str, Any]:
    """Everybody of a session, also who has cancelled or waits, so that the door can say so. One query.

    `entries` are mark -> box; a box holds registration, name, role and state, as does each row of `names`. `search_key`
    is there for those alone who may search.
    """
    rows = db.session.execute(
        select(
            Registration.id, Registration.ticket, Registration.reference, Registration.state, Role.id, Person.full_name
        )
        .join(Person, Person.id == Registration.person_id)
        .join(Role, Role.id == Registration.role_id)
        .where(Registration.session_id == session_id)
        .order_by(Person.name_key, Registration.id)
    ).all()
    salt = secrets.token_bytes(16)
    people = [(row[0], row[5], row[4], row[3].value) for row in rows]
    entries = dict(_entry(row[1], salt, person) for row, person in zip(rows, people, strict=True))
    sealed: dict[str, Any] = {"salt": _text(salt), "entries": entries}
    if may_search:
        key = secrets.token_bytes(KEY_BYTES)
        named = [(*person, row[2]) for row, person in zip(rows, people, strict=True)]
        sealed |= {"names": _text(_box(key, named)), "search_key": _text(key)}
    return sealed


def _entry(ticket: str, salt: bytes, person: Sequence[Any]) -> tuple[str, str]:
    derived = HKDF(SHA256(), MARK_BYTES + KEY_BYTES, salt, INFO).derive(ticket.encode())
    return _text(derived[:MARK_BYTES]), _text(_box(derived[MARK_BYTES:], person))


def _box(key: bytes, content: Sequence[Any]) -> bytes:
    return AESGCM(key).encrypt(NONCE, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), None)


def _text(value: bytes) -> str:
    return b64encode(value).decode()
