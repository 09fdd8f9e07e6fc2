"""Take a mail that came back: it shows as failed with what was said, and a hard bounce marks its address. Forged: nothing."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.bounces import Bounce
from tpbis_events.outbox.causes import code_of
from tpbis_events.outbox.mailbox import address_key
from tpbis_events.outbox.mark_address import mark
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.post_rows import MailBounce


class Taken(StrEnum):
    """What became of a report."""

    COUNTED = "counted"
    KNOWN = "known"  # the same report was brought before
    STRANGER = "stranger"  # no mail of ours, or not to this recipient, or never sent


@command
def take_bounce(bounce: Bounce, came_by: str) -> Taken:
    """`came_by` is `mailbox` or `hook`. Counts only a report on a mail that was sent, for the recipient that it was sent to."""
    mail = db.session.scalars(select(Mail).where(Mail.message_id == bounce.message_id).with_for_update()).one_or_none()
    sent = mail is not None and (mail.sent_at is not None or mail.state is MailState.LEASED)
    if mail is None or not sent or address_key(mail.recipient) not in bounce.recipients:
        logs.event("mail.bounce_unknown", came_by=came_by)
        return Taken.STRANGER
    now = clock.now()
    row = insert_on_conflict(MailBounce).values(
        mail_id=mail.id, key=bounce.key, hard=bounce.hard, cause=bounce.cause, said=bounce.said, came_by=came_by, at=now
    )
    if db.session.scalar(row.on_conflict_do_nothing(index_elements=[MailBounce.key]).returning(MailBounce.id)) is None:
        return Taken.KNOWN
    mark(mail.recipient, hard=bounce.hard, cause=bounce.cause, said=bounce.said, at=now)
    if mail.state is MailState.SENT:
        mail.state, mail.cause, mail.code = MailState.FAILED, bounce.cause, code_of(bounce.said) or None
        mail.last_answer = f"came back: {bounce.said}"[:500]
    after = {"kind": mail.kind, "cause": bounce.cause, "hard": bounce.hard}
    record("mail.came_back", mail.subject, at=now, actor="worker" if came_by == "mailbox" else "public", after=after)
    logs.event("mail.came_back", id=mail.id, hard=bounce.hard, cause=bounce.cause)
    return Taken.COUNTED
