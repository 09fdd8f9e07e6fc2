"""Write a new registration and its person into their tables: a step, and the only place where such rows begin.

By the tables and not through the mapper, which took more time for these two rows than both databases. So the words and the
keys that events of the mapper keep beside other rows (people/keep_words.py, keep_order.py) are written here.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, insert

from tpbis_events.foundation.transaction import writing
from tpbis_events.people.folding import folded
from tpbis_events.people.keep_words import kept_words
from tpbis_events.people.model import Person, PersonWord
from tpbis_events.registrations.model import Registration

_PERSONS, _WORDS, _REGISTRATIONS = (cast(Table, row.__table__) for row in (Person, PersonWord, Registration))
_PERSON = insert(_PERSONS).returning(_PERSONS.c.id)
_WORD = insert(_WORDS)
_REGISTRATION = insert(_REGISTRATIONS).returning(_REGISTRATIONS.c.id)
_OF_PERSON = [column.key for column in _PERSONS.columns if column.key != "id"]
_OF_REGISTRATION = [column.key for column in _REGISTRATIONS.columns if column.key != "id"]


def write_rows(registration: Registration) -> None:
    """The rows as the two new objects say. These learn their ids and stay outside the session, as facts for mail and answer;
    who asks the session for the registration reads the row.
    """
    person, connection = registration.person, writing()
    person.id = connection.scalar(_PERSON, _values(person, _OF_PERSON))
    if words := sorted(kept_words(person)):
        connection.execute(_WORD, [{"word": word, "person_id": person.id} for word in words])
    registration.person_id = person.id
    registration.session_id, registration.role_id = registration.session.id, registration.role.id
    registration.invitation_id = registration.invitation.id if registration.invitation else None
    registration.name_key, registration.institution_key = person.name_key, folded(person.institution)
    registration.id = connection.scalar(_REGISTRATION, _values(registration, _OF_REGISTRATION))


def _values(row: Any, columns: list[str]) -> dict[str, Any]:
    said = vars(row)
    return {column: said.get(column) for column in columns}
