"""What is known of addresses: which take no mail, since when and by whose word. Reads, for lists and for the worker."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from tpbis_events.foundation.database import db
from tpbis_events.outbox.mailbox import address_key, masked, masked_in
from tpbis_events.outbox.model import Mail
from tpbis_events.outbox.post_rows import MailAddress

PAGE = 50


@dataclass(frozen=True, slots=True)
class Refusing:
    """An address that takes no mail: what is owed to it fails at once, until somebody clears it. `shown` is masked."""

    id: int
    shown: str
    since: datetime
    cause: str
    said: str
    mail_id: int | None = None  # in lists: the newest mail to it


def refusing(addresses: Collection[str]) -> dict[str, Refusing]:
    """Those among these addresses that take no mail, by the address as it was given. One query, whatever their number."""
    keys = {address: address_key(address) for address in addresses if address}
    if not keys:
        return {}
    wanted = select(MailAddress).where(
        MailAddress.address.in_(set(keys.values())), MailAddress.refused_since.is_not(None)
    )
    found = {row.address: _told(row) for row in db.session.scalars(wanted)}
    return {address: found[key] for address, key in keys.items() if key in found}


def listed(*, after: int = 0) -> tuple[list[Refusing], int | None]:
    """One page of the addresses that take no mail, by id, and the id to go on after; None on the last page. Two queries."""
    wanted = select(MailAddress).where(MailAddress.refused_since.is_not(None), MailAddress.id > after)
    rows = db.session.scalars(wanted.order_by(MailAddress.id).limit(PAGE + 1)).all()
    newest = (
        select(Mail.mailbox, func.max(Mail.id))
        .where(Mail.mailbox.in_({row.mailbox for row in rows[:PAGE]}))
        .group_by(Mail.mailbox)
    )
    mails = dict(db.session.execute(newest).all()) if rows else {}
    told = [replace(_told(row), mail_id=mails.get(row.mailbox)) for row in rows[:PAGE]]
    return told, rows[PAGE - 1].id if len(rows) > PAGE else None


def number() -> int:
    """How many addresses take no mail."""
    return db.session.scalar(select(func.count()).where(MailAddress.refused_since.is_not(None))) or 0


def _told(row: MailAddress) -> Refusing:
    return Refusing(row.id, masked(row.address), row.refused_since or row.last_at, row.cause, masked_in(row.said))
