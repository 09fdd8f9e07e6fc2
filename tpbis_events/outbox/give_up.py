"""Give mail up that isn't sent: nobody tries any longer. It stays in the list, and may still be sent."""

from __future__ import annotations

from sqlalchemy import select, update

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.resend import told
from tpbis_events.outbox.which import Which, conditions

# What a worker sends at this moment can't be called back.
UNSENT = (MailState.DUE, MailState.FAILED, MailState.HELD)


@command
def give_up(mail_id: int, *, by: str) -> None:
    """`by` is the label of who decides it. Refuses a mail that was sent, is being sent, or was given up before."""
    mail = db.session.scalar(select(Mail).where(Mail.id == mail_id).with_for_update())
    if mail is None:
        raise NotFound("mail.unknown")
    if mail.state not in UNSENT:
        raise Refusal("mail.not_waiting")
    before = mail.state
    mail.state = MailState.GIVEN_UP
    record("mail.given_up", mail.subject, at=clock.now(), actor=by, before={"state": before}, after={"kind": mail.kind})


@command
def give_up_many(which: Which, *, by: str) -> int:
    """The same for all that are meant and aren't sent; how many. One entry of the audit log, which names the group."""
    gone = update(Mail).where(*conditions(which), Mail.state.in_(UNSENT)).values(state=MailState.GIVEN_UP)
    number = len(db.session.execute(gone.returning(Mail.id).execution_options(synchronize_session=False)).all())
    if number:
        record("mail.given_up_many", "mails", at=clock.now(), actor=by, after=told(which, number))
    return number
