"""Open an organizer's account with one right, or give an account another password."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_security.utils import hash_password
from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.people.model import Account, Grant, Right

SHORTEST_PASSWORD = 12


@dataclass(frozen=True, slots=True)
class Opened:
    account_id: int
    new: bool


@command
def open_account(email: str, name: str, right: Right, province_code: str | None, password: str, *, by: Actor) -> Opened:
    """An account for an e-mail address. One that is there already keeps its password and its rights."""
    _only_command_line(by)
    _long_enough(password)
    known = db.session.scalar(select(Account).where(Account.email == email.lower()))
    if known:
        return Opened(known.id, new=False)
    now = clock.now()
    account = Account(
        email=email.lower(),
        name=name,
        password=hash_password(password),
        fs_uniquifier=uuid.uuid4().hex,
        created_at=now,
        roles=[Grant(name=right, province_code=province_code)],
    )
    db.session.add(account)
    db.session.flush()
    after = {"right": right, "province": province_code}
    record("account.opened", f"account:{account.id}", at=now, actor=by.label, after=after)
    return Opened(account.id, new=True)


@command
def set_password(email: str, password: str, *, by: Actor) -> None:
    """Another password; everybody who is signed in to the account is signed out."""
    _only_command_line(by)
    _long_enough(password)
    account = _account(email)
    account.password = hash_password(password)
    account.fs_uniquifier = uuid.uuid4().hex
    record("account.password_set", f"account:{account.id}", at=clock.now(), actor=by.label)


@command
def set_active(email: str, active: bool, *, by: Actor) -> None:
    """Disable an account, which ends its sessions at once, or enable it again. The last national one can't be disabled."""
    _only_command_line(by)
    account = _account(email)
    if not active and _is_last_national(account):
        raise Refusal("account.last_national")
    account.active = active
    account.fs_uniquifier = uuid.uuid4().hex
    act = "account.enabled" if active else "account.disabled"
    record(act, f"account:{account.id}", at=clock.now(), actor=by.label)


def _is_last_national(account: Account) -> bool:
    nationals = db.session.scalars(
        select(Account.id)
        .join(Grant, Grant.account_id == Account.id)
        .where(Account.active, Grant.name == Right.NATIONAL)
        .with_for_update(of=Account)
    ).all()
    return nationals == [account.id]


def _account(email: str) -> Account:
    account = db.session.scalar(select(Account).where(Account.email == email.lower()))
    if account is None:
        raise NotFound("account.unknown")
    return account


def _long_enough(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal("account.password_short", shortest=SHORTEST_PASSWORD)


def _only_command_line(by: Actor) -> None:
    if not by.everything:
        raise Forbidden("actor.forbidden")
