"""Begin and end sign-ins: each browser that is signed in is a row, so that its owner sees it and can end it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Update, delete, update

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.account_rows import end_sign_ins, locked, require_administrator, require_own
from tpbis_events.people.actor import Actor
from tpbis_events.people.model import SignIn
from tpbis_events.people.rights import label_of

REMEMBERED = timedelta(days=30)  # how long a sign-in that is over stays on the list


@command
def begin_sign_in(account_id: int, browser: str) -> str:
    """Who proved herself is signed in on this browser; gives the key that its cookie holds from now on."""
    account, now, key = locked(account_id), clock.now(), secrets.token_urlsafe(32)
    db.session.execute(delete(SignIn).where(SignIn.account_id == account.id, SignIn.began_at <= now - REMEMBERED))
    db.session.add(SignIn(account_id=account.id, key_hash=hash_of(key), browser=browser[:80], began_at=now))
    return key


@command
def end_this(key: str) -> None:
    """Sign out of the browser that holds this key."""
    db.session.execute(_ended(clock.now()).where(SignIn.key_hash == hash_of(key)))


@command
def end_one(account_id: int, sign_in_id: int, *, by: Actor) -> None:
    """Sign another browser of one's own account out."""
    require_own(by, account_id)
    _count(_ended(clock.now()).where(SignIn.account_id == account_id, SignIn.id == sign_in_id), account_id, by)


@command
def end_others(account_id: int, key: str, *, by: Actor) -> int:
    """Sign every browser of one's own account out but this one; how many there were."""
    require_own(by, account_id)
    others = _ended(clock.now()).where(SignIn.account_id == account_id, SignIn.key_hash != hash_of(key))
    return _count(others, account_id, by, may_be_none=True)


@command
def end_all(account_id: int, *, by: Actor) -> int:
    """Sign every browser of somebody's account out; needs the right over accounts."""
    require_administrator(by)
    account, now = locked(account_id), clock.now()
    ended = end_sign_ins(account, now)
    record("account.signed_out", label_of(account_id), at=now, actor=by.label, after={"signed_out": ended})
    return ended


def hash_of(key: str) -> str:
    """What the database keeps of a key: a copy of the table opens nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


def _ended(now: datetime) -> Update:
    return update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=now)


def _count(ending: Update, account_id: int, by: Actor, *, may_be_none: bool = False) -> int:
    ended = len(db.session.execute(ending.returning(SignIn.id)).all())
    if not ended and not may_be_none:
        raise NotFound("account.no_such_sign_in")
    if ended:
        after = {"signed_out": ended}
        record("account.signed_out", label_of(account_id), at=clock.now(), actor=by.label, after=after)
    return ended
