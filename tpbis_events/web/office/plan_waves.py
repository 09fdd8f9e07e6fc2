"""The waves of an edition: their numbers and the dates between which their sessions should be."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import StringField

from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.programmes.edit_wave import WavePlan, add_wave, edit_wave, remove_wave
from tpbis_events.programmes.model import Wave
from tpbis_events.programmes.plans import Plan, plan_of
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import put_problems, read_date

page = Blueprint("plan_waves", __name__)


class WaveForm(FlaskForm):
    number = StringField(_l("Number"))
    starts_on = StringField(_l("Not before"))
    ends_on = StringField(_l("Not after"), description=_l("Both empty: any date will do."))


@page.route("/office/events/<event>/plan/new-wave", methods=["GET", "POST"])
def add(event: str) -> ResponseReturnValue:
    plan = plan_of(event, by=acting())
    following = max((wave.number for wave in plan.event.waves), default=0) + 1
    form, status = WaveForm(data={"number": following}), 200
    if form.validate_on_submit():
        typed, problems = _typed(form)
        try:
            if problems:
                raise Invalid(problems)
            add_wave(plan.event.id, typed, by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
            plan = plan_of(event, by=acting())
        else:
            flash(_("Wave %(number)s is there.", number=typed.number), "success")
            return redirect(url_for("office.plans.show", event=event, _anchor="waves"), 303)
    return render_template("office/plan_waves/form.html", event=plan.event, wave=None, form=form), status


@page.route("/office/events/<event>/plan/waves/<int:number>", methods=["GET", "POST"])
def edit(event: str, number: int) -> ResponseReturnValue:
    plan = plan_of(event, by=acting())
    row = _wave(plan, number)
    form, status = WaveForm(obj=row), 200
    if form.validate_on_submit():
        typed, problems = _typed(form)
        try:
            if problems:
                raise Invalid(problems)
            edit_wave(row.id, typed, by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
            plan = plan_of(event, by=acting())
            row = _wave(plan, number)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("office.plans.show", event=event, _anchor="waves"), 303)
    return render_template("office/plan_waves/form.html", event=plan.event, wave=row, form=form), status


@page.post("/office/events/<event>/plan/waves/<int:number>/remove")
def remove(event: str, number: int) -> ResponseReturnValue:
    row = _wave(plan_of(event, by=acting()), number)
    sessions = remove_wave(row.id, by=acting())
    told = _("Wave %(number)s is taken out.", number=number)
    if sessions:
        told += " " + ngettext("%(num)s session is in no wave now.", "%(num)s sessions are in no wave now.", sessions)
    flash(told, "success")
    return redirect(url_for("office.plans.show", event=event, _anchor="waves"), 303)


def _wave(plan: Plan, number: int) -> Wave:
    wave = next((each for each in plan.event.waves if each.number == number), None)
    if wave is None:
        raise NotFound("wave.unknown")
    return wave


def _typed(form: WaveForm) -> tuple[WavePlan, dict[str, str]]:
    """What was typed, and the dates among it that are none: empty ones are allowed here."""
    problems = {}
    dates = {}
    for name in ("starts_on", "ends_on"):
        text = str(form[name].data or "")
        dates[name] = read_date(text)
        if text.strip() and dates[name] is None:
            problems[name] = "date.missing"
    return WavePlan(beside.whole_number(form.number.data), **dates), problems
