"""The ZIP of certificates that are to be signed outside: the files by their numbers, and a list with what each must be."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from typing import IO

from tpbis_events.certificates.take_out import TakenOut, drawn_file
from tpbis_events.foundation.database import db
from tpbis_events.reports.cells import defused

LIST = "daftar.csv"
HEADINGS = ("Nomor", "Nama", "Berkas", "SHA-256")


def write_pack(out: IO[bytes], taken: Sequence[TakenOut]) -> None:
    """Write it, one file in memory at a time; the PDFs are compressed already."""
    rows = io.StringIO()
    table = csv.writer(rows)
    table.writerow(HEADINGS)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack:
        for each in taken:
            content = drawn_file(each)
            db.session.rollback()  # the rows that were read needn't stay in memory
            pack.writestr(each.file_name, content)
            row = (each.number, each.full_name, each.file_name, sha256(content).hexdigest())
            table.writerow([defused(cell) for cell in row])
        pack.writestr(LIST, "\ufeff" + rows.getvalue())
