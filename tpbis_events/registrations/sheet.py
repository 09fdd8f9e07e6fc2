"""Read a sheet that somebody hands in (XLSX or CSV) as plain text, cell by cell; nothing in it is run, fetched or believed.

Refused before anything is unpacked: what is too large, too long, has macros, or isn't what it says it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.registrations.sheet_cells import MOST_BYTES, MOST_ROWS, BadSheet, Cell
from tpbis_events.registrations.sheet_csv import grid_of_table
from tpbis_events.registrations.sheet_xlsx import grid_of_workbook

# The container of Excel 97 (.xls), and of what Excel locks with a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Line:
    """One row that has something in it, with its number in the sheet."""

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read_sheet(data: bytes) -> Sheet:
    """The first sheet of a workbook, or the table of a CSV file, told apart by what is in it and not by its name.

    The first row with something in it is the header. Empty rows are left out. Refuses (BadSheet): more than 2 MB, more than
    1,000 rows, macros, what is locked, what is no sheet, and one without rows.
    """
    if len(data) > MOST_BYTES:
        raise BadSheet("sheet.too_large", most=MOST_BYTES // 1_000_000)
    if data[:8] == _OLE:
        raise BadSheet("sheet.encrypted" if _LOCKED in data else "sheet.old_format")
    grid = grid_of_workbook(data) if data[:2] == b"PK" else grid_of_table(data)
    header: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, padded in grid.rows:
        filled = max((at for at, cell in enumerate(padded, start=1) if cell.text or cell.fault), default=0)
        if not filled:
            continue
        cells = padded[:filled]
        if len(lines) >= MOST_ROWS:
            raise BadSheet("sheet.too_many_rows", most=MOST_ROWS)
        if not header:
            header = tuple(cell.text for cell in cells)
        else:
            lines.append(Line(number, cells, number in grid.hidden))
    if not lines:
        raise BadSheet("sheet.empty")
    return Sheet(header, tuple(lines))
