"""Whether the kept files of certificates are all there and unchanged: for who has restored a backup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cryptography.fernet import InvalidToken
from sqlalchemy import select

from tpbis_events.certificates import kept_files
from tpbis_events.certificates.model import Certificate, Version
from tpbis_events.foundation.database import db

AT_ONCE = 200  # rows of a query


class FileState(StrEnum):
    WHOLE = "whole"
    MISSING = "missing"
    CHANGED = "changed"  # or encrypted under a key that the settings don't have
    NONE = "none"  # of a release that kept no files: it is drawn again when it is asked for


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file of a version: `name` is its SHA-256, empty where there is none."""

    number: str
    version: int
    signed: bool
    name: str
    state: FileState


def kept_state() -> Iterator[KeptFile]:
    """Every file that a version knows, one after another; each is read whole. Memory doesn't grow with their number."""
    after = 0
    wanted = select(Version.id, Certificate.number, Version.version, Version.file_hash, Version.signed_hash)
    in_order = wanted.join(Version.certificate).order_by(Version.id).limit(AT_ONCE)
    while rows := db.session.execute(in_order.where(Version.id > after)).all():
        db.session.rollback()  # nothing is held open while files are read
        after = rows[-1].id
        for _id, number, version, drawn, signed in rows:
            if drawn or not signed:
                yield KeptFile(number, version, False, drawn or "", state_of(drawn))
            if signed:
                yield KeptFile(number, version, True, signed, state_of(signed))


def state_of(name: str | None) -> FileState:
    """Whether the file with this hash is there, as it was kept."""
    if not name:
        return FileState.NONE
    try:
        kept_files.kept(name)
    except FileNotFoundError:
        return FileState.MISSING
    except (ValueError, InvalidToken):
        return FileState.CHANGED
    return FileState.WHOLE
