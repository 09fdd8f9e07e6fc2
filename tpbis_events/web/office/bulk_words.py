"""The words of acts on many registrations, and who may do which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Actor
from tpbis_events.registrations.bulk_model import BulkAct
from tpbis_events.registrations.bulk_rights import RIGHTS
from tpbis_events.registrations.roster import Scope
from tpbis_events.web.refusals import sentence

LABELS: dict[BulkAct, Any] = {
    BulkAct.TAG: _l("Put a tag on them"),
    BulkAct.UNTAG: _l("Take a tag off them"),
    BulkAct.MAIL: _l("Write a message to them"),
    BulkAct.APPROVE: _l("Approve their requests"),
    BulkAct.REJECT: _l("Do not accept their requests"),
    BulkAct.MOVE: _l("Move them to another session or role"),
    BulkAct.CANCEL: _l("Cancel their registrations"),
}

EXPLANATIONS: dict[BulkAct, Any] = {
    BulkAct.TAG: _l("A tag is a word by which the office finds people again. They don't see it."),
    BulkAct.UNTAG: _l("The tag goes; nothing else changes."),
    BulkAct.APPROVE: _l("In the order of their requests each gets a free seat, or else a place on the waiting list."),
    BulkAct.REJECT: _l("Each is told no, with the reason."),
    BulkAct.MOVE: _l("In the order of their requests each gets a free seat there, a new QR code and a mail."),
    BulkAct.CANCEL: _l("Each is told by mail, with the reason. Seats that come free go to who waits for them."),
}
BUTTONS: dict[BulkAct, Any] = {
    BulkAct.TAG: _l("Put the tag on"),
    BulkAct.UNTAG: _l("Take the tag off"),
    BulkAct.APPROVE: _l("Approve them"),
    BulkAct.REJECT: _l("Do not accept them"),
    BulkAct.MOVE: _l("Move them"),
    BulkAct.CANCEL: _l("Cancel them"),
}
HARSH = frozenset({BulkAct.REJECT, BulkAct.CANCEL})


def why(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """The reason of a refusal in a few words: its title."""
    return sentence(Refusal(code, **dict(facts or {})))[0]


def acts_for(scope: Scope, by: Actor) -> list[tuple[str, Any]]:
    """What this organizer may do to people of this roster."""
    return [
        (act.value, label)
        for act, label in LABELS.items()
        if any(by.may(RIGHTS[act], session.province_code) for session in scope.sessions)
    ]
