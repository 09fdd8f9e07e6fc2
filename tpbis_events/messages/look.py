"""How a message looks to one recipient, in either language, without her link."""

from __future__ import annotations

from tpbis_events.foundation import clock
from tpbis_events.messages.model import Message
from tpbis_events.messages.text import words_for
from tpbis_events.outbox.write import Owed, Written, written
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.letters import CARRIED
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.note import KIND


def look(message: Message, registration: Registration, language: str) -> Written:
    """Subject, plain text and HTML; masked, an explanation stands where the link would be. No query."""
    now, words = clock.now(), words_for(message, registration)
    facts = {name: fact for name, fact in facts_of(registration, at=now).items() if name not in CARRIED}
    facts |= {"note_subject": words[f"subject_{language}"], "note_lines": words[f"text_{language}"].split("\n")}
    owed = Owed(0, KIND, 0, "", language, {"link_version": 0, **facts}, "", now, 0)
    return written(owed, masked=True)
