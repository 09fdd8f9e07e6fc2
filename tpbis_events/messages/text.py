"""What a message says to one recipient: its words in her language with her facts in the place of the placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.errors import Invalid
from tpbis_events.messages.model import Message
from tpbis_events.messages.placeholders import LINK, filled, unknown_in
from tpbis_events.messages.want import address_of
from tpbis_events.outbox.tame import one_line
from tpbis_events.places.local_time import format_date_range, format_hours
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.note import language_of, read_note
from tpbis_events.registrations.rules import LANGUAGES

FIELDS = tuple(f"{name}_{language}" for language in LANGUAGES for name in ("subject", "text"))


class UnknownPlaceholder(Invalid):
    """Something in braces that stands for nothing; `unknown` says which, by field."""

    def __init__(self, problems: Mapping[str, str], unknown: Mapping[str, list[str]]) -> None:
        super().__init__(problems)
        self.unknown = dict(unknown)


def read_words(asked: Mapping[str, Any]) -> dict[str, str]:
    """Subject and text in each language, tidied: a subject is one line whatever was typed.

    Refuses by the field what is missing, too long, or in braces and no placeholder.
    """
    problems: dict[str, str] = {}
    try:
        words: dict[str, str] = read_note(asked)
    except Invalid as wrong:
        problems, words = wrong.problems, {name: str(asked.get(name) or "") for name in FIELDS}
    unknown = {name: found for name in FIELDS if (found := unknown_in(words[name]))}
    for name in ("subject_id", "subject_en"):  # a link of a subject is nothing that anybody can press
        if LINK in filled(words[name], {}):
            unknown.setdefault(name, [LINK])
    if unknown or problems:
        raise UnknownPlaceholder(problems | dict.fromkeys(unknown, "text.placeholder"), unknown)
    return words


def words_for(message: Message, registration: Registration) -> dict[str, str]:
    """The message's words for one recipient, in both languages, each with her facts in that language."""
    said = {language: values(registration, language) for language in LANGUAGES}
    return {name: filled(getattr(message, name), said[name.rpartition("_")[2]]) for name in FIELDS}


def values(registration: Registration, language: str) -> dict[str, str]:
    """What stands for each placeholder; texts of people on one line, dates and hours on the clocks of the place."""
    session, first = registration.session, registration.session.days[0]

    def named(row: Any) -> str:
        return str(getattr(row, f"name_{language}") or row.name_id)

    return {
        "full_name": one_line(registration.person.full_name),
        "event": named(registration.event),
        "session": named(session),
        "role": named(registration.role),
        "dates": format_date_range([day.local_date for day in session.days], language),
        "hours_of_day": format_hours(first.starts_at, first.ends_at, session.zone, language),
        "venue": session.place,
        "reference": grouped(registration.reference),
    }


def more_facts(registration: Registration) -> dict[str, Any]:
    """What the mail carries beside its words: where she says that she wants no more of them."""
    return {"list_unsubscribe": address_of(registration, language_of(registration))}
