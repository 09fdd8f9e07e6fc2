"""Who has said the right password and not yet the second factor: kept in the signed cookie, for ten minutes."""

from __future__ import annotations

from datetime import timedelta

from flask import session

from tpbis_events.foundation import clock

_NAME = "second_step"
LIFE = timedelta(minutes=10)


def begin(account_id: int, goes_to: str) -> None:
    session[_NAME] = {"account": account_id, "until": (clock.now() + LIFE).timestamp(), "goes_to": goes_to}


def account_id() -> int | None:
    waiting = session.get(_NAME)
    return int(waiting["account"]) if waiting and clock.now().timestamp() <= waiting["until"] else None


def goes_to() -> str:
    """Where she wanted to go; it was checked when she said the password."""
    return str(session[_NAME]["goes_to"])


def end() -> None:
    session.pop(_NAME, None)
