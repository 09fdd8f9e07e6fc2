"""Ticking attendance by hand, from the roster or from a person's page: check in, and undo with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.undo import undo
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.registrations import lookup
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.rules import LONGEST_REASON, plain
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import searching
from tpbis_events.web.office.places import clock_time
from tpbis_events.web.refusals import sentence

page = Blueprint("attendance", __name__)


@page.post("/office/registrations/<reference>/attendance/<int:day>")
def mark(reference: str, day: int) -> ResponseReturnValue:
    """`act` is check_in or undo (with `reason`); then back to where the button was. A refusal is told there."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.MARK_ATTENDANCE)
    day_id = next((each.id for each in registration.session.days if each.number == day), None)
    if day_id is None:
        raise NotFound("attendance.unknown_day")
    name, zone, back = registration.person.full_name, registration.session.zone, _back(registration)
    try:
        if request.form.get("act") == "undo":
            undo(registration.id, day_id, reason=plain(request.form.get("reason", ""), LONGEST_REASON), by=by)
            flash(_("The check-in of %(name)s was undone.", name=name), "success")
        else:
            outcome = check_in(registration.id, day_id, by=by)
            at = clock_time(outcome.at, zone)
            if outcome.already:
                flash(
                    _("%(name)s was checked in before, at %(time)s. Nothing was changed.", name=name, time=at), "info"
                )
            else:
                flash(_("%(name)s is checked in, %(time)s.", name=name, time=at), "success")
    except Refusal as no:
        if no.status in (403, 404):
            raise
        title, text = sentence(no)
        flash(f"{name}: {title}. {text}", "danger")
    return redirect(back, 303)


def _back(registration: Registration) -> str:
    """The roster with its search, or the person's page; built from names, so it never leads elsewhere."""
    if "roster" not in request.args:
        return url_for("office.registrations.show", reference=registration.reference, _anchor="attendance")
    session = registration.session
    search = searching.asked(request.args)
    return searching.roster_url(session.event.slug, session.slug, search, _anchor=f"r-{registration.reference}")
