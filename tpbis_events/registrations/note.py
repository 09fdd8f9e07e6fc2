"""A letter of the office's own to people of a roster: a subject and plain text, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tpbis_events.foundation.errors import Invalid
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.letters import CARRIED, owe_prepared
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.rules import LANGUAGES, plain

KIND = "note"
LONGEST_SUBJECT = 120
LONGEST_TEXT = 4000
MOST_LINES = 200


def read_note(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Subject and text in each language, line by line, with what can't be seen dropped. Refuses an empty one by its field."""
    told: dict[str, Any] = {}
    problems = {}
    for language in LANGUAGES:
        subject, text = str(asked.get(f"subject_{language}", "")), str(asked.get(f"text_{language}", ""))
        told[f"subject_{language}"] = plain(subject, LONGEST_SUBJECT)
        told[f"text_{language}"] = _lines(text)
        if len(text) > LONGEST_TEXT or len(text.splitlines()) > MOST_LINES:
            problems[f"text_{language}"] = "text.too_long"
        problems |= {
            f"{name}_{language}": "text.missing" for name in ("subject", "text") if not told[f"{name}_{language}"]
        }
    if problems:
        raise Invalid(problems)
    return told


def owe_note(registration: Registration, note: Mapping[str, Any], *, number: int, at: datetime, **more: Any) -> bool:
    """A step: owe the letter in the person's language, or a call where she has no address; whether it was a mail.

    `number` tells one letter from another: acts on many count up, messages down from zero. It carries neither QR code nor
    calendar: those of earlier mails stay good.
    """
    language = language_of(registration)
    facts = {name: fact for name, fact in facts_of(registration, at=at).items() if name not in CARRIED}
    facts |= {"note_subject": note[f"subject_{language}"], "note_lines": note[f"text_{language}"].split("\n"), **more}
    return owe_prepared(KIND, registration, version=number, language=language, facts=facts, at=at)


def language_of(registration: Registration) -> str:
    """The language that she reads a letter in."""
    language = registration.person.language
    return language if language in LANGUAGES else LANGUAGES[0]


def _lines(text: str) -> str:
    """Each line tidied, at most one empty one between two."""
    lines = [plain(line, LONGEST_TEXT) for line in text[: LONGEST_TEXT + 1].splitlines()[:MOST_LINES]]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip("\n")
