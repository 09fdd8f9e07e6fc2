"""The accountability file (SPJ) of a session, or of each session of an event: lists, attendance and certificates in one zip."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import IO

from tpbis_events.attendance.printings import sheets_of
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session
from tpbis_events.reports import lists
from tpbis_events.reports.scope import Scope
from tpbis_events.reports.sheets import file_name, sheet_as_signed

_FILES: tuple[tuple[str, Callable[[Session], bytes]], ...] = (
    ("1-daftar-peserta.pdf", lists.participants),
    ("3-kehadiran.pdf", lists.attendance_as_kept),
    ("4-indeks-sertifikat.pdf", lists.certificates),
)


def write_zip(
    file: IO[bytes], scope: Scope, progress: Callable[[int], None] = lambda _done: None, *, by: Actor
) -> None:
    """A folder for each session; one document at a time is held in memory. `progress` hears how many sessions are done.

    The list of each day has the signatures that were drawn on a screen where the actor may see them.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # what is inside is compressed already
        for done, session in enumerate(scope.sessions):
            progress(done)
            folder, sheets = f"{scope.event.slug}/{session.slug}", sheets_of(session.id)
            for name, draw in _FILES:
                archive.writestr(f"{folder}/{name}", draw(session))
            signatures = by.may(Act.SEE_ATTENDANCE, session.province_code)
            for day in session.days:
                number = sheets[day.id].number if day.id in sheets else ""
                drawn = sheet_as_signed(day, number, signatures=signatures)
                archive.writestr(f"{folder}/2-{file_name(day)}", drawn)
