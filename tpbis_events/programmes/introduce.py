"""Introduce the programmes and their public figures: written once, left alone afterwards."""

from __future__ import annotations

from sqlalchemy import func, select

from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes import content
from tpbis_events.programmes.model import Figure, Programme


@command
def introduce(*, by: Actor) -> None:
    """Write the programmes that are not there yet, and the figures if there are none."""
    by.require(Act.CHANGE_SEATS, None)
    known = set(db.session.scalars(select(Programme.slug)))
    db.session.add_all([Programme(**told) for told in content.programmes() if told["slug"] not in known])
    if not db.session.scalar(select(func.count()).select_from(Figure)):
        db.session.add_all([_figure(row) for row in content.figures()])


def _figure(row: dict[str, str]) -> Figure:
    texts = {name: row[name] for name in ("label_id", "label_en", "value", "as_of_id", "as_of_en", "source")}
    notes = {name: row[name] or None for name in ("note_id", "note_en")}
    return Figure(sort=int(row["sort"]), **texts, **notes)
