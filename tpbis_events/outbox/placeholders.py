"""The words in braces that an organizer's letter or message may contain, and the parser that puts a mail's facts in their place.

Nothing here is a template language: `{nama}` is one of a fixed list or it is refused, a brace means nothing else, and what is
put in is never read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tpbis_events.outbox.tame import one_line


@dataclass(frozen=True, slots=True)
class Placeholder:
    """How it is typed in Indonesian and in English, both good in either text, and the word of `said.said` that it stands for."""

    id: str
    en: str
    word: str

    def typed(self, language: str) -> str:
        return f"{{{self.en if language == 'en' else self.id}}}"


NAME = Placeholder("nama", "name", "full_name")
EVENT = Placeholder("kegiatan", "event", "event")
SESSION = Placeholder("pertemuan", "session", "session")
ROLE = Placeholder("peran", "role", "role")
DATE = Placeholder("tanggal", "date", "dates")
TIME = Placeholder("jam", "time", "hours_of_day")
PLACE = Placeholder("tempat", "place", "venue")
REFERENCE = Placeholder("nomor", "reference", "reference")
UNTIL = Placeholder("batas", "until", "until")
POSITION = Placeholder("urutan", "position", "place")
PLACES = Placeholder("kursi", "places", "places")
SUBSTITUTE = Placeholder("pengganti", "substitute", "substitute")
CERTIFICATE = Placeholder("sertifikat", "certificate", "certificate_number")
LINK = Placeholder("tautan", "link", "own_page")  # in messages alone: every letter has it where we put it

_OF_SESSION = (NAME, EVENT, SESSION, ROLE, DATE, TIME, PLACE)
OF_REGISTRATION = (*_OF_SESSION, REFERENCE)
# What each kind that an organizer may word knows to fill in; a kind that isn't here is written in our words alone.
OF_KIND: dict[str, tuple[Placeholder, ...]] = {
    "applied": OF_REGISTRATION,
    "approved": OF_REGISTRATION,
    "confirmation": OF_REGISTRATION,
    "waiting": (*OF_REGISTRATION, POSITION),
    "rejected": OF_REGISTRATION,
    "seated": OF_REGISTRATION,
    "offer": (*OF_REGISTRATION, UNTIL),
    "offer_reminder": (*OF_REGISTRATION, UNTIL),
    "lapsed": (*OF_REGISTRATION, UNTIL),
    "moved": OF_REGISTRATION,
    "rescheduled": OF_REGISTRATION,
    "substituted": (*OF_REGISTRATION, SUBSTITUTE),
    "cancelled": OF_REGISTRATION,
    "session_cancelled": OF_REGISTRATION,
    "invitation": (*_OF_SESSION, PLACES, UNTIL),
    "nomination": (*_OF_SESSION, PLACES, UNTIL),
    "reminder": OF_REGISTRATION,
    "certificate_ready": (*OF_REGISTRATION, CERTIFICATE),
}
_WORDS = {
    name: each.word for each in (LINK, *(p for of in OF_KIND.values() for p in of)) for name in (each.id, each.en)
}
_BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")


def strange_in(text: str, placeholders: Iterable[Placeholder]) -> tuple[list[str], bool]:
    """What stands in braces and is none of these, as it was typed, each once; and whether a brace stands alone."""
    known = {name for each in placeholders for name in (each.id, each.en)}
    found = list(_BRACES.finditer(text))
    unknown = [each[0] for each in found if each[1] is not None and each[1] not in known]
    return list(dict.fromkeys(unknown)), any(each[1] is None for each in found)


def without_pairs(text: str) -> str:
    """What is left of a text when everything between a pair of braces is taken out."""
    return _BRACES.sub(lambda found: "" if found[1] is not None else found[0], text)


def filled(text: str, words: Mapping[str, Any]) -> str:
    """The text with each placeholder replaced by its word on one line; braces that are none stay as they are."""
    return _BRACES.sub(lambda found: _value(_WORDS[found[1]], words) if found[1] in _WORDS else found[0], text)


def as_placeholders(kind: str, language: str) -> dict[str, str]:
    """For each word that a kind may use its placeholder: with these the original words are shown as an organizer types them."""
    return {each.word: each.typed(language) for each in OF_KIND[kind]}


def _value(word: str, words: Mapping[str, Any]) -> str:
    value = words.get(word)
    return "" if value is None else one_line(str(value))
