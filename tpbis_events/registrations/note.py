"""A letter of the office's own to people of a roster: a subject and plain text, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.outbox.put import put
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.rules import LANGUAGES, plain

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


def owe_note(registration: Registration, note: Mapping[str, Any], *, number: int, at: datetime) -> None:
    """A step: owe the letter in the person's language; `number` tells one letter from another. Refuses who has no address.

    It carries neither QR code nor calendar: those of earlier mails stay good.
    """
    person = registration.person
    if not person.email:
        raise Refusal("note.no_email")
    language = person.language if person.language in LANGUAGES else LANGUAGES[0]
    facts = facts_of(registration, at=at)
    for carried in ("qr", "calendar"):
        facts.pop(carried, None)
    facts |= {"note_subject": note[f"subject_{language}"], "note_lines": note[f"text_{language}"].split("\n")}
    put(
        "note",
        subject=f"registration:{registration.id}",
        version=number,
        to=person.email,
        language=language,
        facts=facts,
        at=at,
    )


def _lines(text: str) -> str:
    """Each line tidied, at most one empty one between two."""
    lines = [plain(line, LONGEST_TEXT) for line in text[: LONGEST_TEXT + 1].splitlines()[:MOST_LINES]]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip("\n")
