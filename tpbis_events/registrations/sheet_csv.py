"""The table of a CSV file, whoever wrote it: commas, semicolons or tabs, any line ends, UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence

from tpbis_events.registrations.sheet_cells import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_ROWS_LOOKED_AT,
    BadSheet,
    Cell,
    Grid,
    of_csv,
)

_SEPARATORS = ";\t,"  # the first wins where as many are found of two
_SAID = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_LINES_LOOKED_AT = 10


def grid_of_table(data: bytes) -> Grid:
    """Refuses (BadSheet) what is no text, and more rows than anybody writes."""
    text = _decoded(data)
    if "\0" in text or text.lstrip()[:1] == "<":  # web pages like to be called .xls or .csv
        raise BadSheet("sheet.unreadable")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said = _SAID.fullmatch(lines[0].strip())
    reader = csv.reader(
        (f"{line}\n" for line in lines[1 if said else 0 :]), delimiter=said.group(1) if said else _separator(lines)
    )
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    try:
        for number, row in enumerate(reader, start=2 if said else 1):
            if number > MOST_ROWS_LOOKED_AT:
                raise BadSheet("sheet.too_many_rows", most=MOST_ROWS)
            rows.append((number, tuple(of_csv(value) for value in row[:MOST_COLUMNS])))
    except (csv.Error, TypeError) as failure:
        raise BadSheet("sheet.unreadable") from failure
    return Grid(tuple(rows))


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


def _separator(lines: Sequence[str]) -> str:
    """What stands in most of the first lines, and most often: names with degrees have commas too, but not in every line."""
    looked_at = [line for line in lines if line.strip()][:_LINES_LOOKED_AT]
    counts = {sign: [line.count(sign) for line in looked_at] or [0] for sign in _SEPARATORS}
    return max(_SEPARATORS, key=lambda sign: (sum(number > 0 for number in counts[sign]), max(counts[sign])))
