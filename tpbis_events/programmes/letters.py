"""The words of the mails of an edition: the original ones of each kind, and what an organizer made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound
from tpbis_events.outbox import wording, write
from tpbis_events.outbox.model import LetterText
from tpbis_events.outbox.placeholders import OF_KIND
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Session

LANGUAGES = ("id", "en")
TEXTS = ("subject_id", "subject_en", "text_id", "text_en")


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of one kind that are in force. Version 0: nobody has ever changed them."""

    kind: str
    subject_id: str
    subject_en: str
    text_id: str
    text_en: str
    version: int
    own: bool
    versions: Sequence[LetterText] = ()  # the newest first


def scope_of(event_id: int) -> str:
    """What the facts of the mails of an edition call its words."""
    return f"event:{event_id}"


def event_of(event_slug: str, *, by: Actor) -> Event:
    """The edition whose letters are looked at, drafts too. Refuses what is out of reach (404), and who sees it but may not
    change letters (403). Two queries at most.
    """
    event = db.session.scalar(select(Event).where(Event.slug == event_slug))
    if event is None:
        raise NotFound("event.unknown")
    if not by.may(Act.CHANGE_LETTERS, None):
        provinces = by.provinces_for(Act.SEE_ROSTER)
        held = select(Session.province_code).where(Session.event_id == event.id)
        if provinces is not None and provinces.isdisjoint(db.session.scalars(held)):
            raise NotFound("actor.out_of_reach", act=Act.CHANGE_LETTERS.value)
        raise Forbidden("actor.forbidden", act=Act.CHANGE_LETTERS.value)
    return event


def letters_of(event: Event) -> dict[str, LetterText | None]:
    """The newest version of each kind that organizers may word, in the order of the kinds; none for one never changed."""
    newest = wording.in_force([scope_of(event.id)])
    return {kind: newest.get((scope_of(event.id), kind)) for kind in write.KINDS if kind in OF_KIND}


def letter_of(event: Event, kind: str) -> Letter:
    """The words of one kind, with all their versions. One query. Refuses a kind that organizers don't word (404)."""
    if kind not in OF_KIND:
        raise NotFound("letter.unknown")
    rows = wording.versions(scope_of(event.id), kind)
    newest = rows[0] if rows else None
    if newest is None or not newest.own:
        return Letter(kind, **original(kind), version=newest.version if newest else 0, own=False, versions=rows)
    return Letter(kind, **texts_of(newest), version=newest.version, own=True, versions=rows)


def original(kind: str) -> dict[str, str]:
    """The original words in both languages, by field."""
    words = {language: write.original(kind, language) for language in LANGUAGES}
    subjects = {f"subject_{language}": each.subject for language, each in words.items()}
    return subjects | {f"text_{language}": each.text for language, each in words.items()}


def texts_of(row: LetterText) -> dict[str, str]:
    return {name: getattr(row, name) for name in TEXTS}
