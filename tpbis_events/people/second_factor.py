"""Set up, use and remove the second factor: an authenticator app, and recovery codes for the day when the phone is gone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.errors import Forbidden, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people import totp
from tpbis_events.people.account_rows import end_sign_ins, locked, require_administrator, require_own
from tpbis_events.people.actor import Actor
from tpbis_events.people.model import Account
from tpbis_events.people.passwords import require_right
from tpbis_events.people.rights import label_of, needs_second_factor

HOW_MANY_CODES = 8
LENGTH_OF_CODE = 16  # of Crockford's base 32: 80 bits, so that a plain hash keeps them


@dataclass(frozen=True, slots=True)
class Used:
    """How somebody proved herself; `left` recovery codes are still good."""

    by_recovery_code: bool
    left: int


@command
def set_up(account_id: int, key: str, typed: str, password: str, *, by: Actor) -> tuple[str, ...]:
    """Take an app's key for the account, after a code from it and the password; gives the recovery codes, this once.

    Set up again, the new app takes the place of the old one and the old recovery codes end.
    """
    require_own(by, account_id)
    account = locked(account_id)
    require_right(password, account)
    step = totp.matched_step(key, _digits(typed), None)
    if step is None:
        raise Refusal("second_factor.wrong_code")
    had = account.totp_key is not None
    account.totp_key, account.totp_step = key, step
    new = _new_codes(account)
    act = "account.second_factor_replaced" if had else "account.second_factor_set_up"
    record(act, label_of(account.id), at=clock.now(), actor=by.label)
    return new


@command
def use_code(account_id: int, typed: str) -> Used:
    """The second step of signing in: a code of the app, or a recovery code, each taken once."""
    account = locked(account_id)
    if account.totp_key is None or not account.active:
        raise Forbidden("actor.forbidden")
    step = totp.matched_step(account.totp_key, _digits(typed), account.totp_step) if _is_number(typed) else None
    if step is not None:
        account.totp_step = step
        return Used(by_recovery_code=False, left=len(account.recovery_codes))
    hashed = _hash(codes.read_back(typed))
    if hashed not in account.recovery_codes:
        raise Refusal("second_factor.wrong_code")
    account.recovery_codes = [each for each in account.recovery_codes if each != hashed]
    left = len(account.recovery_codes)
    record(
        "account.recovery_code_used",
        label_of(account.id),
        at=clock.now(),
        actor=label_of(account.id),
        after={"left": left},
    )
    return Used(by_recovery_code=True, left=left)


@command
def renew_codes(account_id: int, password: str, *, by: Actor) -> tuple[str, ...]:
    """New recovery codes in the place of the old ones, shown this once."""
    require_own(by, account_id)
    account = locked(account_id)
    require_right(password, account)
    if account.totp_key is None:
        raise Refusal("second_factor.none")
    record("account.recovery_codes_renewed", label_of(account.id), at=clock.now(), actor=by.label)
    return _new_codes(account)


@command
def turn_off(account_id: int, password: str, *, by: Actor) -> None:
    """Do without a second factor again. Refused where the installation demands one of this account."""
    require_own(by, account_id)
    account, now = locked(account_id), clock.now()
    require_right(password, account)
    if account.totp_key is None:
        raise Refusal("second_factor.none")
    if needs_second_factor(account, now):
        raise Refusal("second_factor.needed")
    _forget(account)
    record("account.second_factor_removed", label_of(account.id), at=now, actor=by.label)


@command
def remove(account_id: int, *, by: Actor) -> None:
    """For somebody who lost phone and recovery codes: needs the right over accounts, and signs her out everywhere.

    Nobody does it for herself here; where a second factor is demanded she sets up a new one after her next sign-in.
    """
    require_administrator(by)
    if by.label == label_of(account_id):
        raise Refusal("second_factor.own")
    account, now = locked(account_id), clock.now()
    if account.totp_key is None:
        raise Refusal("second_factor.none")
    _forget(account)
    ended = end_sign_ins(account, now)
    record("account.second_factor_removed", label_of(account.id), at=now, actor=by.label, after={"signed_out": ended})


def _new_codes(account: Account) -> tuple[str, ...]:
    new = [codes.new_code(LENGTH_OF_CODE) for _number in range(HOW_MANY_CODES)]
    account.recovery_codes = [_hash(code) for code in new]
    return tuple(codes.grouped(code) for code in new)


def _forget(account: Account) -> None:
    account.totp_key, account.totp_step, account.recovery_codes = None, None, []


def _is_number(typed: str) -> bool:
    digits = _digits(typed)
    return len(digits) == totp.DIGITS and digits.isascii() and digits.isdigit()


def _digits(typed: str) -> str:
    return "".join(typed.split())[: totp.DIGITS + 1]


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
