"""Owe mail anew that failed, is held, or was given up: the same mail with the same Message-ID, due now, with another 72 hours.

Whoever asks for it has looked at it: it isn't held again, and a mark on its address is taken off.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.mailbox import address_key
from tpbis_events.outbox.mark_address import clear
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.post_rows import MailAddress
from tpbis_events.outbox.which import Which, conditions

RESENDABLE = (MailState.FAILED, MailState.HELD, MailState.GIVEN_UP)


@command
def resend(mail_id: int, *, by: str) -> None:
    """`by` is the label of who asks. Refuses a mail that hasn't failed: one that is due is sent without asking."""
    mail = db.session.scalar(select(Mail).where(Mail.id == mail_id).with_for_update())
    if mail is None:
        raise NotFound("mail.unknown")
    if mail.state not in RESENDABLE:
        raise Refusal("mail.not_failed")
    now, before = clock.now(), mail.state
    for name, value in _anew().items():
        setattr(mail, name, value)
    marked = MailAddress.address == address_key(mail.recipient)
    for row in db.session.scalars(select(MailAddress).where(marked, MailAddress.refused_since.is_not(None))):
        clear(row, by=by, at=now)
    record("mail.resent", mail.subject, at=now, actor=by, before={"state": before}, after={"kind": mail.kind})


@command
def resend_many(which: Which, *, by: str) -> int:
    """The same for all that are meant and may be sent again; how many. One entry of the audit log, which names the group."""
    now = clock.now()
    meant = [*conditions(which), Mail.state.in_(RESENDABLE)]
    mailboxes = select(Mail.mailbox).where(*meant)
    marked = select(MailAddress).where(MailAddress.refused_since.is_not(None), MailAddress.mailbox.in_(mailboxes))
    for row in db.session.scalars(marked.with_for_update()):
        clear(row, by=by, at=now)
    anew = update(Mail).where(*meant).values(_anew()).execution_options(synchronize_session=False)
    number = len(db.session.execute(anew.returning(Mail.id)).all())
    if number:
        record("mail.resent_many", "mails", at=now, actor=by, after=told(which, number))
    return number


def told(which: Which, number: int) -> dict[str, Any]:
    """A group as the audit log names it."""
    named = {"state": which.state, "cause": which.cause, "code": which.code, "kind": which.kind}
    return {name: value for name, value in named.items() if value} | {"number": number}


def _anew() -> dict[str, Any]:
    fresh = dict.fromkeys(("refused_since", "paced_at", "cause", "code", "leased_by", "leased_until"))
    return {"state": MailState.DUE, "due_at": clock.now(), "attempts": 0, "by_public": False, **fresh}
