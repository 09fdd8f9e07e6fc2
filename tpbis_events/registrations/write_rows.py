"""Write a new registration and its person into their tables: a step, and the only place where such rows begin.

By the tables and not through the mapper, which took more time for these two rows than both databases.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, insert

from tpbis_events.foundation.transaction import writing
from tpbis_events.people import keep_words
from tpbis_events.people.model import Person
from tpbis_events.registrations.keep_order import sort_keys
from tpbis_events.registrations.model import Registration

_PERSONS, _REGISTRATIONS = (cast(Table, row.__table__) for row in (Person, Registration))
_PERSON = insert(_PERSONS).returning(_PERSONS.c.id)
_REGISTRATION = insert(_REGISTRATIONS).returning(_REGISTRATIONS.c.id)
_OF_PERSON = [column.key for column in _PERSONS.columns if column.key != "id"]
_OF_REGISTRATION = [column.key for column in _REGISTRATIONS.columns if column.key != "id"]


def write_rows(registration: Registration) -> None:
    """The rows as the two new objects say. These learn their ids and stay outside the session, as facts for mail and answer;
    who asks the session for the registration reads the row.
    """
    person, connection = registration.person, writing()
    person.id = connection.scalar(_PERSON, _values(person, _OF_PERSON))
    keep_words.write(connection, person)
    registration.person_id = person.id
    registration.session_id, registration.role_id = registration.session.id, registration.role.id
    registration.invitation_id = registration.invitation.id if registration.invitation else None
    row = _values(registration, _OF_REGISTRATION) | sort_keys(person)
    registration.id = connection.scalar(_REGISTRATION, row)


def _values(row: Any, columns: list[str]) -> dict[str, Any]:
    said = vars(row)
    return {column: said.get(column) for column in columns}
