"""The words in braces that an organizer's letter may contain, and the parser that puts the facts of a mail in their place.

Nothing here is a template language: `{nama}` is one of a fixed list or it is refused, a brace means nothing else, and what is
put in is never read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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

_OF_SESSION = (NAME, EVENT, SESSION, ROLE, DATE, TIME, PLACE)
_OF_REGISTRATION = (*_OF_SESSION, REFERENCE)
# What each kind that an organizer may word knows to fill in; a kind that isn't here is written in our words alone.
OF_KIND: dict[str, tuple[Placeholder, ...]] = {
    "applied": _OF_REGISTRATION,
    "approved": _OF_REGISTRATION,
    "confirmation": _OF_REGISTRATION,
    "waiting": (*_OF_REGISTRATION, POSITION),
    "rejected": _OF_REGISTRATION,
    "seated": _OF_REGISTRATION,
    "offer": (*_OF_REGISTRATION, UNTIL),
    "offer_reminder": (*_OF_REGISTRATION, UNTIL),
    "lapsed": (*_OF_REGISTRATION, UNTIL),
    "moved": _OF_REGISTRATION,
    "rescheduled": _OF_REGISTRATION,
    "substituted": (*_OF_REGISTRATION, SUBSTITUTE),
    "cancelled": _OF_REGISTRATION,
    "session_cancelled": _OF_REGISTRATION,
    "invitation": (*_OF_SESSION, PLACES, UNTIL),
    "nomination": (*_OF_SESSION, PLACES, UNTIL),
    "reminder": _OF_REGISTRATION,
    "certificate_ready": (*_OF_REGISTRATION, CERTIFICATE),
}
_WORDS = {name: each.word for of_kind in OF_KIND.values() for each in of_kind for name in (each.id, each.en)}
_BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")


def problems_of(text: str, kind: str) -> tuple[list[str], bool]:
    """The placeholders of a text that its kind doesn't know, as they were typed, and whether a brace stands alone."""
    known = {name for each in OF_KIND[kind] for name in (each.id, each.en)}
    found = list(_BRACES.finditer(text))
    unknown = [each[0] for each in found if each[1] is not None and each[1] not in known]
    return list(dict.fromkeys(unknown)), any(each[1] is None for each in found)


def filled(text: str, words: Mapping[str, Any]) -> str:
    """The text with each placeholder replaced by its word on one line; braces that are none stay as they are."""
    return _BRACES.sub(lambda found: _value(_WORDS[found[1]], words) if found[1] in _WORDS else found[0], text)


def as_placeholders(kind: str, language: str) -> dict[str, str]:
    """For each word that a kind may use its placeholder: with these the original words are shown as an organizer types them."""
    return {each.word: each.typed(language) for each in OF_KIND[kind]}


def _value(word: str, words: Mapping[str, Any]) -> str:
    value = words.get(word)
    return "" if value is None else one_line(str(value))
