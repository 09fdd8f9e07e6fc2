"""Many sessions of an edition at once: one for each province chosen, in its capital, on its own clocks, on the same day."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from tpbis_events.foundation.errors import Invalid
from tpbis_events.places.provinces import all_provinces, is_province, province
from tpbis_events.programmes.add_sessions import add_sessions
from tpbis_events.programmes.planned_session import PlannedDay, PlannedSession
from tpbis_events.programmes.plans import Plan, plan_of
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import put_problems, read_date, read_time

page = Blueprint("plan_provinces", __name__)


class ProvincesForm(FlaskForm):
    name = StringField(
        _l("Name before the province"), default="SHM", description=_l("SHM gives SHM Bali, SHM Papua and so on.")
    )
    wave = SelectField(_l("Wave"), validate_choice=False)
    on = StringField(_l("Date"), description=_l("The same for all at first; the wave planner spreads them."))
    starts = StringField(_l("From"), default="08:30", description=_l("On the clocks of each province."))
    ends = StringField(_l("Until"), default="16:00")
    provinces = SelectMultipleField(
        _l("Provinces"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


@page.route("/office/events/<event>/plan/new-sessions", methods=["GET", "POST"])
def add(event: str) -> ResponseReturnValue:
    """All or none. Provinces that have a session already aren't offered."""
    plan = plan_of(event, by=acting())
    form, status = ProvincesForm(), 200
    if form.validate_on_submit():
        try:
            added = add_sessions(plan.event.id, _typed(form), by=acting())
        except Invalid as wrong:
            status = put_problems(form, {_FIELDS.get(name, name): code for name, code in wrong.problems.items()})
            plan = plan_of(event, by=acting())
        else:
            told = ngettext("%(num)s session is there.", "%(num)s sessions are there.", len(added))
            flash(told, "success")
            return redirect(url_for("office.plans.show", event=event, _anchor="sessions"), 303)
    form.wave.choices = [("", "—"), *((str(wave.number), str(wave.number)) for wave in plan.event.waves)]
    form.provinces.choices = _offered(plan)
    return render_template("office/plan_sessions/provinces.html", event=plan.event, form=form), status


# Where a problem of a planned session belongs in this form.
_FIELDS = {
    "days-0-on": "on",
    "days-0-starts": "starts",
    "days-0-ends": "ends",
    "name_id": "name",
    "name_en": "name",
    "slug": "provinces",
    "sessions": "provinces",
}


def _offered(plan: Plan) -> list[tuple[str, str]]:
    met = {session.province_code for session in plan.event.sessions}
    return [(each.code, each.name(language())) for each in all_provinces() if each.code not in met]


def _typed(form: ProvincesForm) -> list[PlannedSession]:
    codes = form.provinces.data or []
    if not all(is_province(code) for code in codes):
        raise Invalid({"provinces": "choice.unknown"})
    day = PlannedDay(read_date(form.on.data), read_time(form.starts.data), read_time(form.ends.data))
    wave = beside.whole_number(form.wave.data) if form.wave.data else None
    prefix = (form.name.data or "").strip()
    return [
        PlannedSession(
            slug=each.slug,
            name_id=f"{prefix} {each.name_id}".strip(),
            name_en=f"{prefix} {each.name_en}".strip(),
            city=each.capital,
            zone=each.zone,
            days=(day,),
            province_code=each.code,
            wave=wave,
        )
        for each in map(province, dict.fromkeys(codes))
    ]
