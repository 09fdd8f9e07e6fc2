"""The words in braces that an organizer's letter may contain, and the parser that puts the facts of a mail in their place.

Nothing here is a template language: `{nama}` is one of a fixed list or it is refused, a brace means nothing else, and what is
put in is never read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tpbis_events.outbox.tame import one_line

# Placeholder -> the word of `said.said` that stands for it.
WORD_OF = {
    "nama": "full_name",
    "kegiatan": "event",
    "pertemuan": "session",
    "peran": "role",
    "tanggal": "dates",
    "jam": "hours_of_day",
    "tempat": "venue",
    "nomor": "reference",
    "batas": "until",
    "urutan": "place",
    "kursi": "places",
    "pengganti": "substitute",
    "sertifikat": "certificate_number",
}
_OF_SESSION = ("nama", "kegiatan", "pertemuan", "peran", "tanggal", "jam", "tempat")
_OF_REGISTRATION = (*_OF_SESSION, "nomor")
# What each kind that an organizer may word knows to fill in; a kind that isn't here is written in our words alone.
OF_KIND: dict[str, tuple[str, ...]] = {
    "applied": _OF_REGISTRATION,
    "approved": _OF_REGISTRATION,
    "confirmation": _OF_REGISTRATION,
    "waiting": (*_OF_REGISTRATION, "urutan"),
    "rejected": _OF_REGISTRATION,
    "seated": _OF_REGISTRATION,
    "offer": (*_OF_REGISTRATION, "batas"),
    "offer_reminder": (*_OF_REGISTRATION, "batas"),
    "lapsed": (*_OF_REGISTRATION, "batas"),
    "moved": _OF_REGISTRATION,
    "rescheduled": _OF_REGISTRATION,
    "substituted": (*_OF_REGISTRATION, "pengganti"),
    "cancelled": _OF_REGISTRATION,
    "session_cancelled": _OF_REGISTRATION,
    "invitation": (*_OF_SESSION, "kursi", "batas"),
    "nomination": (*_OF_SESSION, "kursi", "batas"),
    "reminder": _OF_REGISTRATION,
    "certificate_ready": (*_OF_REGISTRATION, "sertifikat"),
}
_BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")


def problems_of(text: str, kind: str) -> tuple[list[str], bool]:
    """The placeholders of a text that its kind doesn't know, as they were typed, and whether a brace stands alone."""
    unknown, alone = [], False
    for found in _BRACES.finditer(text):
        if found[1] is None:
            alone = True
        elif found[1] not in OF_KIND[kind] and found[0] not in unknown:
            unknown.append(found[0])
    return unknown, alone


def filled(text: str, words: Mapping[str, Any]) -> str:
    """The text with each placeholder replaced by its word on one line; braces that are none stay as they are."""
    return _BRACES.sub(lambda found: _value(found[1], words) if found[1] in WORD_OF else found[0], text)


def as_placeholders(kind: str) -> dict[str, str]:
    """For each word that a kind may use the placeholder itself: what shows the original words with their placeholders."""
    return {WORD_OF[name]: f"{{{name}}}" for name in OF_KIND[kind]}


def _value(name: str, words: Mapping[str, Any]) -> str:
    value = words.get(WORD_OF[name])
    return "" if value is None else one_line(str(value))
