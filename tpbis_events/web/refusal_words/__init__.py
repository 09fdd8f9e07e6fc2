"""What each refusal says, by rooms: code -> (title, what happened and what can be done); %(...)s are the refusal's facts."""

from __future__ import annotations

from typing import Any

from tpbis_events.web.refusal_words import (
    accounts,
    attendance,
    badges,
    certificates,
    lists,
    mail,
    plan,
    questionnaires,
    registrations,
    signing,
)

WORDS: dict[str, tuple[Any, Any]] = {
    **registrations.WORDS,
    **plan.WORDS,
    **attendance.WORDS,
    **questionnaires.WORDS,
    **certificates.WORDS,
    **badges.WORDS,
    **signing.WORDS,
    **mail.WORDS,
    **lists.WORDS,
    **accounts.WORDS,
}
