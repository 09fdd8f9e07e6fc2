"""Which words a mail is written in: those that an organizer gave its kind in its scope, or the original ones.

A mail's scope is the fact `words_of` (`event:17`); without it, or for a kind that isn't theirs, the original words stand.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import LetterText, Mail, MailState
from tpbis_events.outbox.placeholders import OF_KIND

SCOPE = "words_of"
_BEGUN = (MailState.LEASED, MailState.SENT)
_TO_BEGIN = (MailState.DUE, MailState.HELD)


@dataclass(frozen=True, slots=True)
class Words:
    """The organizer's words in the language of one mail, with placeholders in braces."""

    subject: str
    text: str


def in_force(scopes: Collection[str]) -> dict[tuple[str, str], LetterText]:
    """The newest version of each kind in these scopes, by (scope, kind). One query; none without scopes."""
    if not scopes:
        return {}
    newest = (
        select(func.max(LetterText.id)).where(LetterText.scope.in_(scopes)).group_by(LetterText.scope, LetterText.kind)
    )
    rows = db.session.scalars(select(LetterText).where(LetterText.id.in_(newest)))
    return {(row.scope, row.kind): row for row in rows}


def versions(scope: str, kind: str) -> Sequence[LetterText]:
    """Every version of a kind's words, the newest first."""
    asked = select(LetterText).where(LetterText.scope == scope, LetterText.kind == kind)
    return db.session.scalars(asked.order_by(LetterText.version.desc())).all()


def scopes_of(mails: Collection[Mail]) -> set[str]:
    """The scopes in which these mails could have words of an organizer."""
    return {mail.facts[SCOPE] for mail in mails if mail.kind in OF_KIND and SCOPE in mail.facts}


def words_of(mail: Mail) -> Words | None:
    """The words of a mail: those it was begun with, or else those in force now. None: the original ones."""
    text = mail.words
    begun = mail.state in _BEGUN or (mail.attempts and mail.state not in _TO_BEGIN)
    if not begun:
        text = in_force(scopes_of([mail])).get((mail.facts.get(SCOPE, ""), mail.kind))
    return in_language(text, mail.language)


def in_language(text: LetterText | None, language: str) -> Words | None:
    if text is None or not text.own:
        return None
    english = language == "en"
    return Words(text.subject_en if english else text.subject_id, text.text_en if english else text.text_id)
