"""Keep the words by which a person is found beside her row: written with it, changed with it, taken away with it.

Who begins a person's row writes them by `write` (registrations/write_rows.py); whoever changes it through the mapper has them
changed in the same transaction. Only statements that pass the mapper by (erasure) call `forget`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import Table, delete, event, insert, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper

from tpbis_events.foundation.database import db
from tpbis_events.people.folding import LONGEST_WORD, words_of
from tpbis_events.people.model import Person, PersonWord

_WORDS = cast(Table, PersonWord.__table__)
_INSERT = insert(_WORDS)
_OF_WORDS = ("full_name", "own_script_name", "institution", "email_key", "phone")
# No word of a name begins with these, so that an address or a number is never found by who may not see it.
EMAIL, PHONE = "@", "+"
LONGEST_KEPT = LONGEST_WORD + 1


def kept_words(person: Person) -> set[str]:
    """Names and institution word by word; the e-mail address behind an `@`, the number with its `+`, each as a whole."""
    texts = (person.full_name, person.own_script_name or "", person.institution)
    words = {word for text in texts for word in words_of(text)}
    if person.email_key:
        words.add(f"{EMAIL}{person.email_key}"[:LONGEST_KEPT])
    if person.phone:
        words.add(person.phone[:LONGEST_KEPT])
    return words


def forget(person_ids: Collection[int]) -> None:
    """A step: nobody finds these persons any longer."""
    db.session.execute(delete(PersonWord).where(PersonWord.person_id.in_(person_ids)))


def write(connection: Connection, person: Person) -> None:
    """A step: she is found by her words from now on."""
    if words := sorted(kept_words(person)):
        connection.execute(_INSERT, [{"word": word, "person_id": person.id} for word in words])


@event.listens_for(Person, "after_update")
def _rewrite(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    attributes = inspect(person).attrs
    if any(attributes[name].history.has_changes() for name in _OF_WORDS):
        connection.execute(delete(_WORDS).where(_WORDS.c.person_id == person.id))
        write(connection, person)
