"""The roles of an edition: add one, change it, put them in order, take one out. Ways in and limits have their own pages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.programmes.edit_role import RolePlan, add_role, edit_role, move_role
from tpbis_events.programmes.model import Origin, Role
from tpbis_events.programmes.plans import Plan, plan_of, quotas_of_role, role_in
from tpbis_events.registrations.change_seats import set_seats
from tpbis_events.registrations.remove_planned import remove_role
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside, served
from tpbis_events.web.office.plan_fields import ORIGINS, choices, put_problems
from tpbis_events.web.refusals import sentence

page = Blueprint("plan_roles", __name__)


class RoleForm(FlaskForm):
    slug = StringField(_l("Address"), description=_l("Small letters, digits and dashes, for example pustakawan-desa."))
    name_id = StringField(_l("Name in Indonesian"))
    name_en = StringField(_l("Name in English"))
    seats = StringField(
        _l("Usual seats in a session"),
        default="1",
        description=_l("A new session begins with so many; each session can have others, or 0 for none."),
    )
    origin = RadioField(
        _l("Where its people are from"), default=Origin.DOMESTIC.value, choices=choices(ORIGINS), validate_choice=False
    )
    regency_required = BooleanField(
        _l("Each belongs to a regency or city"),
        description=_l("The form then asks which one, for instance of a village."),
    )


class EverywhereForm(FlaskForm):
    number = StringField(_l("Seats in each session"))
    reason = TextAreaField(_l("Reason"), description=_l("The audit log keeps it, with your name."))


@page.route("/office/events/<event>/plan/new-role", methods=["GET", "POST"])
def add(event: str) -> ResponseReturnValue:
    plan = plan_of(event, by=acting())
    form, status = RoleForm(), 200
    if form.validate_on_submit():
        typed = _typed(form)
        if typed is None:
            status = put_problems(form, {"origin": "choice.missing"})
        else:
            try:
                add_role(plan.event.id, typed, by=acting())
            except Invalid as wrong:
                status = put_problems(form, wrong.problems)
                plan = plan_of(event, by=acting())
            else:
                flash(_("The role is there, with its seats in each session."), "success")
                return redirect(url_for("office.plans.show", event=event, _anchor="roles"), 303)
    return _page(plan, None, form, None), status


@page.route("/office/events/<event>/plan/roles/<role>", methods=["GET", "POST"])
def edit(event: str, role: str) -> ResponseReturnValue:
    plan = plan_of(event, by=acting())
    row = role_in(plan, role)
    form, status = RoleForm(obj=row, origin=row.origin.value), 200
    if form.validate_on_submit():
        typed = _typed(form)
        if typed is None:
            status = put_problems(form, {"origin": "choice.missing"})
        else:
            try:
                edit_role(row.id, typed, by=acting())
            except Invalid as wrong:
                status = put_problems(form, wrong.problems)
                plan = plan_of(event, by=acting())
                row = role_in(plan, role)
            else:
                flash(_("Saved."), "success")
                return redirect(url_for("office.plans.show", event=event, _anchor="roles"), 303)
    return _page(plan, row, form, EverywhereForm(formdata=None)), status


@page.post("/office/events/<event>/plan/roles/<role>/seats")
def seats(event: str, role: str) -> ResponseReturnValue:
    """The same number in every session that is still to be held, all or none."""
    plan = plan_of(event, by=acting())
    row = role_in(plan, role)
    everywhere = EverywhereForm()
    number = beside.whole_number(everywhere.number.data)
    try:
        quotas = quotas_of_role(row.id, clock.now())
        outcome = set_seats(dict.fromkeys(quotas, number), reason=everywhere.reason.data or "", by=acting())
    except Invalid as wrong:
        found = {("reason" if name == "reason" else "number"): code for name, code in wrong.problems.items()}
        status = put_problems(everywhere, found)
        plan = plan_of(event, by=acting())
        row = role_in(plan, role)
        form = RoleForm(formdata=None, obj=row, data={"origin": row.origin.value})
        return _page(plan, row, form, everywhere), status
    told = ngettext("The seats of %(num)s session are set.", "The seats of %(num)s sessions are set.", outcome.changed)
    flash(served.with_told(told, outcome.served), "success")
    return redirect(url_for("office.plans.show", event=event, _anchor="sessions"), 303)


@page.post("/office/events/<event>/plan/roles/<role>/move")
def move(event: str, role: str) -> ResponseReturnValue:
    row = role_in(plan_of(event, by=acting()), role)
    move_role(row.id, up=request.form.get("to") == "up", by=acting())
    return redirect(url_for("office.plans.show", event=event, _anchor="roles"), 303)


@page.post("/office/events/<event>/plan/roles/<role>/remove")
def remove(event: str, role: str) -> ResponseReturnValue:
    row = role_in(plan_of(event, by=acting()), role)
    try:
        remove_role(row.id, by=acting())
    except Refusal as no:
        if no.code != "role.has_history":
            raise
        flash(". ".join(sentence(no)), "danger")
        return redirect(url_for("office.plan_roles.edit", event=event, role=role), 303)
    flash(_("The role is taken out."), "success")
    return redirect(url_for("office.plans.show", event=event, _anchor="roles"), 303)


def _page(plan: Plan, role: Role | None, form: RoleForm, everywhere: EverywhereForm | None) -> str:
    return render_template("office/plan_roles/form.html", event=plan.event, role=role, form=form, everywhere=everywhere)


def _typed(form: RoleForm) -> RolePlan | None:
    if form.origin.data not in set(Origin):
        return None
    return RolePlan(
        slug=form.slug.data or "",
        name_id=form.name_id.data or "",
        name_en=form.name_en.data or "",
        seats=beside.whole_number(form.seats.data),
        origin=Origin(form.origin.data),
        regency_required=bool(form.regency_required.data),
    )
