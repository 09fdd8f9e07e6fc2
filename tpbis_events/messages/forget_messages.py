"""Forget whom messages were for three months after they ended, tests as old as that, and the messages after two years."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.messages.model import Message, MessageState
from tpbis_events.outbox.model import Mail

SEARCH_KEPT = timedelta(days=90)
KEPT = timedelta(days=2 * 365)
DRAFT_KEPT = timedelta(days=365)


@command
def forget_messages() -> int:
    """How many were deleted, with what they say of their recipients. Drafts that nobody sent go after a year."""
    now = clock.now()
    old = update(Message).where(Message.ended_at < now - SEARCH_KEPT, Message.asked.is_not(None))
    db.session.execute(old.values(asked=None))
    db.session.execute(delete(Mail).where(Mail.subject.startswith("message:"), Mail.owed_at < now - SEARCH_KEPT))
    gone = delete(Message).where(
        (Message.ended_at < now - KEPT)
        | ((Message.state == MessageState.DRAFT) & (Message.created_at < now - DRAFT_KEPT))
    )
    return len(db.session.execute(gone.returning(Message.id)).all())
