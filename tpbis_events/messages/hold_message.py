"""Steps that the commands over messages share: hold one, for who may see it or for who wrote it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound
from tpbis_events.messages.model import Message
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.rights import account_of_label, label_of
from tpbis_events.programmes.model import Session


def within_reach(by: Actor) -> ColumnElement[bool]:
    """Of the messages those that an organizer may see: her own, those of sessions in her provinces, and all who reaches all."""
    own = Message.author_id == (account_of_label(by.label) or 0)
    provinces = by.provinces_for(Act.WRITE_MAIL)
    if provinces is None:
        return or_(own, Message.id.is_not(None))
    return or_(own, Message.session_id.in_(select(Session.id).where(Session.province_code.in_(provinces))))


def hold_message(message_id: int, *, by: Actor) -> Message:
    """A step: the message, locked. Refuses one that isn't there or is out of reach (404)."""
    by.require_somewhere(Act.WRITE_MAIL)
    held = db.session.scalars(
        select(Message)
        .where(Message.id == message_id, within_reach(by))
        .options(joinedload(Message.event, innerjoin=True), joinedload(Message.session))
        .with_for_update(of=Message)
        .execution_options(populate_existing=True)
    ).first()
    if held is None:
        raise NotFound("message.unknown")
    return held


def hold_own(message_id: int, *, by: Actor) -> Message:
    """A step: the same for who wrote it; others who see it are refused (403)."""
    message = hold_message(message_id, by=by)
    if by.label != label_of(message.author_id):
        raise Forbidden("actor.forbidden", act=Act.WRITE_MAIL.value)
    return message
