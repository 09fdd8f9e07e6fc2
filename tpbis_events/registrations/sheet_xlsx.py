"""The first sheet of an XLSX workbook, read in one pass and a bounded room; nothing in it is run, fetched or believed.

Refused before it is unpacked: what is locked, has macros, or would unpack to too much. While it is read: too many rows, or
more of anything than a roster has. Our own reader, because a general one builds all styles and links of a workbook first.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601

from tpbis_events.registrations import sheet_cells
from tpbis_events.registrations.sheet_cells import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_ROWS_LOOKED_AT,
    NO_RESULT,
    BadSheet,
    Cell,
    Grid,
)

MOST_UNPACKED = 16_000_000  # of everything in it
MOST_OF_ONE_PART = 6_000_000  # of the texts or the styles, which are read whole
MOST_PARTS = 400
MOST_ELEMENTS = 120_000
DEEPEST = 30
_WORKBOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled"
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E|<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y", re.IGNORECASE)
_COLUMN = re.compile(r"[A-Z]{1,3}(?=\d)")
_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    DefusedXmlException,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def grid_of_workbook(data: bytes) -> Grid:
    """The rows of the first sheet that isn't hidden. Formulas count with the result that was kept beside them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_traps(archive)
            return _Workbook(archive).grid()
    except BadSheet:
        raise
    except _FAULTS as failure:
        raise BadSheet("sheet.unreadable") from failure
    except Exception as failure:  # zlib.error has no base of its own
        if type(failure).__module__ == "zlib":
            raise BadSheet("sheet.unreadable") from failure
        raise


def _refuse_traps(archive: zipfile.ZipFile) -> None:
    """What would unpack to too much, is locked, or has macros. Sizes are those that the archive names; reading stops there."""
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise BadSheet("sheet.encrypted")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise BadSheet("sheet.unpacks_too_large")
    names = {part.filename.lower() for part in parts}
    if any("vbaproject" in name or name.startswith("xl/macrosheets") for name in names):
        raise BadSheet("sheet.macros")
    if "[content_types].xml" not in names:
        raise BadSheet("sheet.other_format" if "mimetype" in names else "sheet.unreadable")
    kinds = archive.read("[Content_Types].xml")
    if _MACROS in kinds:
        raise BadSheet("sheet.macros")
    if _WORKBOOK not in kinds:
        raise BadSheet(
            "sheet.other_format" if b"spreadsheetml" in kinds or b"sheet.binary" in kinds else "sheet.unreadable"
        )
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")) and _DOCTYPE.search(archive.read(part)):
            raise BadSheet("sheet.unreadable")  # a sheet has no use for entities


class _Workbook:
    """The parts of one archive that a table needs: workbook, texts, the formats that make a number a date, one sheet."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.elements = 0
        self.texts: list[str] = []
        self.dates: set[int] = set()
        self.epoch = CALENDAR_WINDOWS_1900
        self.rows: list[tuple[int, list[Cell]]] = []
        self.hidden: set[int] = set()
        self.merged: dict[int, list[int]] = {}

    def grid(self) -> Grid:
        sheet = self._sheet_part()
        self._read_texts()
        self._read_styles()
        with self.archive.open(sheet) as part:
            self._read_sheet(part)
        self._fill_merged()
        return Grid(tuple((number, tuple(cells)) for number, cells in self.rows), frozenset(self.hidden))

    def _sheet_part(self) -> str:
        """Where the first sheet stands that isn't hidden."""
        targets: dict[str, str] = {}
        for _event, element in self._walk("xl/_rels/workbook.xml.rels"):
            if _tag(element) == "Relationship" and element.get("TargetMode") != "External":
                targets[element.get("Id", "")] = element.get("Target", "")
        for _event, element in self._walk("xl/workbook.xml"):
            if _tag(element) == "workbookPr" and element.get("date1904") in ("1", "true"):
                self.epoch = CALENDAR_MAC_1904
            if _tag(element) == "sheet" and element.get("state", "visible") == "visible":
                key = next((value for name, value in element.items() if name.endswith("}id")), "")
                return posixpath.normpath(posixpath.join("/xl", targets[key])).lstrip("/")
        raise BadSheet("sheet.empty")

    def _read_texts(self) -> None:
        """The shared texts; readings in another script (rPh) are left out."""
        for event, element in self._walk("xl/sharedStrings.xml"):
            if event == "end" and _tag(element) == "si":
                self.texts.append(_text_in(element))
                element.clear()

    def _read_styles(self) -> None:
        """Which styles turn a number into a date."""
        formats: dict[int, str] = dict(BUILTIN_FORMATS)
        in_cells = False
        number = 0
        for event, element in self._walk("xl/styles.xml"):
            tag = _tag(element)
            if event == "end":
                in_cells = in_cells and tag != "cellXfs"
                element.clear()
            elif tag == "numFmt":
                formats[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
            elif tag == "cellXfs":
                in_cells = True
            elif tag == "xf" and in_cells:
                code = formats.get(int(element.get("numFmtId", "0")))
                if code and is_date_format(code):
                    self.dates.add(number)
                number += 1

    def _read_sheet(self, part: IO[bytes]) -> None:
        number = 0
        cells: dict[int, Cell] = {}
        for event, element in self._events(part):
            tag = _tag(element)
            if event == "start":
                if tag == "row":
                    number, cells = int(element.get("r") or number + 1), {}
                    if number > MOST_ROWS_LOOKED_AT:
                        raise BadSheet("sheet.too_many_rows", most=MOST_ROWS)
                    if element.get("hidden") in ("1", "true"):
                        self.hidden.add(number)
            elif tag == "c":
                column = _column(element.get("r", ""), len(cells))
                if column < MOST_COLUMNS:
                    cells[column] = self._cell(element)
                element.clear()
            elif tag == "row":
                width = max(cells, default=-1) + 1
                self.rows.append((number, [cells.get(column, Cell()) for column in range(width)]))
                element.clear()
            elif tag == "mergeCell":
                self._note_merged(element.get("ref") or "A1")

    def _cell(self, element: Element) -> Cell:
        kind, value, formula, inline = element.get("t", "n"), None, False, ""
        for child in element:
            tag = _tag(child)
            if tag == "v":
                value = child.text or ""
            elif tag == "f":
                formula = True
            elif tag == "is":
                inline = _text_in(child)
        if formula and not value and kind != "str":
            return Cell("", NO_RESULT)  # a program wrote it that works nothing out
        if kind == "inlineStr":
            return sheet_cells.of_text(inline)
        if not value:
            return Cell()
        if kind == "s":
            return sheet_cells.of_text(self.texts[int(value)])
        if kind == "b":
            return Cell("1" if value.strip() == "1" else "")
        if kind == "d":
            return sheet_cells.of_moment(from_ISO8601(value))  # type: ignore[no-untyped-call]
        if kind == "n":
            return self._number(value, int(element.get("s", "0")))
        return sheet_cells.of_text(value)

    def _number(self, value: str, style: int) -> Cell:
        if style in self.dates:
            at: Any = from_excel(float(value), self.epoch)
            if hasattr(at, "year"):
                return sheet_cells.of_moment(at)
        return sheet_cells.of_number(value)

    def _note_merged(self, ref: str) -> None:
        """Row number -> columns (from 0) that a merged cell above covers: people merge "the same institution" over rows."""
        left, top, right, bottom = (bound or 0 for bound in range_boundaries(ref))
        if left != right or bottom > MOST_ROWS_LOOKED_AT or left > MOST_COLUMNS:
            return  # over several columns it is a title, not a value for each
        for row in range(top + 1, bottom + 1):
            self.merged.setdefault(row, []).append(left - 1)

    def _fill_merged(self) -> None:
        above: dict[int, Cell] = {}
        for number, cells in self.rows:
            for column in self.merged.get(number, ()):
                cells.extend([Cell()] * (column + 1 - len(cells)))
                if not cells[column].text:
                    cells[column] = above.get(column, Cell())
            above = dict(enumerate(cells))

    def _walk(self, name: str) -> Iterator[tuple[str, Element]]:
        """The elements of a part; of one that isn't there, none."""
        if name not in self.archive.namelist():
            return
        if self.archive.getinfo(name).file_size > MOST_OF_ONE_PART:
            raise BadSheet("sheet.unpacks_too_large")
        with self.archive.open(name) as part:
            yield from self._events(part)

    def _events(self, part: IO[bytes]) -> Iterator[tuple[str, Element]]:
        """With a bound on how many, and how deep in one another, so that no part takes long or much room."""
        depth = 0
        for event, element in iterparse(part, ("start", "end"), forbid_dtd=True):
            self.elements += 1
            depth += 1 if event == "start" else -1
            if depth > DEEPEST or self.elements > 2 * MOST_ELEMENTS:
                raise BadSheet("sheet.unpacks_too_large")
            yield event, element


def _tag(element: Element) -> str:
    """Without its namespace: Excel has two for the same thing."""
    return element.tag.rpartition("}")[2]


def _text_in(element: Element) -> str:
    texts: list[str] = []
    length = 0
    for child in element:
        for each in [child] if _tag(child) == "t" else child if _tag(child) == "r" else []:
            if _tag(each) == "t" and each.text and length < LONGEST_CELL:
                texts.append(each.text)
                length += len(each.text)
    return "".join(texts)[:LONGEST_CELL]


def _column(reference: str, usual: int) -> int:
    """From 0; a cell without a reference is the next one."""
    found = _COLUMN.match(reference)
    return column_index_from_string(found.group()) - 1 if found else usual
