"""Decide who applied: all in the organizer's reach, by session and role, oldest first; approve or reject several at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations import applications, decide, overview
from tpbis_events.registrations.applications import Wanted
from tpbis_events.registrations.decide import Decided
from tpbis_events.registrations.rules import plain
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside, places

page = Blueprint("applications", __name__)

LARGEST_ID = 2**62


class DecideForm(FlaskForm):
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Needed for a no: the people read it in the mail. With a yes the audit log alone keeps it."),
    )


@page.route("/office/events/<event>/applications", methods=["GET", "POST"])
def index(event: str) -> ResponseReturnValue:
    """POST with `act` approve or reject decides the ticked ones, all or none; a refusal keeps ticks and reason."""
    by = acting()
    wanted, form, status = _asked(), DecideForm(), 200
    ticked = set(request.form.getlist("pick"))
    if form.validate_on_submit():
        overview.event_of(event, by=by, act=Act.DECIDE)
        try:
            outcome = _decide(sorted(ticked), form.reason.data or "", by)
        except Refusal as no:
            status = beside.put(no, form, {"decision.reason_missing": "reason"})
        else:
            flash(_told(outcome), "success")
            return redirect(url_for("office.applications.index", event=event, **_query(wanted)), 303)
    found = applications.applications(event, wanted, by=by)
    return render_template(
        "office/applications/index.html",
        event=found.event,
        found=found,
        wanted=wanted,
        query=_query(wanted),
        form=form,
        ticked=ticked,
        tick_all="all" in request.args,
        where_from=places.where_from,
    ), status


def _decide(references: list[str], reason: str, by: Actor) -> Decided:
    """Refuses references that nobody has as it refuses those out of reach."""
    ids = applications.ids_of(references)
    if len(ids) < len(references):
        raise NotFound("registration.unknown")
    act = request.form.get("act")
    if act == "reject":
        return decide.reject(ids, reason=reason, by=by)
    if act != "approve":
        abort(400)  # no button of the page sends this
    return decide.approve(ids, note=reason, by=by)


def _asked() -> Wanted:
    asked = request.args
    return Wanted(
        session=plain(asked.get("session", ""), 80),
        role=plain(asked.get("role", ""), 80),
        after=min(max(asked.get("after", 0, int), 0), LARGEST_ID),
    )


def _query(wanted: Wanted) -> dict[str, Any]:
    """What is wanted as it stands in an address, from the first page on."""
    return {name: value for name, value in (("session", wanted.session), ("role", wanted.role)) if value}


def _told(outcome: Decided) -> str:
    parts = []
    if number := len(outcome.seated):
        parts.append(
            ngettext("Approved, with a seat: %(num)s person.", "Approved, with a seat: %(num)s people.", number)
        )
    if number := len(outcome.waiting):
        parts.append(
            ngettext(
                "Approved, on the waiting list: %(num)s person.",
                "Approved, on the waiting list: %(num)s people.",
                number,
            )
        )
    if number := len(outcome.rejected):
        parts.append(
            ngettext(
                "Not accepted, and told why: %(num)s person.", "Not accepted, and told why: %(num)s people.", number
            )
        )
    return " ".join(parts)
