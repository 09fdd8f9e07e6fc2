"""Plain words for what the audit log calls by codes. A code without words here is shown as it is."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.audit.model import AuditEntry
from tpbis_events.registrations.model import State

ACTS: dict[str, Any] = {
    "registration.registered": _l("Registered"),
    "registration.corrected": _l("Answers corrected"),
    "registration.cancelled": _l("Cancelled"),
    "registration.seated": _l("Got a seat from the waiting list"),
    "registration.number_seen": _l("Whole NIP looked at"),
    "attendance.checked_in": _l("Checked in"),
    "attendance.undone": _l("Check-in undone"),
    "certificate.issued": _l("Certificate issued"),
    "mail.resent": _l("Mail sent again"),
    "seats.added": _l("Seats added"),
    "seats.removed": _l("Seats removed"),
    "event.laid_out": _l("Event laid out"),
    "event.dates_moved": _l("Dates of the event moved"),
    "account.opened": _l("Account opened"),
    "account.password_set": _l("Password set"),
    "account.enabled": _l("Account enabled"),
    "account.disabled": _l("Account disabled"),
}
STATES: dict[str, Any] = {
    State.SEATED: _l("Seated"),
    State.WAITING: _l("Waiting list"),
    State.CANCELLED: _l("Cancelled"),
}
_ACTORS: dict[str, Any] = {
    "public": _l("the form"),
    "participant": _l("the person herself"),
    "worker": _l("the system"),
    "command line": _l("the command line"),
}
_FACTS: dict[str, Any] = {
    "state": _l("state"),
    "seat": _l("seat number"),
    "seats": _l("seats"),
    "place": _l("place in line"),
    "fields": _l("answers"),
    "day": _l("day"),
    "number": _l("number"),
}
# What an entry also holds, and its own words tell already or nobody reads.
_UNTOLD = frozenset({"date", "checked_in_at", "checked_in_by", "code"})


def act(code: str) -> str:
    return str(ACTS.get(code, code))


def actor(label: str, names: dict[str, str]) -> str:
    """Who acted: an account by its name, everybody else in words."""
    return names.get(label) or str(_ACTORS.get(label, label))


def what_changed(entry: AuditEntry) -> str:
    """Before and after in one line: "seats: 5 → 7"."""
    before, after = entry.before or {}, entry.after or {}
    parts = []
    for key in dict.fromkeys([*before, *after]):
        values = [_value(side[key]) for side in (before, after) if side.get(key) not in (None, "")]
        if values and key not in _UNTOLD:
            parts.append(_("%(fact)s: %(values)s", fact=_FACTS.get(key, key), values=" → ".join(values)))
    return "; ".join(parts)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(STATES.get(value, value)) if isinstance(value, str) else str(value)
