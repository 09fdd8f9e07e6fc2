"""Write rows as XLSX or CSV into a file, one after the other, in constant memory; no cell is ever a formula."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

from xlsxwriter import Workbook

from tpbis_events.reports.cells import defused, is_dangerous
from tpbis_events.reports.columns import Column

MOST_ROWS = 1_048_575  # of an XLSX sheet, below the heading
_HEADING = {"bold": True, "bg_color": "#E7EAF3", "border": 1, "text_wrap": True, "valign": "top"}


def write_xlsx(file: IO[bytes], title: str, columns: Sequence[Column], rows: Iterable[Sequence[str | int]]) -> int:
    """One sheet with a heading that stays and filters; texts are written as texts whatever they look like. How many rows."""
    workbook = Workbook(file, {"constant_memory": True})
    heading = workbook.add_format(_HEADING)
    plain = workbook.add_format({"num_format": "@"})
    quoted = workbook.add_format({"num_format": "@", "quote_prefix": True})
    workbook.set_properties({"title": title, "author": "TPBIS Events"})
    sheet = workbook.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, str(column.label), heading)
    number = 0
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            elif value:
                sheet.write_string(number, place, value, quoted if is_dangerous(value) else plain)
    sheet.autofilter(0, 0, max(number, 1), len(columns) - 1)
    workbook.close()
    return number


def write_csv(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[str | int]], separator: str) -> int:
    """UTF-8 with a mark, which Excel needs; numbers of persons and dangerous texts begin with an apostrophe. How many rows."""
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow([defused(str(column.label)) for column in columns])
    number = 0
    for row in rows:
        writer.writerow([_csv_cell(value, column) for value, column in zip(row, columns, strict=True)])
        number += 1
    text.detach()
    return number


def _csv_cell(value: str | int, column: Column) -> str | int:
    if isinstance(value, int):
        return value
    return f"'{value}" if column.digits and value else defused(value)
