"""Codes of an authenticator app (TOTP, RFC 6238): six digits, a new one every 30 seconds, by the house's own clock."""

from __future__ import annotations

from passlib.exc import TokenError  # type: ignore[import-untyped]
from passlib.totp import TOTP  # type: ignore[import-untyped]

from tpbis_events.foundation import clock

ISSUER = "TPBIS Events"
DIGITS = 6
_DRIFT_SECONDS = 30  # a phone may be one code early or late


def new_key() -> str:
    """A secret of 160 bits, in base 32 as apps read it."""
    return str(TOTP.new(size=20).base32_key)


def address(key: str, email: str) -> str:
    """What the QR code says."""
    return str(TOTP(key=key, issuer=ISSUER).to_uri(email))


def code_at_present(key: str) -> str:
    return str(TOTP(key=key).generate(time=int(clock.now().timestamp())).token)


def matched_step(key: str, typed: str, last_step: int | None) -> int | None:
    """The step of the code that was typed, or none when it is wrong or was used before."""
    try:
        found = TOTP(key=key).match(
            typed, time=int(clock.now().timestamp()), window=_DRIFT_SECONDS, last_counter=last_step
        )
    except TokenError:
        return None
    return int(found.counter)
