"""Keep on each registration what the roster is sorted by, as the person's row says it, in the same transaction.

As with the words of a person: who begins a row takes `sort_keys`, a change through the mapper takes them along, and
erasure empties the two columns itself.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, event, inspect, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper

from tpbis_events.people.folding import folded
from tpbis_events.people.model import Person
from tpbis_events.registrations.model import Registration

_REGISTRATIONS = cast(Table, Registration.__table__)


def sort_keys(person: Person) -> dict[str, str]:
    """What the roster is sorted by, from a person's row."""
    return {"name_key": person.name_key, "institution_key": folded(person.institution)}


@event.listens_for(Person, "after_update")
def _follow(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    attributes = inspect(person).attrs
    if any(attributes[name].history.has_changes() for name in ("name_key", "institution")):
        hers = _REGISTRATIONS.c.person_id == person.id
        connection.execute(update(_REGISTRATIONS).where(hers).values(**sort_keys(person)))
