"""Settle, as a worker leases mails, which words each is written in: a step of `lease`."""

from __future__ import annotations

from collections.abc import Sequence

from tpbis_events.outbox.model import Mail
from tpbis_events.outbox.wording import SCOPE, in_force, scopes_of


def choose_words(mails: Sequence[Mail]) -> None:
    """A step: each mail keeps the version of the words that are in force now, so that what was sent can always be shown.

    In: mails that are due. A mail taken up from a worker that died isn't given here: perhaps it was sent, in the words it has.
    One query for all.
    """
    newest = in_force(scopes_of(mails))
    for mail in mails:
        mail.words = newest.get((mail.facts.get(SCOPE, ""), mail.kind))
