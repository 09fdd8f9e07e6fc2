"""Give an account a link to choose a password: mailed by an administrator, shown to her, or asked for by whoever forgot it."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.outbox.put import put
from tpbis_events.people.account_links import LIFE_OF_INVITATION, LIFE_OF_RECOVERY, password_page
from tpbis_events.people.account_rows import locked, require_administrator
from tpbis_events.people.actor import Actor
from tpbis_events.people.model import Account, LinkRequest
from tpbis_events.people.rights import label_of
from tpbis_events.places.languages import checked_language

PAUSE = timedelta(minutes=10)


@command
def send_link(account_id: int, *, by: Actor, mailed: bool = True) -> str:
    """A new link, mailed or only given back to be handed over; those given out before end. Good for seven days.

    Needs the right over accounts. Refuses a disabled account.
    """
    require_administrator(by)
    account, now = locked(account_id), clock.now()
    if not account.active:
        raise Refusal("account.disabled")
    account.link_version += 1
    link = owe_invitation(account, now, mailed=mailed)
    act = "account.link_sent" if mailed else "account.link_shown"
    record(act, label_of(account.id), at=now, actor=by.label)
    return link


@command
def ask_link(email: str, language: str) -> None:
    """Owe an address one mail with a link, good for two hours, if it is that of an active account.

    A known and an unknown address are answered alike and cost alike; within ten minutes an address is owed no second mail.
    """
    address, now = email.strip().lower()[:320], clock.now()
    db.session.execute(delete(LinkRequest).where(LinkRequest.asked_at <= now - PAUSE))
    first = _first_in_pause(address, now)
    account = db.session.scalar(select(Account).where(Account.email == address, Account.active))
    if first and account is not None:
        _owe("password_link", account, now + LIFE_OF_RECOVERY, now, language, version=int(now.timestamp() // 60))
        record("account.link_asked", label_of(account.id), at=now, actor="public")


def owe_invitation(account: Account, now: datetime, *, mailed: bool) -> str:
    """A step: the link by which an account's person chooses her first password, or another one."""
    until = now + LIFE_OF_INVITATION
    if mailed:
        _owe("account_link", account, until, now, account.language, version=account.link_version)
    return password_page(account.id, account.link_version, until, account.language)


def _owe(kind: str, account: Account, until: datetime, now: datetime, language: str, *, version: int) -> None:
    put(
        kind,
        subject=label_of(account.id),
        version=version,
        to=account.email,
        language=checked_language(language),
        facts={
            "account_id": account.id,
            "full_name": account.name,
            "link_version": account.link_version,
            "link_until": until.isoformat(),
        },
        at=now,
    )


def _first_in_pause(address: str, now: datetime) -> bool:
    """Write down that an address was asked for, unless it was within the pause. Of two at once the second waits here."""
    secret: str = current_app.config["SECRET_KEY"]
    key = hmac.new(secret.encode(), f"tpbis ask password {address}".encode(), hashlib.sha256).hexdigest()
    asked = (
        insert_on_conflict(LinkRequest)
        .values(key=key, asked_at=now)
        .on_conflict_do_nothing(index_elements=[LinkRequest.key])
    )
    return db.session.scalar(asked.returning(LinkRequest.key)) is not None
