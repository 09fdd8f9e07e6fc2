"""The accountability file (SPJ) of a session, or of each session of an event: lists, attendance and certificates in one zip."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import IO

from tpbis_events.programmes.model import Session
from tpbis_events.reports import lists
from tpbis_events.reports.scope import Scope

_FILES: tuple[tuple[str, Callable[[Session], bytes]], ...] = (
    ("1-daftar-peserta.pdf", lists.participants),
    ("2-daftar-hadir-kosong.pdf", lists.attendance_to_sign),
    ("3-kehadiran.pdf", lists.attendance_as_kept),
    ("4-indeks-sertifikat.pdf", lists.certificates),
)


def write_zip(file: IO[bytes], scope: Scope, progress: Callable[[int], None] = lambda _done: None) -> None:
    """A folder for each session; one document at a time is held in memory. `progress` hears how many sessions are done."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # what is inside is compressed already
        for done, session in enumerate(scope.sessions):
            progress(done)
            for name, draw in _FILES:
                archive.writestr(f"{scope.event.slug}/{session.slug}/{name}", draw(session))
