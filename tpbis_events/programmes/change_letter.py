"""Give a kind of mail of an edition words of the organizer's own, or the original ones back. Each change is a new version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox import wording
from tpbis_events.outbox.model import LetterText
from tpbis_events.outbox.placeholders import OF_KIND, strange_in
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.letters import TEXTS, original, scope_of, texts_of
from tpbis_events.programmes.model import Event
from tpbis_events.programmes.texts import Problems, Rule, examined

LONGEST_SUBJECT = 150
LONGEST_TEXT = 4000
MOST_LINES = 120
_IN_BOTH = {
    "subject": Rule(LONGEST_SUBJECT, needed=True),
    "text": Rule(LONGEST_TEXT, needed=True, lines=True),
}


@dataclass(frozen=True, slots=True)
class LetterPlan:
    """Subject and opening in both languages, with placeholders in braces; `version` is the one that the form was made from."""

    subject_id: str
    subject_en: str
    text_id: str
    text_en: str
    version: int = 0


@command
def change_letter(event_id: int, kind: str, plan: LetterPlan, *, by: Actor) -> int:
    """The words for all mail of this kind that is begun from now on; the number of their version.

    Refuses a text that is empty in one of the languages or too long, a placeholder that the kind doesn't know, a brace that
    stands alone; and a form made from a version that isn't in force any longer (somebody else was faster). The same words
    again make no version.
    """
    _hold(event_id, kind, by)
    texts, problems = checked(kind, plan)
    if problems:
        raise Invalid(problems)
    newest = _newest(event_id, kind, plan.version)
    if texts == (texts_of(newest) if newest and newest.own else original(kind)):
        return plan.version
    return _put(event_id, kind, plan.version + 1, texts, at=clock.now(), by=by.label)


@command
def reset_letter(event_id: int, kind: str, *, version: int, by: Actor) -> None:
    """The original words again, as a version of its own. Refuses a form made from an older version, as `change_letter` does."""
    _hold(event_id, kind, by)
    newest = _newest(event_id, kind, version)
    if newest and newest.own:
        _put(event_id, kind, version + 1, dict.fromkeys(TEXTS, ""), at=clock.now(), by=by.label)


def take_letters_along(old_id: int, new_id: int, *, at: datetime, by: str) -> None:
    """A step: a cloned edition begins with the words that its model has now. One query, one row for each kind with own words."""
    for (_scope, kind), row in sorted(wording.in_force([scope_of(old_id)]).items()):
        if row.own:
            _put(new_id, kind, 1, texts_of(row), at=at, by=by)


def checked(kind: str, plan: LetterPlan) -> tuple[dict[str, str], Problems]:
    """The texts tidied, and what is wrong with them by field: also for who only wants to see how they look."""
    texts, problems = examined(plan, _IN_BOTH, {})
    for name, text in texts.items():
        unknown, alone = strange_in(text, OF_KIND[kind])
        if text.count("\n") >= MOST_LINES:
            problems.setdefault(name, "text.too_long")
        if unknown:
            problems.setdefault(name, "letter.unknown_placeholder")
        elif alone:
            problems.setdefault(name, "letter.brace")
    return texts, problems


def _hold(event_id: int, kind: str, by: Actor) -> None:
    """Right, kind and edition; the edition's row is the lock, so that of two who save at once the second sees the first."""
    by.require(Act.CHANGE_LETTERS, None)
    if kind not in OF_KIND:
        raise NotFound("letter.unknown")
    held = select(Event.id).where(Event.id == event_id).with_for_update(key_share=True)
    if db.session.scalar(held) is None:
        raise NotFound("event.unknown")


def _newest(event_id: int, kind: str, version: int) -> LetterText | None:
    newest = wording.in_force([scope_of(event_id)]).get((scope_of(event_id), kind))
    if (newest.version if newest else 0) != version:
        raise Refusal("letter.changed_meanwhile")
    return newest


def _put(event_id: int, kind: str, version: int, texts: dict[str, str], *, at: datetime, by: str) -> int:
    scope = scope_of(event_id)
    db.session.add(LetterText(scope=scope, kind=kind, version=version, changed_at=at, changed_by=by, **texts))
    after = {"kind": kind, "version": version, "own": bool(texts["subject_id"])}
    record("letter.changed", scope, at=at, actor=by, after=after)
    return version
