"""Text as search sees it: without case, accents and doubled blanks; and the single words of it."""

from __future__ import annotations

import unicodedata

LONGEST = 200
LONGEST_WORD = 60
_PARTS_OF_WORDS = frozenset("LNM")  # letters, numbers, and the marks that belong to them in many scripts


def folded(text: str) -> str:
    """`Nyí  Kadek AYU` -> `nyi kadek ayu`."""
    letters = unicodedata.normalize("NFKD", text[:LONGEST].casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())[:LONGEST]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded, each once, in their order; what is neither letter nor digit parts them."""
    kept = "".join(c if unicodedata.category(c)[0] in _PARTS_OF_WORDS else " " for c in folded(text))
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in kept.split()))
