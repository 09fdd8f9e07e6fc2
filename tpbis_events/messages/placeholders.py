"""The words in braces that a message may contain: a fixed list, in Indonesian and in English, and nothing else.

Not a template language: what is put in is never read again, and a brace that is no placeholder is refused when it is written.
Pure: no database, no clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# As they are typed in Indonesian and in English -> what stands for them. The letters of an edition call them alike.
NAMES: dict[str, tuple[str, str]] = {
    "name": ("nama", "name"),
    "event": ("kegiatan", "event"),
    "session": ("pertemuan", "session"),
    "role": ("peran", "role"),
    "date": ("tanggal", "date"),
    "time": ("jam", "time"),
    "place": ("tempat", "place"),
    "reference": ("nomor", "reference"),
    "link": ("tautan", "link"),
}
_MEANING = {typed: word for word, both in NAMES.items() for typed in both}
# Her own link is signed when the mail is written; until then this stands for it.
LINK = "{link}"
_BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")


def listed(language: str) -> list[str]:
    """The placeholders as one types them in this language, with their braces."""
    return [f"{{{both[1 if language == 'en' else 0]}}}" for both in NAMES.values()]


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no placeholder, and braces that stand alone; as typed, each once."""
    wrong = (found[0] for found in _BRACES.finditer(text) if found[1] not in _MEANING)
    return list(dict.fromkeys(wrong))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder replaced by its value. The link stays as LINK; braces of a value become brackets, so that
    nobody's name is read as a placeholder.
    """
    return _BRACES.sub(lambda found: _value(found, values), text)


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    word = _MEANING.get(found[1] or "")
    if word is None:
        return found[0]
    return LINK if word == "link" else values[word].replace("{", "(").replace("}", ")")
