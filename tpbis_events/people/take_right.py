"""Take a right from an account; what it gave is gone with the next click."""

from __future__ import annotations

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.account_rows import keep_an_administrator, locked, require_administrator
from tpbis_events.people.actor import Actor
from tpbis_events.people.give_right import in_words
from tpbis_events.people.model import Account, Grant, Right
from tpbis_events.people.rights import label_of


@command
def take_right(account_id: int, grant_id: int, *, by: Actor) -> None:
    """Needs the right over accounts. Refuses to take it from the last administrator."""
    require_administrator(by)
    account = locked(account_id)
    _take(account, next((each for each in account.roles if each.id == grant_id), None), by)


@command
def take_of(account_id: int, right: Right, province_code: str | None, *, by: Actor) -> None:
    """The same, for the command line, where a right is named by what it gives."""
    require_administrator(by)
    account = locked(account_id)
    held = (each for each in account.roles if each.name is right and each.province_code == province_code)
    _take(account, next(held, None), by)


def _take(account: Account, grant: Grant | None, by: Actor) -> None:
    if grant is None:
        raise NotFound("account.no_such_right")
    now = clock.now()
    if grant.name is Right.ADMINISTRATOR and grant.ends_at is None:
        keep_an_administrator(account, now)
    account.roles.remove(grant)
    record(
        "account.right_taken",
        label_of(account.id),
        at=now,
        actor=by.label,
        province_code=grant.province_code,
        before=in_words(grant),
    )
