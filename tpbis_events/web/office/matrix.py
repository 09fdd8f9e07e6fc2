"""One event as a matrix: its sessions by waves, its roles across, seats taken in the cells."""

from __future__ import annotations

from flask import Blueprint, render_template

from tpbis_events.people.actor import Act
from tpbis_events.places.provinces import province
from tpbis_events.programmes.model import Session
from tpbis_events.registrations import overview
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language

page = Blueprint("matrix", __name__)


@page.get("/office/events/<event>")
def show(event: str) -> str:
    by = acting()
    return render_template(
        "office/matrix/show.html",
        matrix=overview.matrix(event, by=by),
        name=_name,
        fill=overview.fill,
        may_change_ways=by.may_somewhere(Act.CHANGE_WAYS),
    )


def _name(session: Session) -> str:
    """A row is called by its province, or by its session where it belongs to none."""
    if session.province_code:
        return province(session.province_code).name(language())
    return session.name_en if language() == "en" else session.name_id
