"""The waiting list of a role in a session: who waits, in order; serve the first by hand; change somebody's priority."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act
from tpbis_events.programmes.registration_window import closes_at
from tpbis_events.registrations import line as lines
from tpbis_events.registrations import lookup
from tpbis_events.registrations.change_priority import HIGHEST, change_priority
from tpbis_events.registrations.model import State
from tpbis_events.registrations.serve_waiting import serve_waiting
from tpbis_events.registrations.waiting_list import place_in_line
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside, served, words
from tpbis_events.web.refusals import sentence

page = Blueprint("waiting", __name__)

LARGEST_OFFSET = 10**6


class ServeForm(FlaskForm):
    number = StringField(_l("How many of them"))


class PriorityForm(FlaskForm):
    priority = StringField(_l("Priority"))
    reason = TextAreaField(_l("Reason"), description=_l("The audit log keeps it, with your name."))


@page.route("/office/events/<event>/sessions/<session>/waiting/<role>", methods=["GET", "POST"])
def show(event: str, session: str, role: str) -> ResponseReturnValue:
    """POST gives free seats to so many of the first who wait, also where seats aren't given by themselves."""
    by = acting()
    after = min(max(request.args.get("after", 0, int), 0), LARGEST_OFFSET)
    found = lines.line(event, session, role, after, by=by)
    form, status = ServeForm(), 200
    if form.validate_on_submit():
        try:
            number = beside.whole_number(form.number.data)
            if number < 1:
                raise Refusal("seats.number")
            outcome = serve_waiting(found.here.quota_id, most=number, by=by)
        except Refusal as no:
            status = beside.put(no, form, {"seats.number": "number"})
            found = lines.line(event, session, role, after, by=by)
        else:
            flash(served.told(outcome.references), "success")
            return redirect(url_for("office.waiting.show", event=event, session=session, role=role), 303)
    elif form.number.data is None:
        form.number.data = str(min(found.here.seats.free, found.here.seats.waiting))
    return render_template(
        "office/waiting/show.html",
        line=found,
        session=found.session,
        event=found.session.event,
        here=found.here,
        form=form,
        closed=clock.now() >= closes_at(found.session),
        over=found.session.cancelled_at is not None or clock.now() >= found.session.ends_at,
        servings=words.SERVINGS,
        after=after,
    ), status


@page.route("/office/registrations/<reference>/priority", methods=["GET", "POST"])
def priority(reference: str) -> ResponseReturnValue:
    """Who has a higher priority is served earlier; then back to the person's page, with the place in line as it is now."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.SERVE_WAITING)
    form, status = PriorityForm(priority=str(registration.priority)), 200
    if form.validate_on_submit():
        reference, name = registration.reference, registration.person.full_name
        number = beside.whole_number(form.priority.data)
        try:
            outcome = change_priority(registration.id, number, reason=form.reason.data or "", by=by)
        except Refusal as no:
            status = beside.put(no, form, {"priority.number": "priority", "priority.reason_missing": "reason"})
            registration = lookup.by_reference(reference, by=by, act=Act.SERVE_WAITING)
        else:
            flash(_("%(name)s is now number %(place)s in line.", name=name, place=outcome.place), "success")
            return redirect(url_for("office.registrations.show", reference=reference), 303)
    waits = registration.state is State.WAITING
    return render_template(
        "office/waiting/priority.html",
        registration=registration,
        place=place_in_line(registration),
        form=form,
        highest=HIGHEST,
        too_late=None if waits else sentence(Refusal(f"registration.already_{registration.state.value}")),
    ), status
