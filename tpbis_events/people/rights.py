"""Which rights of an account count at a moment: not ended, and with the second factor that they call for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import current_app

from tpbis_events.people.model import Account, Grant, Right
from tpbis_events.places.local_time import at_local, local_date

# Rights over the whole country; a province would make no sense of them.
EVERYWHERE_ONLY = frozenset({Right.ADMINISTRATOR, Right.NATIONAL})
# Whoever holds one of these proves herself twice, where the installation demands it.
SECOND_FACTOR_NEEDED = frozenset({Right.ADMINISTRATOR, Right.NATIONAL})

ZONE = "Asia/Jakarta"  # a right ends at midnight of the capital


def label_of(account_id: int) -> str:
    """What the audit log calls an account, as actor and as subject."""
    return f"account:{account_id}"


def account_of_label(label: str) -> int | None:
    """The id of the account that is called so; None for who acts without one."""
    room, _colon, number = label.partition(":")
    return int(number) if room == "account" and number.isascii() and number.isdigit() else None


def end_of_day(last: date) -> datetime:
    """The moment at which a right ends whose last day this is."""
    return at_local(last + timedelta(days=1), time(0), ZONE)


def last_day(ends_at: datetime) -> date:
    return local_date(ends_at - timedelta(seconds=1), ZONE)


def is_live(grant: Grant, now: datetime) -> bool:
    return grant.ends_at is None or grant.ends_at > now


def rights_in_force(account: Account, now: datetime) -> list[Grant]:
    """The grants that give something now."""
    held_back = SECOND_FACTOR_NEEDED if lacks_second_factor(account, now) else frozenset()
    return [grant for grant in account.roles if is_live(grant, now) and grant.name not in held_back]


def needs_second_factor(account: Account, now: datetime) -> bool:
    """Whether the installation demands one (`TPBIS_SECOND_FACTOR`) and a right of this account calls for it."""
    held = {grant.name for grant in account.roles if is_live(grant, now)}
    return bool(current_app.config["SECOND_FACTOR_REQUIRED"] and held & SECOND_FACTOR_NEEDED)


def lacks_second_factor(account: Account, now: datetime) -> bool:
    return account.totp_key is None and needs_second_factor(account, now)
