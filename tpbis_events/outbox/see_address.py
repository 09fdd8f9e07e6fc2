"""Look at all the mail to one address; each look is written into the audit log."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox import addresses, desk
from tpbis_events.outbox.addresses import Refusing
from tpbis_events.outbox.mailbox import masked
from tpbis_events.outbox.model import Mail


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """An address, masked, with its mails, newest first, and the id to go on before."""

    shown: str
    lines: tuple[desk.Line, ...]
    next_before: int | None
    refusing: Refusing | None


@command
def see_address(mail_id: int, *, by: str, before: int | None = None) -> AddressSeen:
    """The mails to the mailbox of this mail. `by` is the label of who looks. Refuses an id that no mail has (404)."""
    mail = db.session.get(Mail, mail_id)
    if mail is None:
        raise NotFound("mail.unknown")
    lines, next_before = desk.to_mailbox(mail.mailbox, before=before)
    refusing = addresses.refusing([mail.recipient]).get(mail.recipient)
    record("mail.address_seen", mail.subject, at=clock.now(), actor=by)
    return AddressSeen(masked(mail.recipient), tuple(lines), next_before, refusing)
