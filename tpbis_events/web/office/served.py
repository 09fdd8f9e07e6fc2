"""Who was served from a waiting list by what was just done, in words; and whom nobody tells by mail."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from tpbis_events.registrations import roster
from tpbis_events.registrations.model import Registration, State


def told(references: Sequence[str]) -> str:
    """Empty when nobody was served. Who has no e-mail address must be called, so she is named with her number."""
    people = roster.people_of(references)
    parts = []
    if seated := _names(people, State.SEATED):
        parts.append(_("From the waiting list these now have a seat: %(names)s.", names=seated))
    if offered := _names(people, State.OFFERED):
        parts.append(_("From the waiting list these are now offered a seat: %(names)s.", names=offered))
    if unreached := [f"{one.person.full_name} ({one.person.phone})" for one in people if not one.person.email]:
        parts.append(_("Without an e-mail address, so please call: %(names)s.", names=", ".join(unreached)))
    return " ".join(parts)


def with_told(sentence: str, references: Sequence[str]) -> str:
    """The sentence for a flash, followed by who was served."""
    return f"{sentence} {told(references)}".rstrip()


def _names(people: Sequence[Registration], state: State) -> str:
    return ", ".join(one.person.full_name for one in people if one.state is state)
