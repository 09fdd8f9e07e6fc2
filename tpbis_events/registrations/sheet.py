"""Read a sheet that somebody hands in (XLSX or CSV) as plain text, cell by cell; nothing in it is run, fetched or believed.

Refused before anything is unpacked: what is too large, too long, has macros, or isn't what it says it is.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from tpbis_events.foundation.errors import Refusal

MOST_BYTES = 2_000_000  # of the file as sent
MOST_UNPACKED = 16_000_000  # of everything in an XLSX
MOST_PARTS = 400
MOST_ROWS = 1000
MOST_COLUMNS = 60
LONGEST_CELL = 2000
# A number of a sheet is exact to fifteen digits; what is longer has lost its last ones.
EXACT_DIGITS = 15
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell; `lost_digits` marks a number too long to have been kept whole."""

    text: str = ""
    lost_digits: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row that has something in it, with its number in the sheet."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    header: tuple[str, ...]
    lines: tuple[Line, ...]


class BadSheet(Refusal):
    """A file that can't be read as a roster; nothing was stored."""

    status = 422


def read_sheet(data: bytes) -> Sheet:
    """The first sheet of a workbook, or the table of a CSV file, told apart by what is in it and not by its name.

    The first row with something in it is the header. Empty rows are left out. Refuses (BadSheet): more than 2 MB, more than
    1,000 rows, macros, what is no sheet, and one without rows.
    """
    if len(data) > MOST_BYTES:
        raise BadSheet("sheet.too_large", most=MOST_BYTES // 1_000_000)
    rows = _workbook(data) if data[:4] == b"PK\x03\x04" else _table(data)
    header: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, padded in rows:
        filled = max((at for at, cell in enumerate(padded, start=1) if cell.text), default=0)
        if not filled:
            continue
        cells = padded[:filled]
        if len(lines) >= MOST_ROWS:
            raise BadSheet("sheet.too_many_rows", most=MOST_ROWS)
        if not header:
            header = tuple(cell.text for cell in cells)
        else:
            lines.append(Line(number, cells))
    if not lines:
        raise BadSheet("sheet.empty")
    return Sheet(header, tuple(lines))


def _workbook(data: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_traps(archive)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        merged = _merged(data)
        above: dict[int, Cell] = {}
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            if number > MOST_ROWS * 5:
                raise BadSheet("sheet.too_many_rows", most=MOST_ROWS)
            cells = [_cell(value) for value in row]
            for column in merged.get(number, ()):
                if column < len(cells) and not cells[column].text:
                    cells[column] = above.get(column, Cell())
            above = dict(enumerate(cells))
            yield number, tuple(cells)
    except BadSheet:
        raise
    except (
        zipfile.BadZipFile,
        DefusedXmlException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as failure:
        raise BadSheet("sheet.unreadable") from failure


def _refuse_traps(archive: zipfile.ZipFile) -> None:
    """What would unpack to too much, or carries macros. Sizes are those that the archive names; reading stops there."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise BadSheet("sheet.unpacks_too_large")
    if any(part.flag_bits & 1 for part in parts):
        raise BadSheet("sheet.encrypted")
    names = {part.filename.lower() for part in parts}
    if any("vbaproject" in name or name.startswith("xl/macrosheets") for name in names):
        raise BadSheet("sheet.macros")
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as text:
                if b"<!DOCTYPE" in text.read(100_000).replace(b"\0", b"").upper():
                    raise BadSheet("sheet.unreadable")  # a sheet has no use for entities
    if "[content_types].xml" not in names or _WORKBOOK.encode() not in archive.read("[Content_Types].xml"):
        raise BadSheet("sheet.unreadable")


def _merged(data: bytes) -> dict[int, list[int]]:
    """Row number -> columns (from 0) that a merged cell above covers: people merge "the same institution" over rows."""
    covered: dict[int, list[int]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = min(
            (name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)), default=""
        )
        if not first:
            return covered
        with archive.open(first) as part:
            for _event, element in iterparse(part, forbid_dtd=True):
                if element.tag == f"{_MAIN}mergeCell":
                    left, top, right, bottom = (bound or 0 for bound in range_boundaries(element.get("ref") or "A1"))
                    if left != right or bottom > MOST_ROWS * 5:
                        continue  # over several columns it is a title, not a value for each
                    for row in range(top + 1, bottom + 1):
                        covered.setdefault(row, []).append(left - 1)
                element.clear()
    return covered


def _cell(value: Any) -> Cell:
    if value is None:
        return Cell()
    if isinstance(value, bool):
        return Cell("1" if value else "")
    if isinstance(value, int | float):
        if isinstance(value, float) and not value.is_integer():
            return Cell(str(value))
        digits = str(int(value))
        return Cell(digits, lost_digits=len(digits.lstrip("-")) > EXACT_DIGITS)
    if isinstance(value, datetime):
        return Cell(value.date().isoformat())
    if isinstance(value, date):
        return Cell(value.isoformat())
    return Cell(_one_line(str(value)))


def _table(data: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    text = _decoded(data)
    if "\0" in text:
        raise BadSheet("sheet.unreadable")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader(lines, delimiter=_delimiter(lines))
    try:
        for row in reader:
            yield reader.line_num, tuple(_typed(value) for value in row[:MOST_COLUMNS])
    except csv.Error as failure:
        raise BadSheet("sheet.unreadable") from failure


def _typed(value: str) -> Cell:
    """Excel writes long numbers into CSV as 1,98001E+17: their digits are lost as well."""
    text = _one_line(value)
    return Cell(text, lost_digits=bool(re.fullmatch(r"\d[.,]?\d*E\+\d{2}", text, re.IGNORECASE)))


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: Iterable[str] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadSheet("sheet.unreadable")


def _delimiter(lines: list[str]) -> str:
    """What separates the cells of the first line that has something in it; a line `sep=;` says so itself."""
    first = next((line for line in lines if line.strip()), "")
    return max(";\t,", key=first.count) if first else ","


def _one_line(text: str) -> str:
    return " ".join(text[:LONGEST_CELL].split())
