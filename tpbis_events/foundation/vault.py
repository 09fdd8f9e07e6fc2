"""What is kept encrypted: numbers that identify a person to the state, and files that show them.

Under the keys of the settings; the first encrypts, all of them decrypt, so that a key can be changed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from base64 import urlsafe_b64encode
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from flask import current_app


def vault() -> MultiFernet:
    """Encrypts and decrypts by the keys of the running application."""
    return _vault_of(tuple(current_app.config["FIELD_KEYS"]))


def write_file(place: Path, content: bytes) -> None:
    """Write a file encrypted; whole or not at all, also when the power goes or two do it at once."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f".{secrets.token_hex(8)}")
    with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(vault().encrypt(content))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)


def read_file(place: Path) -> bytes:
    """What was written. Raises `FileNotFoundError`, or `cryptography.fernet.InvalidToken` for what nobody here wrote."""
    return vault().decrypt(place.read_bytes())


@lru_cache
def _vault_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        Fernet(urlsafe_b64encode(hashlib.sha256(b"tpbis field " + key.encode()).digest())) for key in keys
    )
