"""Reads of messages: the list of an event, one message, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.messages.hold_message import within_reach
from tpbis_events.messages.model import Message, MessageRow, Reached
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.actor import Act, Actor

PAGE = 30


@dataclass(frozen=True, slots=True)
class Progress:
    """How many are still to go, on their way, sent, failed, to be told by telephone, left out, and kept back when it stopped."""

    to_go: int = 0
    on_the_way: int = 0
    sent: int = 0
    failed: int = 0
    by_phone: int = 0
    unwanted: int = 0
    no_longer_found: int = 0
    kept_back: int = 0

    @property
    def all(self) -> int:
        return sum(getattr(self, name) for name in self.__dataclass_fields__)

    @property
    def gone(self) -> int:
        return self.on_the_way + self.sent + self.failed + self.by_phone


def messages_of(event_id: int, *, by: Actor, before: int = 0) -> tuple[Sequence[Message], int | None]:
    """One page of those that the actor may see, newest first, and the id to go on before. One query."""
    by.require_somewhere(Act.WRITE_MAIL)
    wanted = select(Message).where(Message.event_id == event_id, within_reach(by))
    if before:
        wanted = wanted.where(Message.id < before)
    wanted = wanted.options(joinedload(Message.session), joinedload(Message.author, innerjoin=True))
    rows = db.session.scalars(wanted.order_by(Message.id.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def message_of(message_id: int, event_slug: str, *, by: Actor) -> Message:
    """One message of an event with its session and author. Refuses one that isn't there or out of reach (404)."""
    by.require_somewhere(Act.WRITE_MAIL)
    wanted = select(Message).where(Message.id == message_id, within_reach(by))
    found = db.session.scalars(
        wanted.options(
            joinedload(Message.event, innerjoin=True),
            joinedload(Message.session),
            joinedload(Message.author, innerjoin=True),
        )
    ).first()
    if found is None or found.event.slug != event_slug:
        raise NotFound("message.unknown")
    return found


def progress_of(message_ids: Sequence[int]) -> dict[int, Progress]:
    """Of each message how far it is. One query, however many recipients they have."""
    rows = db.session.execute(
        select(MessageRow.message_id, MessageRow.reached, MessageRow.code, Mail.state, func.count())
        .outerjoin(Mail, Mail.id == MessageRow.mail_id)
        .where(MessageRow.message_id.in_(message_ids))
        .group_by(MessageRow.message_id, MessageRow.reached, MessageRow.code, Mail.state)
    ).all()
    sums: dict[int, dict[str, int]] = {each: {} for each in message_ids}
    for message_id, reached, code, state, number in rows:
        name = _name(reached, code, state)
        sums[message_id][name] = sums[message_id].get(name, 0) + number
    return {each: Progress(**found) for each, found in sums.items()}


def _name(reached: Reached, code: str | None, state: MailState | None) -> str:
    match reached:
        case Reached.DUE:
            return "to_go"
        case Reached.CALL:
            return "by_phone"
        case Reached.WITHDRAWN:
            return "kept_back"
        case Reached.SKIPPED:
            return "unwanted" if code == "message.unwanted" else "no_longer_found"
    if state in (MailState.FAILED, MailState.HELD, MailState.GIVEN_UP):
        return "failed"
    return "on_the_way" if state in (MailState.DUE, MailState.LEASED) else "sent"  # a mail that is gone by age was sent
