"""Mark an address that takes no mail: what is owed to it from now on fails at once, with the reason. The office can clear it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.mailbox import address_key, mailbox_of
from tpbis_events.outbox.model import Mail
from tpbis_events.outbox.post_rows import MailAddress, MailPace

PACES_KEPT = timedelta(days=1)


def mark(address: str, *, hard: bool, cause: str, said: str, at: datetime) -> None:
    """A step: a mail to this address came back; `hard`: for good, because of the address itself."""
    key = address_key(address)[:320]
    made = insert_on_conflict(MailAddress).values(
        address=key, mailbox=mailbox_of(address)[:320], last_at=at, cause="", said="", soft=0
    )
    db.session.execute(made.on_conflict_do_nothing(index_elements=[MailAddress.address]))
    row = db.session.scalars(
        select(MailAddress)
        .where(MailAddress.address == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    row.last_at = at
    if not hard:
        row.soft += 1
    elif row.refused_since is None:
        row.refused_since, row.cause, row.said = at, cause, said


@command
def clear_address(address_id: int, *, by: str) -> None:
    """Mail is sent there again. `by` is the label of who clears it. Refuses an address that isn't marked (404)."""
    row = db.session.scalars(select(MailAddress).where(MailAddress.id == address_id).with_for_update()).one_or_none()
    if row is None or row.refused_since is None:
        raise NotFound("mail.address_not_marked")
    clear(row, by=by, at=clock.now())
    record("mail.address_cleared", f"mail address:{row.id}", at=clock.now(), actor=by)


def clear(row: MailAddress, *, by: str, at: datetime) -> None:
    """A step: the mark is taken off; what was said stays, for who looks at the address."""
    row.refused_since, row.soft = None, 0
    row.cleared_at, row.cleared_by = at, by


@command
def forget_addresses() -> int:
    """Delete what is known of addresses that no mail in the house is owed to any longer, and old paces; how many addresses."""
    now = clock.now()
    db.session.execute(delete(MailPace).where(MailPace.free_at < now - PACES_KEPT))
    unused = ~exists().where(Mail.mailbox == MailAddress.mailbox)
    return len(db.session.execute(delete(MailAddress).where(unused).returning(MailAddress.id)).all())
