"""The signed link by which a person chooses the password of her account: once, and not for long."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from tpbis_events.foundation import tokens
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, NotFound
from tpbis_events.people.model import Account

LIFE_OF_INVITATION = timedelta(days=7)
LIFE_OF_RECOVERY = timedelta(hours=2)
_PURPOSE = "password"


def password_page(account_id: int, version: int, until: datetime, language: str) -> str:
    """The address; it begins with the configured base, never with what a request said."""
    token = tokens.sign(_PURPOSE, [account_id, version], until=until)
    return f"{current_app.config['BASE_URL']}{'/en' if language == 'en' else ''}/office/password/{token}"


def mailed_page(account_id: int, version: int, until: str, language: str) -> str:
    """The address for a mail that was owed while the link had this version."""
    return password_page(account_id, version, datetime.fromisoformat(until), language)


def open_link(token: str, *, lock: bool = False) -> Account:
    """The account whose password a token may choose.

    Refuses a link that was altered or whose account is disabled (404), is past its time, or was used or replaced (410).
    """
    facts = tokens.read(_PURPOSE, token)
    if len(facts) != 2 or not all(isinstance(fact, int) for fact in facts):
        raise NotFound("link.unknown")
    wanted = select(Account).where(Account.id == facts[0])
    account = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if account is None or not account.active:
        raise NotFound("link.unknown")
    if account.link_version != facts[1]:
        raise Gone("account.link_used")
    return account
