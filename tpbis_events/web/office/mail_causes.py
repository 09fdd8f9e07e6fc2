"""Why a mail isn't sent, in the words of the office, and what helps."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from tpbis_events.outbox.causes import Cause

# Cause -> what it is, what helps.
CAUSES: dict[str, tuple[Any, Any]] = {
    Cause.NO_MAILBOX: (
        _l("The address does not exist"),
        _l("Ask the person for another address and correct the registration."),
    ),
    Cause.NO_DOMAIN: (
        _l("The part behind @ takes no mail"),
        _l("Most often a typing mistake. Ask the person and correct the registration."),
    ),
    Cause.FULL: (_l("The mailbox is full"), _l("Tell the person by phone, then send again.")),
    Cause.REJECTED: (
        _l("Refused as unwanted"),
        _l(
            "The other server takes it for spam or against its rules. Show its answer to who looks after our mail server."
        ),
    ),
    Cause.TOO_LARGE: (_l("Too large"), _l("Shorten the words of this kind of mail, then send again.")),
    Cause.IMPOSSIBLE: (
        _l("The address cannot be written to"),
        _l("It has signs that mail servers do not take. Correct the registration."),
    ),
    Cause.MARKED: (
        _l("The address took no mail before"),
        _l("An earlier mail came back. Correct the address, or send again if it is right now."),
    ),
    Cause.CAPPED: (
        _l("Held: too many for one address"),
        _l(
            "Many registrations or requests named the same address within a day. "
            "Send if it is an office; give up if somebody is being bothered."
        ),
    ),
    Cause.UNWRITABLE: (
        _l("Could not be written"),
        _l("A fault of this system. Tell who runs it; it tries again by itself."),
    ),
    Cause.CONNECTION: (_l("The connection was lost"), _l("It is tried again by itself.")),
    Cause.SERVER: (_l("The mail server was away"), _l("It is tried again by itself; nothing is lost.")),
    Cause.NOT_NOW: (_l("Not taken yet"), _l("It is tried again by itself, for 72 hours.")),
    Cause.OTHER: (_l("Another reason"), _l("Read the answer of the server.")),
    "": (_l("Without a reason"), _l("It failed before reasons were kept.")),
}


def cause_words(cause: str | None) -> tuple[Any, Any]:
    return CAUSES.get(cause or "", CAUSES[Cause.OTHER])
