"""Write a new registration and its person into their tables: a step, and the only place where such rows begin.

By the tables and not through the mapper, which took more time for these two rows than both databases. PostgreSQL takes them
and the person's words in one statement: two round trips fewer while everybody else waits for the quota.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ARRAY, ColumnElement, String, Table, bindparam, func, insert, select
from sqlalchemy import cast as cast_to
from sqlalchemy.sql.dml import ReturningInsert

from tpbis_events.foundation.transaction import writing
from tpbis_events.people import keep_words
from tpbis_events.people.model import Person, PersonWord
from tpbis_events.registrations.keep_order import sort_keys
from tpbis_events.registrations.model import Registration

_PERSONS, _WORDS, _REGISTRATIONS = (cast(Table, row.__table__) for row in (Person, PersonWord, Registration))
_PERSON = insert(_PERSONS).returning(_PERSONS.c.id)
_REGISTRATION = insert(_REGISTRATIONS).returning(_REGISTRATIONS.c.id)
_OF_PERSON = [column.key for column in _PERSONS.columns if column.key != "id"]
_OF_REGISTRATION = [column.key for column in _REGISTRATIONS.columns if column.key not in ("id", "person_id")]
_HERS = "of_person_"  # tells her columns from the registration's of the same name


def write_rows(registration: Registration) -> None:
    """The rows as the two new objects say. These learn their ids and stay outside the session, as facts for mail and answer;
    who asks the session for the registration reads the row.
    """
    person, connection = registration.person, writing()
    registration.session_id, registration.role_id = registration.session.id, registration.role.id
    registration.invitation_id = registration.invitation.id if registration.invitation else None
    hers, row = _values(person, _OF_PERSON), _values(registration, _OF_REGISTRATION) | sort_keys(person)
    if connection.dialect.name == "postgresql":
        told = row | {_HERS + column: value for column, value in hers.items()}
        told["words"] = sorted(keep_words.kept_words(person))
        registration.id, person.id = connection.execute(_ALL_IN_ONE, told).one()
    else:
        person.id = connection.scalar(_PERSON, hers)
        keep_words.write(connection, person)
        registration.id = connection.scalar(_REGISTRATION, row | {"person_id": person.id})
    registration.person_id = person.id


def _values(row: Any, columns: list[str]) -> dict[str, Any]:
    said = vars(row)
    return {column: said.get(column) for column in columns}


def _all_in_one() -> ReturningInsert[int, int]:
    person = _PERSON.values({column: bindparam(_HERS + column) for column in _OF_PERSON}).cte("person")
    word = select(func.unnest(bindparam("words", type_=ARRAY(String))), person.c.id)
    kept = insert(_WORDS).from_select(["word", "person_id"], word).cte("kept")
    row: dict[str, ColumnElement[Any]] = {"person_id": person.c.id}
    for column in _OF_REGISTRATION:
        kind = _REGISTRATIONS.c[column].type
        row[column] = cast_to(bindparam(column, type_=kind), kind)
    written = insert(_REGISTRATIONS).from_select(list(row), select(*row.values())).add_cte(kept)
    return written.returning(_REGISTRATIONS.c.id, _REGISTRATIONS.c.person_id)


_ALL_IN_ONE = _all_in_one()
