"""Put a tag on registrations, or take it off: a word by which the office finds them again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota
from tpbis_events.registrations.hold import hold_all
from tpbis_events.registrations.model import Registration, Tag
from tpbis_events.registrations.rules import plain

LONGEST_TAG = 30


@dataclass(frozen=True, slots=True)
class Tagged:
    word: str
    changed: tuple[str, ...]  # references; who had it already isn't among them


@command
def tag(registration_ids: Sequence[int], word: str, *, by: Actor) -> Tagged:
    """Needs the right where each of them is, else none is tagged. Refuses an empty word; who has the tag keeps it."""
    return _change(registration_ids, word, by, on=True)


@command
def untag(registration_ids: Sequence[int], word: str, *, by: Actor) -> Tagged:
    """The other way round, by the same rules."""
    return _change(registration_ids, word, by, on=False)


def read_tag(word: str) -> str:
    """A tag as it is kept: one line of small letters without commas. Refuses one of which nothing is left."""
    kept = plain(word.replace(",", " "), LONGEST_TAG).lower().strip()[:LONGEST_TAG]
    if not kept:
        raise Refusal("tag.missing")
    return kept


def put_on(
    registrations: Sequence[Registration], quotas: dict[int, Quota], word: str, *, on: bool, at: datetime, by: Actor
) -> set[int]:
    """A step: the ids of those for whom it changed something, each with its line in the log."""
    ids = [registration.id for registration in registrations]
    have = set(_have(ids, word))
    changed = {each for each in ids if (each in have) is not on}
    if on:
        db.session.add_all(Tag(registration_id=each, word=word) for each in sorted(changed))
    else:
        db.session.execute(delete(Tag).where(Tag.registration_id.in_(changed), Tag.word == word))
    for registration in registrations:
        if registration.id in changed:
            record(
                "registration.tagged" if on else "registration.untagged",
                f"registration:{registration.id}",
                at=at,
                actor=by.label,
                province_code=quotas[registration.quota_id].session.province_code,
                after={"tag": word},
            )
    db.session.flush()
    return changed


def _have(ids: Collection[int], word: str) -> Sequence[int]:
    return db.session.scalars(select(Tag.registration_id).where(Tag.registration_id.in_(ids), Tag.word == word)).all()


def _change(registration_ids: Sequence[int], word: str, by: Actor, *, on: bool) -> Tagged:
    word = read_tag(word)
    registrations, quotas = hold_all(registration_ids, by=by, act=Act.TAG)
    changed = put_on(registrations, quotas, word, on=on, at=clock.now(), by=by)
    return Tagged(word, tuple(each.reference for each in registrations if each.id in changed))
