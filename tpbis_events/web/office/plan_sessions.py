"""The sessions of an edition: add one, change it and its seats, take one out; many provinces at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.programmes.add_sessions import add_sessions
from tpbis_events.programmes.model import Session
from tpbis_events.programmes.plans import Plan, plan_of, quota_ids, session_of
from tpbis_events.registrations.change_seats import set_seats
from tpbis_events.registrations.counts import registered
from tpbis_events.registrations.edit_session import edit_session
from tpbis_events.registrations.remove_planned import remove_session
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside, served
from tpbis_events.web.office.plan_fields import MODES, put_problems
from tpbis_events.web.office.plan_session_form import FIXED, SessionForm, known, offer, put, typed
from tpbis_events.web.office.plans import dates
from tpbis_events.web.presentation import in_language
from tpbis_events.web.public import told
from tpbis_events.web.refusals import sentence

page = Blueprint("plan_sessions", __name__)


@page.route("/office/events/<event>/plan/new-session", methods=["GET", "POST"])
def add(event: str) -> ResponseReturnValue:
    plan = plan_of(event, by=acting())
    form, status = SessionForm(), 200
    if form.validate_on_submit() and request.form.get("step") != "days":
        try:
            session = typed(form)
            add_sessions(plan.event.id, [session], by=acting())
        except Invalid as wrong:
            status = put(form, wrong.problems)
            plan = plan_of(event, by=acting())
        else:
            flash(_("The session is there, with the usual seats of each role."), "success")
            return redirect(url_for("office.plan_sessions.edit", event=event, session=session.slug.strip()), 303)
    offer(form, plan.event, one_more=request.form.get("step") == "days")
    return render_template(
        "office/plan_sessions/form.html", event=plan.event, session=None, form=form, live=0, seats_form=None
    ), status


@page.route("/office/events/<event>/plan/sessions/<session>", methods=["GET", "POST"])
def edit(event: str, session: str) -> ResponseReturnValue:
    """What people were told is shown, and changed by a reschedule only, once somebody is registered."""
    plan, row = session_of(event, session, by=acting())
    fixed = known(row)
    live = registered(row.id)
    form, status = SessionForm(data=fixed), 200
    if live:
        for name in FIXED:
            del form[name]
    if form.validate_on_submit() and request.form.get("step") != "days":
        try:
            wanted = typed(form, fixed if live else None)
            edit_session(row.id, wanted, by=acting())
        except Invalid as wrong:
            status = put(form, wrong.problems)
        except Refusal as no:
            status = beside.put(no, form, {})
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("office.plan_sessions.edit", event=event, session=wanted.slug.strip()), 303)
        plan, row = session_of(event, session, by=acting())
    return _page(plan, row, form, live, _seats_form(plan, row)), status


@page.post("/office/events/<event>/plan/sessions/<session>/seats")
def seats(event: str, session: str) -> ResponseReturnValue:
    """All roles of the session at once; a role that wasn't in this session has its seats from now on."""
    plan, row = session_of(event, session, by=acting())
    quotas = quota_ids(row.id)
    seats_form = _seats_form(plan, row)
    totals = {
        quotas[role.id]: beside.whole_number(seats_form[f"seats-{role.id}"].data)
        for role in plan.event.roles
        if role.id in quotas
    }
    try:
        outcome = set_seats(totals, reason=seats_form.reason.data or "", by=acting())
    except Invalid as wrong:
        fields = {str(quota): f"seats-{role}" for role, quota in quotas.items()}
        status = put_problems(seats_form, {fields.get(name, name): code for name, code in wrong.problems.items()})
        plan, row = session_of(event, session, by=acting())
        live = registered(row.id)
        form = SessionForm(formdata=None, data=known(row))
        if live:
            for name in FIXED:
                del form[name]
        return _page(plan, row, form, live, seats_form), status
    flash(served.with_told(_("The seats are set."), outcome.served), "success")
    return redirect(url_for("office.plan_sessions.edit", event=event, session=session, _anchor="seats"), 303)


@page.post("/office/events/<event>/plan/sessions/<session>/remove")
def remove(event: str, session: str) -> ResponseReturnValue:
    _plan, row = session_of(event, session, by=acting())
    name = in_language(row, "name")
    try:
        remove_session(row.id, by=acting())
    except Refusal as no:
        if no.code != "session.has_history":
            raise
        flash(". ".join(sentence(no)), "danger")
        return redirect(url_for("office.plan_sessions.edit", event=event, session=session), 303)
    flash(_("The session %(name)s is taken out.", name=name), "success")
    return redirect(url_for("office.plans.show", event=event, _anchor="sessions"), 303)


def _seats_form(plan: Plan, session: Session) -> Any:
    """One number for each role of the event; a reason where people may know of the seats already."""

    class SeatsForm(FlaskForm):
        reason = TextAreaField(_("Reason"), description=_("The audit log keeps it, with your name."))

    for role in plan.event.roles:
        number = plan.seats.get((session.id, role.id))
        field = StringField(in_language(role, "name"), default="" if number is None else str(number))
        setattr(SeatsForm, f"seats-{role.id}", field)
    return SeatsForm() if request.endpoint == "office.plan_sessions.seats" else SeatsForm(formdata=None)


def _page(plan: Plan, session: Session, form: SessionForm, live: int, seats_form: Any) -> str:
    offer(form, plan.event, session.zone, one_more=request.form.get("step") == "days")
    rescheduling = "office.reschedules.show" in current_app.view_functions
    return render_template(
        "office/plan_sessions/form.html",
        event=plan.event,
        session=session,
        form=form,
        live=live,
        seats_form=seats_form,
        dates=dates(session),
        hours=told.hours(session).text,
        province=told.province_name(session),
        modes=MODES,
        reschedule=url_for("office.reschedules.show", event=plan.event.slug, session=session.slug)
        if rescheduling
        else "",
    )
