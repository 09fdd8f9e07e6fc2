"""Open an organizer's account with its rights; the person chooses her own password by a link that is mailed to her."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid
from tpbis_events.foundation.transaction import command
from tpbis_events.people.account_rows import require_administrator
from tpbis_events.people.actor import Actor
from tpbis_events.people.give_right import NewRight, add_right, in_words, problems_of
from tpbis_events.people.model import Account
from tpbis_events.people.rights import label_of
from tpbis_events.people.send_link import owe_invitation
from tpbis_events.places.languages import checked_language

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """`link` is where the person chooses her password; empty when there was such an account already."""

    account_id: int
    new: bool
    link: str = ""


@command
def open_account(
    email: str, name: str, rights: Sequence[NewRight], *, by: Actor, language: str = "id", mailed: bool = True
) -> Opened:
    """An account for an e-mail address, and a mail with the link. One that is there already stays as it is.

    Needs the right over accounts. Refuses, field by field, what is no address or name, and rights that make no sense.
    """
    require_administrator(by)
    address, now = email_of(email), clock.now()
    name = " ".join(name.split())
    problems = {"name": "text.missing"} if not name else {"name": "text.too_long"} if len(name) > LONGEST_NAME else {}
    for right in rights:
        problems |= problems_of(right, now)
    if not rights:
        problems["right"] = "choice.missing"
    if problems:
        raise Invalid(problems)
    known = db.session.scalar(select(Account.id).where(Account.email == address))
    if known:
        return Opened(known, new=False)
    account = Account(
        email=address,
        name=name,
        language=checked_language(language),
        password=None,
        fs_uniquifier=uuid.uuid4().hex,
        created_at=now,
        roles=[],
    )
    for right in rights:
        add_right(account, right)
    db.session.add(account)
    db.session.flush()
    link = owe_invitation(account, now, mailed=mailed)
    after = {"rights": [" ".join(filter(None, in_words(grant).values())) for grant in account.roles]}
    record("account.opened", label_of(account.id), at=now, actor=by.label, after=after)
    return Opened(account.id, new=True, link=link)


def email_of(typed: str) -> str:
    """An address as it is kept: in lower case. Refuses what is none."""
    try:
        found = validate_email(
            typed.strip(), check_deliverability=False, test_environment=not current_app.config["PRODUCTION"]
        )
    except EmailNotValidError as wrong:
        raise Invalid({"email": "email.wrong" if typed.strip() else "text.missing"}) from wrong
    return found.normalized.lower()
