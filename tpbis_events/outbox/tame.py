"""Text from people, made harmless for a mail: one line, no hidden direction, nothing that a mail program makes a link of.

Escaping for HTML is the template's business; here is what escaping doesn't reach. Line breaks of any kind (CR, LF, NEL,
LS, PS) and other control characters become a blank, marks that turn the direction of text are dropped. Where a text could be
read as an address (`http://`, `www.`, `a.example`, `a@b`) a word joiner (U+2060, no width) is put on both sides of the sign
that makes it one: readers see the same letters, and neither `https?://`, nor `www.`, nor `name.name` is found by programs.
Both sides, because browsers drop the joiner again from the address of a link that was made nevertheless.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = ("Cc", "Zl", "Zp", "Cs")
_JOINER = "\N{WORD JOINER}"
_SIGN_OF_ADDRESS = re.compile(r":?//|@|:(?=/)|(?<=\w)[.:\uFF0E\u3002](?=\w)")


def one_line(text: str) -> str:
    """The text on one line, without control characters and marks of direction."""
    kept = (" " if unicodedata.category(c) in _BREAKS else c for c in text if c not in _DIRECTION_MARKS)
    return " ".join("".join(kept).split())


def unlinked(text: str) -> str:
    """The text on one line, so that no mail program reads an address in it."""
    return _SIGN_OF_ADDRESS.sub(lambda sign: _JOINER + _JOINER.join(sign.group()) + _JOINER, one_line(text))


def facts_in_one_line(facts: dict[str, Any]) -> dict[str, Any]:
    """The same facts with every text on one line."""
    return {key: one_line(value) if isinstance(value, str) else value for key, value in facts.items()}
