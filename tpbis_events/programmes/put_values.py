"""Put new values into a row, and tell for the audit log what they were and what they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

LONGEST_TOLD = 120
# A person's name is named by its field, not copied: the log outlives an erasure.
_NOT_TOLD = frozenset({"signatory_name", "online_url"})

Told = dict[str, Any]


def put_values(row: Any, values: Mapping[str, Any]) -> tuple[Told, Told]:
    """A step: sets what differs and gives it back as (before, after), both empty when nothing does."""
    before: Told = {}
    after: Told = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = _told(name, old), _told(name, value)
            setattr(row, name, value)
    return before, after


def told(values: Mapping[str, Any]) -> Told:
    """The values of a new row for the log, without those that are empty."""
    return {name: _told(name, value) for name, value in values.items() if value not in (None, "")}


def _told(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if name in _NOT_TOLD:
        return "…" if value else ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    text = str(value)
    return text if len(text) <= LONGEST_TOLD else text[: LONGEST_TOLD - 1] + "…"
