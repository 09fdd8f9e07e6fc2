"""Whom a search of the roster means, with what the rooms above the registrations know: attendance and certificates."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from tpbis_events.attendance import presence
from tpbis_events.certificates import lookup
from tpbis_events.people.actor import Actor
from tpbis_events.registrations import search as searches
from tpbis_events.registrations.search import Attended, Few, Search


def conditions(search: Search, *, by: Actor, few: Few | None = None) -> list[ColumnElement[bool]]:
    """All conditions of a search on Registration joined with its Person; reach is the caller's business."""
    found = searches.conditions(search, by=by, few=few)
    if search.attended in set(Attended):
        found.append(presence.was_there(every_day=_EVERY_DAY[Attended(search.attended)]))
    if search.certificate in ("yes", "no"):
        issued = lookup.is_issued()
        found.append(issued if search.certificate == "yes" else ~issued)
    return found


_EVERY_DAY: dict[Attended, bool | None] = {Attended.YES: True, Attended.PARTLY: False, Attended.NO: None}
