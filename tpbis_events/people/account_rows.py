"""Steps that the commands over accounts share: lock the row, ask whose it is, never lose the last administrator."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select, update

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound, Refusal
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Account, Grant, Right, SignIn
from tpbis_events.people.rights import label_of


def require_administrator(by: Actor) -> None:
    by.require(Act.MANAGE_ACCOUNTS, None)


def require_own(by: Actor, account_id: int) -> None:
    """Refuse everybody but the account's owner."""
    if by.label != label_of(account_id):
        raise Forbidden("actor.forbidden")


def locked(account_id: int) -> Account:
    """The account, held until the command ends."""
    account = db.session.scalar(select(Account).where(Account.id == account_id).with_for_update())
    if account is None:
        raise NotFound("account.unknown")
    return account


def keep_an_administrator(losing: Account, now: datetime) -> None:
    """Refuse to take the right, or the use of it, from the last account that administers without an end.

    Counted are accounts that can sign in: active and with a password. A right with an end doesn't count, it is gone one day.
    The rows are held, so of two administrators who remove each other at once the second is refused.
    """
    lasting = db.session.scalars(
        select(Account.id)
        .join(Grant, Grant.account_id == Account.id)
        .where(Grant.name == Right.ADMINISTRATOR, Grant.ends_at.is_(None))
        .where(Account.active, Account.password.is_not(None))
        .order_by(Account.id)
        .with_for_update(of=[Account, Grant])
    ).all()
    if list(lasting) == [losing.id]:
        raise Refusal("account.last_administrator")


def end_sign_ins(account: Account, now: datetime) -> int:
    """Sign every browser of an account out at once; how many there were."""
    account.fs_uniquifier = uuid.uuid4().hex
    ended = update(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None)).values(ended_at=now)
    return len(db.session.execute(ended.returning(SignIn.id)).all())
