"""Create a programme or change it: its address, and name and summary in both languages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from tpbis_events.foundation.errors import Invalid
from tpbis_events.people.actor import Act
from tpbis_events.programmes.edit_programme import ProgrammePlan, create_programme, edit_programme
from tpbis_events.programmes.plans import programme_of
from tpbis_events.web.accounts import acting
from tpbis_events.web.office.plan_fields import put_problems

page = Blueprint("plan_programmes", __name__)


class ProgrammeForm(FlaskForm):
    slug = StringField(
        _l("Address"), description=_l("Small letters, digits and dashes, for example shm. People see it in links.")
    )
    name_id = StringField(_l("Name in Indonesian"))
    name_en = StringField(_l("Name in English"))
    summary_id = TextAreaField(_l("Summary in Indonesian"))
    summary_en = TextAreaField(_l("Summary in English"))


@page.route("/office/plans/new-programme", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    by = acting()
    by.require_somewhere(Act.PLAN)
    form, status = ProgrammeForm(), 200
    if form.validate_on_submit():
        try:
            create_programme(_typed(form), by=by)
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
        else:
            flash(_("The programme is there. Now add its first edition."), "success")
            return redirect(url_for("office.plans.index"), 303)
    return render_template("office/plan_programmes/form.html", event=None, programme=None, form=form), status


@page.route("/office/programmes/<programme>", methods=["GET", "POST"])
def edit(programme: str) -> ResponseReturnValue:
    row = programme_of(programme, by=acting())
    form, status = ProgrammeForm(obj=row), 200
    if form.validate_on_submit():
        try:
            edit_programme(row.id, _typed(form), by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
            row = programme_of(programme, by=acting())
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("office.plans.index"), 303)
    return render_template("office/plan_programmes/form.html", event=None, programme=row, form=form), status


def _typed(form: ProgrammeForm) -> ProgrammePlan:
    names = ("slug", "name_id", "name_en", "summary_id", "summary_en")
    return ProgrammePlan(**{name: form[name].data or "" for name in names})
