"""The organizers' accounts and their sign-ins, to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Account, Grant, Right, SignIn
from tpbis_events.people.sign_in import hash_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    accounts: tuple[Account, ...]
    next_after: str | None  # the address to go on after; None on the last page


def all_accounts() -> list[Account]:
    return list(db.session.scalars(select(Account).order_by(Account.email)))


def page_of(*, by: Actor, search: str = "", right: Right | None = None, province: str = "", after: str = "") -> Page:
    """Accounts in the order of their addresses. Needs the right over accounts. Two queries."""
    by.require_somewhere(Act.MANAGE_ACCOUNTS)
    wanted = select(Account).where(Account.email > after)
    if search:
        like = f"%{_literal(search.lower())}%"
        wanted = wanted.where(
            or_(Account.email.like(like, escape="\\"), func.lower(Account.name).like(like, escape="\\"))
        )
    grants = [Grant.name == right] if right else []
    if province:
        grants.append(or_(Grant.province_code == province, Grant.province_code.is_(None)))
    if grants:
        wanted = wanted.where(
            Account.roles.any(*grants) if len(grants) == 1 else Account.roles.any(grants[0] & grants[1])
        )
    rows = db.session.scalars(wanted.order_by(Account.email).limit(PAGE + 1)).all()
    return Page(tuple(rows[:PAGE]), rows[PAGE - 1].email if len(rows) > PAGE else None)


def by_id(account_id: int, *, by: Actor) -> Account:
    """Needs the right over accounts."""
    by.require_somewhere(Act.MANAGE_ACCOUNTS)
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound("account.unknown")
    return account


def id_of(email: str) -> int:
    """For the command line, where accounts are named by their address."""
    account_id = db.session.scalar(select(Account.id).where(Account.email == email.strip().lower()))
    if account_id is None:
        raise NotFound("account.unknown")
    return account_id


def signed_in(uniquifier: str, key: str, since: datetime) -> Account | None:
    """The account behind a browser's cookie: active, and signed in since then by this key. One query, and one for its rights."""
    return db.session.scalar(
        select(Account)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(Account.fs_uniquifier == uniquifier, Account.active)
        .where(SignIn.key_hash == hash_of(key), SignIn.ended_at.is_(None), SignIn.began_at > since)
    )


def open_sign_ins(account_id: int, since: datetime) -> Sequence[SignIn]:
    """The browsers that are signed in, newest first."""
    return db.session.scalars(
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.began_at > since)
        .order_by(SignIn.began_at.desc(), SignIn.id.desc())
    ).all()


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
