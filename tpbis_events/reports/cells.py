"""A text on its way into a table that somebody else's program opens: never a formula, and numbers of persons never numbers.

Spreadsheets run a cell that begins with one of a few signs, also in full width and after blanks (OWASP, CSV injection).
"""

from __future__ import annotations

import unicodedata

_STARTS_FORMULA = frozenset("=+-@＝＋－＠")
_STARTS_CELL = frozenset("\t\r\n")


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    if text[:1] in _STARTS_CELL:
        return True
    for sign in text:
        if sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf", "Zs"):
            continue
        return sign in _STARTS_FORMULA
    return False


def defused(text: str) -> str:
    """The text as it may stand in a CSV: an apostrophe in front keeps a spreadsheet from running it."""
    return f"'{text}" if is_dangerous(text) else text
