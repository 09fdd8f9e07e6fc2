"""Write a message to many as a draft, or change its words: nothing goes out by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.messages.hold_message import hold_own
from tpbis_events.messages.model import Message, MessageState
from tpbis_events.messages.text import read_words
from tpbis_events.messages.whom import Whom, kept, scope_of
from tpbis_events.people.actor import Actor
from tpbis_events.people.rights import account_of_label
from tpbis_events.registrations.model import Registration


@command
def write_message(
    key: str, event_slug: str, session_slug: str | None, whom: Whom, asked: Mapping[str, Any], *, by: Actor
) -> int:
    """The id of the new draft. The same form sent again is the same draft.

    `asked` are subject and text in both languages. Refuses an event or session out of reach, ticked people who aren't of it
    (404), and words that are missing, too long, or in braces and no placeholder.
    """
    scope = scope_of(event_slug, session_slug, by=by)
    words = read_words(asked)
    if whom.picks:
        there = select(Registration.id).where(Registration.id.in_(whom.picks), scope.holds())
        if len(db.session.scalars(there).all()) < len(set(whom.picks)):
            raise NotFound("registration.unknown")
    author = account_of_label(by.label)
    if author is None:
        raise NotFound("account.unknown")
    values = {
        "key": key,
        "event_id": scope.event.id,
        "session_id": scope.sessions[0].id if scope.one else None,
        "author_id": author,
        "asked": kept(whom),
        "state": MessageState.DRAFT,
        "tests": 0,
        "created_at": clock.now(),
        **words,
    }
    made = insert_on_conflict(Message).values(**values).on_conflict_do_nothing().returning(Message.id)
    message_id = db.session.scalar(made)
    if message_id is None:
        known = db.session.scalars(select(Message).where(Message.key == key)).one()
        if known.author_id != author:
            raise Refusal("bulk.form_changed")
        return known.id
    _note("message.written", message_id, scope.province_code, by)
    return message_id


@command
def change_message(message_id: int, asked: Mapping[str, Any], *, by: Actor) -> None:
    """Other words for a draft. Refuses one that is no draft, and who didn't write it."""
    message = hold_own(message_id, by=by)
    if message.state is not MessageState.DRAFT:
        raise Refusal("message.not_draft")
    words = read_words(asked)
    if any(getattr(message, name) != text for name, text in words.items()):
        for name, text in words.items():
            setattr(message, name, text)
        _note("message.changed", message_id, message.session.province_code if message.session else None, by)


@command
def discard_message(message_id: int, *, by: Actor) -> None:
    """Throw a draft away. Refuses what is no draft: of that something may have gone out."""
    message = hold_own(message_id, by=by)
    if message.state is not MessageState.DRAFT:
        raise Refusal("message.not_draft")
    db.session.delete(message)
    _note("message.discarded", message_id, message.session.province_code if message.session else None, by)


def _note(act: str, message_id: int, province_code: str | None, by: Actor) -> None:
    record(act, f"message:{message_id}", at=clock.now(), actor=by.label, province_code=province_code)
