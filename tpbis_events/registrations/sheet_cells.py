"""What a sheet's reader hands on: text, cell by cell, and what a program has done to it that nobody may guess back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from tpbis_events.foundation.errors import Refusal

MOST_BYTES = 2_000_000  # of the file as sent
MOST_ROWS = 1000
MOST_ROWS_LOOKED_AT = 5 * MOST_ROWS  # with the empty ones between
MOST_COLUMNS = 60
LONGEST_CELL = 2000
# A number of a sheet is exact to fifteen digits; what is longer has lost its last ones.
EXACT_DIGITS = 15
LOST_DIGITS = "number.lost_digits"
NO_RESULT = "formula.no_result"
FORMULA_ERROR = "formula.error"
_SHORT = re.compile(r"\d([.,]\d*)?E\+?\d{1,3}", re.IGNORECASE)
# How CSV keeps text that begins with a sign: ="0812..." is Excel's way, the apostrophe is ours and that of others.
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
_APOSTROPHE = re.compile(r"['’`](?=[0-9+=@-])")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell; `fault` is the code of what became of it: digits lost, a formula without its result."""

    text: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows with their numbers, from 1, as they stand in the file; and the numbers of those that are hidden there."""

    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    hidden: frozenset[int] = frozenset()


class BadSheet(Refusal):
    """A file that can't be read as a roster; nothing was stored."""

    status = 422


def of_text(text: str) -> Cell:
    """A text as it stands in a workbook."""
    line = one_line(text)
    return Cell(line, FORMULA_ERROR if line in _ERRORS else "")


def of_number(written: str) -> Cell:
    """A number as a workbook writes it: `81234567890`, `8.1234567890000E10`, `12.5`."""
    number = float(written)
    if not number.is_integer() or abs(number) > 10**30:
        return Cell(written.strip()[:LONGEST_CELL])
    digits = written.strip() if written.strip().isdigit() else str(int(number))
    return Cell(digits, LOST_DIGITS if len(digits.lstrip("-")) > EXACT_DIGITS else "")


def of_moment(at: date) -> Cell:
    return Cell((at.date() if isinstance(at, datetime) else at).isoformat())


def of_csv(value: str) -> Cell:
    """Excel writes long numbers into CSV as 1,98001E+17: their digits are lost as well. No formula is ever worked out."""
    text = one_line(value)
    if kept := _KEPT_AS_TEXT.fullmatch(text):
        text = kept.group(1)
    elif text.startswith("="):
        return Cell(text, NO_RESULT)
    text = _APOSTROPHE.sub("", text, count=1) if _APOSTROPHE.match(text) else text
    if _SHORT.fullmatch(text):
        return Cell(text, LOST_DIGITS)
    return of_text(text)


def one_line(text: str) -> str:
    return " ".join(text[:LONGEST_CELL].split())
