"""Owe a failed mail anew: the same mail with the same Message-ID, due now, with another 72 hours."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.model import Mail, MailState


@command
def resend(mail_id: int, *, by: str) -> None:
    """`by` is the label of who asks. Refuses a mail that hasn't failed: one that is due is sent without asking."""
    mail = db.session.scalar(select(Mail).where(Mail.id == mail_id).with_for_update())
    if mail is None:
        raise NotFound("mail.unknown")
    if mail.state is not MailState.FAILED:
        raise Refusal("mail.not_failed")
    now = clock.now()
    mail.state = MailState.DUE
    mail.owed_at = now
    mail.due_at = now
    mail.attempts = 0
    record("mail.resent", mail.subject, at=now, actor=by, after={"kind": mail.kind})
