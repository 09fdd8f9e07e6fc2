"""The words in braces that a message may contain: those that any letter about a registration knows, and her own link.

The link is signed when the mail is written; until then LINK stands for it in the message that is owed. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

from tpbis_events.outbox import placeholders
from tpbis_events.outbox.placeholders import OF_REGISTRATION, Placeholder

KNOWN: tuple[Placeholder, ...] = (*OF_REGISTRATION, placeholders.LINK)
LINK = "{link}"


def listed(language: str) -> list[str]:
    """The placeholders as one types them in this language, with their braces."""
    return [each.typed(language) for each in KNOWN]


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no placeholder, and braces that stand alone; as typed, each once."""
    unknown, alone = placeholders.strange_in(text, KNOWN)
    return [*unknown, *(brace for brace in "{}" if alone and brace in placeholders.without_pairs(text))]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder replaced by its value. The link stays as LINK; braces of a value become brackets, so that
    nobody's name is read as a placeholder.
    """
    tame = {word: value.replace("{", "(").replace("}", ")") for word, value in values.items()}
    return placeholders.filled(text, tame | {placeholders.LINK.word: LINK})
