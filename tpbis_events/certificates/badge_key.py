"""The key that badges are signed with: 32 random bytes for Ed25519, from the settings or from a file of the instance folder.

Several may be given, the newest first: that one signs badges, the older ones only the lists by which their own badges can still
be revoked. The public key is its own name (did:key), so a badge verifies without asking anybody.
Source: W3C Controlled Identifiers 1.0, Multikey; did:key 0.9.
"""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app

SETTING = "TPBIS_BADGE_KEYS"
LENGTH = 32  # bytes
_ED25519_PUBLIC = b"\xed\x01"  # multicodec
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class WrongBadgeKey(RuntimeError):
    """What was given can't be a key; the message says where it stands and how one is made, and never what it is."""


@dataclass(frozen=True, slots=True)
class BadgeKey:
    """A private key, and the name under which everybody can check what it signed."""

    name: str  # the public key, `z6Mk...`
    private: Ed25519PrivateKey = field(repr=False, compare=False)

    @property
    def did(self) -> str:
        """Who issued: `did:key:z6Mk...`"""
        return f"did:key:{self.name}"

    @property
    def method(self) -> str:
        """Which key of hers signed; there is only the one."""
        return f"{self.did}#{self.name}"


def all_keys() -> tuple[BadgeKey, ...]:
    """The newest first; none where none was given or made. Raises `WrongBadgeKey` at what can't be one."""
    given = tuple(current_app.config["BADGE_KEYS"])
    if given:
        return _read(given, SETTING)
    try:
        written = _file().read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as broken:
        raise WrongBadgeKey(_wrong(str(_file()))) from broken
    return _read(tuple(written.split()), str(_file()))


def key_named(name: str) -> BadgeKey | None:
    """The key with this public name, old or new."""
    return next((key for key in all_keys() if key.name == name), None)


def make_key() -> BadgeKey | None:
    """Write a new key into the instance folder, mode 0600, unless there is one; the new one, or none when nothing was done.

    Whole or not at all, and of two that come at once the first one's counts.
    """
    if all_keys():
        return None
    draft = _file().with_name(f".badge_key.{secrets.token_hex(8)}")
    with open(draft, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(urlsafe_b64encode(secrets.token_bytes(LENGTH)).decode().rstrip("=") + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, _file())
    except FileExistsError:
        return None
    finally:
        draft.unlink()
    return all_keys()[0]


def base58(content: bytes) -> str:
    """Bytes in the alphabet of Bitcoin, which has no 0, O, I, l to mistake; a leading zero byte is a 1."""
    number, written = int.from_bytes(content), ""
    while number:
        number, digit = divmod(number, 58)
        written = _BASE58[digit] + written
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + written


def _file() -> Path:
    return Path(current_app.config["INSTANCE"]) / "badge_key"


@lru_cache(maxsize=8)
def _read(written: tuple[str, ...], where: str) -> tuple[BadgeKey, ...]:
    found = []
    for each in written:
        try:
            content = urlsafe_b64decode(each + "=" * (-len(each) % 4))
        except ValueError:  # not base64, or not even ASCII
            content = b""
        if len(content) != LENGTH:
            raise WrongBadgeKey(_wrong(where))
        private = Ed25519PrivateKey.from_private_bytes(content)
        found.append(BadgeKey("z" + base58(_ED25519_PUBLIC + private.public_key().public_bytes_raw()), private))
    if not found:
        raise WrongBadgeKey(_wrong(where))
    return tuple(found)


def _wrong(where: str) -> str:
    return (
        f"{where} has no key for badges: each must be {LENGTH} random bytes in base64url (43 characters), as "
        "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` prints them."
    )
