"""The arithmetic of the chain: a seal is an HMAC over an entry, its number, and the seal before it.

Whoever changes an entry can't make its seal without the key; whoever takes one out leaves a gap in the numbers and breaks
the seal after it. Decision 12 has the reasons.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass

from flask import current_app

from tpbis_events.audit.model import AuditEntry

BEGINNING = ""  # what the first seal has before it


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal of a chain: how many there are, and what it is."""

    number: int
    seal: str

    def __str__(self) -> str:
        return f"{self.number}:{self.seal}"


def seal_of(entry: AuditEntry, number: int, previous: str) -> str:
    """The seal of an entry at its place in the chain, by the newest key: 64 hexadecimal digits."""
    return _signed(_content(entry, number, previous), _keys()[0])


def holds(entry: AuditEntry, number: int, previous: str) -> bool:
    """Whether the entry's seal is its own, by any of the keys."""
    content = _content(entry, number, previous)
    return any(hmac.compare_digest(_signed(content, key), entry.seal or "") for key in _keys())


def _signed(content: bytes, key: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _keys() -> list[bytes]:
    config = current_app.config
    secrets: list[str] = config["AUDIT_KEYS"] or [config["SECRET_KEY"]]
    return [hashlib.sha256(b"tpbis audit " + secret.encode()).digest() for secret in secrets]


def _content(entry: AuditEntry, number: int, previous: str) -> bytes:
    """The entry as both databases give it back, spelled in one way."""
    content = [
        number,
        previous,
        entry.id,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor,
        entry.act,
        entry.subject,
        entry.province_code,
        entry.door,
        entry.network,
        entry.before,
        entry.after,
        entry.reason,
    ]
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
