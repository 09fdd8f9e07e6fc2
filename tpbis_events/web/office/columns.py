"""The columns that a roster can show, and those that an organizer chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations.roster import Scope
from tpbis_events.registrations.search import Sort


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its words, whether it is shown unless chosen otherwise, the right that it needs, what it sorts by."""

    key: str
    label: Any
    usual: bool = False
    act: Act | None = None
    sort: Sort | None = None


COLUMNS = (
    Column("session", _l("Session"), usual=True),
    Column("attendance", _l("Attendance"), usual=True),
    Column("role", _l("Role"), usual=True, sort=Sort.ROLE),
    Column("state", _l("State"), usual=True, sort=Sort.STATE),
    Column("tags", _l("Tags"), usual=True),
    Column("institution", _l("Institution"), usual=True, sort=Sort.INSTITUTION),
    Column("position", _l("Position"), usual=True),
    Column("from", _l("From"), usual=True),
    Column("nip", "NIP"),
    Column("seat", _l("Seat")),
    Column("requested", _l("Registered"), sort=Sort.REQUEST),
    Column("certificate", _l("Certificate")),
    Column("email", _l("E-mail address"), act=Act.SEE_CONTACT),
    Column("phone", _l("Phone or WhatsApp number"), act=Act.SEE_CONTACT),
    Column("support", _l("Support that is needed"), act=Act.SEE_SUPPORT),
)


def possible(scope: Scope, by: Actor) -> list[Column]:
    """The columns that this roster has for this organizer."""
    return [
        column
        for column in COLUMNS
        if (column.key != "session" or not scope.one) and (column.act is None or _may(by, column.act, scope))
    ]


def shown(scope: Scope, by: Actor, chosen: Sequence[str]) -> list[Column]:
    """Those that she chose, or the usual ones; a right that she has lost takes its columns along."""
    there = possible(scope, by)
    return [column for column in there if (column.key in chosen if chosen else column.usual)]


def _may(by: Actor, act: Act, scope: Scope) -> bool:
    return any(by.may(act, session.province_code) for session in scope.sessions)
