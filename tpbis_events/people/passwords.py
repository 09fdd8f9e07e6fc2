"""What a password must be, and how it is kept: argon2, after bringing every way of typing the same characters into one form."""

from __future__ import annotations

import unicodedata

from flask_security.utils import hash_password, verify_password

from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.model import Account

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


def hashed(password: str, account: Account) -> str:
    """A password as it is kept. Refuses one that is too short, too long, or holds the account's own address."""
    text = _normal(password)
    if len(text) < SHORTEST_PASSWORD:
        raise Refusal("account.password_short", shortest=SHORTEST_PASSWORD)
    if len(text) > LONGEST_PASSWORD:
        raise Refusal("account.password_long", longest=LONGEST_PASSWORD)
    own_part = account.email.partition("@")[0]
    if len(own_part) >= 4 and own_part in text.casefold():
        raise Refusal("account.password_guessable")
    kept: str = hash_password(text)
    return kept


def is_right(password: str, account: Account) -> bool:
    if not account.password or len(password) > LONGEST_PASSWORD:
        return False
    return bool(verify_password(_normal(password), account.password))


def require_right(password: str, account: Account) -> None:
    """Refuse who can't say the password of an account that she is signed in to: her browser may be in other hands."""
    if not is_right(password, account):
        raise Refusal("account.password_wrong")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKD", password)  # as Flask-Security does when somebody signs in
