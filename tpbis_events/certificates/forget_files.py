"""Erase kept files of certificates that no version knows: their transaction failed after the file was written."""

from __future__ import annotations

from collections.abc import Iterator
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


def forget_files() -> int:
    """How many were erased. One query for 500 files; memory doesn't grow with their number."""
    before = clock.now().timestamp() - LEFT_OVER.total_seconds()
    old = (file for file in _files() if _written_before(file, before))
    erased = 0
    while some := list(islice(old, AT_ONCE)):
        known = _known([_hash(file) for file in some])
        for file in some:
            # Asked again: somebody may have kept the same bytes meanwhile, which makes the file young.
            if _hash(file) not in known and _written_before(file, before):
                file.unlink(missing_ok=True)
                erased += 1
    return erased


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
