"""Erase kept files of certificates that no version knows: their transaction failed after the file was written.

A signed file can't be made again, so a sweep that finds very many erases nothing and tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from tpbis_events.certificates import kept_files
from tpbis_events.certificates.model import Version
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db

LEFT_OVER = timedelta(hours=6)  # a file that is written now belongs to nobody yet
AT_ONCE = 500  # files of a query
MOST = 100  # more in one hour are no accidents


@dataclass(frozen=True, slots=True)
class Swept:
    erased: int
    too_many: bool = False


def forget_files(*, most: int | None = MOST) -> Swept:
    """Erase them, unless there are more than `most`: then none, since the database is likely an older one than the folder.

    Two queries for 500 files; memory doesn't grow with their number.
    """
    before = clock.now().timestamp() - LEFT_OVER.total_seconds()
    if most is not None and len(list(islice(_unknown(before), most + 1))) > most:
        return Swept(0, too_many=True)
    erased = 0
    for file in _unknown(before):
        if _written_before(file, before):  # asked again: to keep the same bytes meanwhile makes the file young
            file.unlink(missing_ok=True)
            erased += 1
    return Swept(erased)


def _unknown(before: float) -> Iterator[Path]:
    old = (file for file in _files() if _written_before(file, before))
    while some := list(islice(old, AT_ONCE)):
        known = _known([_hash(file) for file in some])
        yield from (file for file in some if _hash(file) not in known)


def _files() -> Iterator[Path]:
    """Kept files, and drafts of writing that never ended."""
    if kept_files.folder().is_dir():
        for folder in kept_files.folder().iterdir():
            if folder.is_dir():
                yield from folder.iterdir()


def _written_before(file: Path, moment: float) -> bool:
    try:
        return file.stat().st_mtime < moment
    except FileNotFoundError:  # another worker was faster
        return False


def _hash(file: Path) -> str:
    return file.name.partition(".")[0]


def _known(names: list[str]) -> frozenset[str]:
    drawn = select(Version.file_hash).where(Version.file_hash.in_(names))
    signed = select(Version.signed_hash).where(Version.signed_hash.in_(names))
    return frozenset(name for name in db.session.scalars(drawn.union_all(signed)) if name)
