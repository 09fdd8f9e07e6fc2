"""Choose the password of one's own account: by a link, or knowing the present one. Nobody chooses it for somebody else."""

from __future__ import annotations

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.account_links import open_link
from tpbis_events.people.account_rows import end_sign_ins, locked, require_own
from tpbis_events.people.actor import Actor
from tpbis_events.people.model import Account
from tpbis_events.people.passwords import hashed, require_right
from tpbis_events.people.rights import label_of


@command
def choose_password(token: str, password: str) -> int:
    """By a link, which is used up; whoever was signed in to the account is signed out. Gives back the account's id.

    Refuses a link that isn't good, and a password that is too short. A second factor stays as it is.
    """
    account = open_link(token, lock=True)
    _set(account, password)
    record("account.password_chosen", label_of(account.id), at=clock.now(), actor=label_of(account.id))
    return account.id


@command
def change_password(account_id: int, present: str, password: str, *, by: Actor) -> None:
    """By who is signed in and says the present one; every sign-in ends, so that a stolen one does too."""
    require_own(by, account_id)
    account = locked(account_id)
    require_right(present, account)
    _set(account, password)
    record("account.password_chosen", label_of(account.id), at=clock.now(), actor=by.label)


@command
def set_password(email: str, password: str, *, by: Actor) -> None:
    """From the command line alone: for the demo, and for the day when no mail leaves the house."""
    if not by.everything:
        raise Forbidden("actor.forbidden")
    account = db.session.scalar(select(Account).where(Account.email == email.lower()).with_for_update())
    if account is None:
        raise NotFound("account.unknown")
    _set(account, password)
    record("account.password_set", label_of(account.id), at=clock.now(), actor=by.label)


def _set(account: Account, password: str) -> None:
    account.password = hashed(password, account)
    account.link_version += 1
    end_sign_ins(account, clock.now())
