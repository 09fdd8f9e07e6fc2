"""The files of certificates as they were issued: each under the SHA-256 of its bytes, encrypted, and never changed.

A release of this product, of its fonts or libraries may draw other bytes from the same facts; what somebody holds, and what
was signed, must stay the same file for ever. The folder belongs to the backup as the database does.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from flask import current_app

from tpbis_events.foundation import vault


def folder() -> Path:
    """Where the files are, in up to 256 folders by the first two signs of their hash."""
    return Path(current_app.config["INSTANCE"]) / "certificates" / "files"


def keep(content: bytes) -> str:
    """Write the file once and for all; its SHA-256, by which it is found."""
    name = sha256(content).hexdigest()
    place = _place(name)
    try:
        os.utime(place)  # young again: no sweep takes it while the transaction that wants it is open
    except FileNotFoundError:
        vault.write_file(place, content)
    return name


def kept(name: str) -> bytes:
    """The file with this hash. Raises `FileNotFoundError` when there is none, and `ValueError` when it isn't what it was."""
    content = vault.read_file(_place(name))
    if sha256(content).hexdigest() != name:
        raise ValueError(f"the file {name} was changed")
    return content


def _place(name: str) -> Path:
    return folder() / name[:2] / f"{name}.pdf.sealed"
