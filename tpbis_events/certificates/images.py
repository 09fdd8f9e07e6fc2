"""Pictures on certificates: what each is for, and where its file is."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from flask import current_app


class Purpose(StrEnum):
    """In the order in which they are printed; several logos, one signature."""

    LOGO = "logo"
    PARTNER = "partner"
    SIGNATURE = "signature"


def folder() -> Path:
    """Where the files are, each named by its SHA-256; they belong to the backup as the database does."""
    return Path(current_app.config["INSTANCE"]) / "certificates" / "images"


def path_of(sha256: str) -> Path:
    return folder() / f"{sha256}.png"
