"""How people come to seats, chosen by the national office: how a waiting list is served, the way into a role, its sub-quotas."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.places import countries, provinces, regencies
from tpbis_events.programmes.model import Event, Limit, LimitedBy, Origin, Role, Serving, WayIn
from tpbis_events.registrations import overview
from tpbis_events.registrations.change_ways import set_limit, set_serving, set_way_in
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import beside, served, words

page = Blueprint("ways", __name__)

SERVING_NOTES = {
    "seat": _l("The first who waits has the seat at once, and is told by mail."),
    "offer": _l(
        "The first who waits is offered the seat and answers within some working hours, else the next is offered it."
    ),
    "hand": _l("The seat stays free until the office gives it to the first who waits."),
}
WAY_NOTES = {
    "open": _l("Whoever registers gets a free seat at once."),
    "approval": _l("Whoever registers waits for the office's decision."),
    "invitation": _l("Only by the link of an invitation, to a person or an office with several places."),
    "nomination": _l("An agency or a country's focal point proposes names by its link; the office decides."),
}


class ServingForm(FlaskForm):
    serving = RadioField(
        _l("Seats that come free while somebody waits"),
        choices=[SelectChoice(kind, label) for kind, label in words.SERVINGS.items()],
        validate_choice=False,
    )
    offer_hours = StringField(
        _l("Working hours of an offer"),
        description=_l("Monday to Friday 08:00 to 16:00 in the session's own time, without holidays; 16 are two days."),
    )
    reminder_hours = StringField(_l("Remind so many working hours before it ends"), description=_l("0: no reminder."))


class WayForm(FlaskForm):
    way_in = RadioField(
        _l("How people come to this role"),
        choices=[SelectChoice(kind, label) for kind, label in words.WAYS_IN.items()],
        validate_choice=False,
    )


class LimitForm(FlaskForm):
    limited_by = RadioField(_l("Limit for"), choices=[], validate_choice=False)
    country = SelectField(_l("Country"), validate_choice=False)
    regency = SelectField(_l("Regency or city"), validate_choice=False)
    agency = StringField(_l("Agency"), description=_l("Its name, as people write it; empty for each agency alike."))
    most = StringField(_l("At most so many seats in each session"))


@page.route("/office/events/<event>/ways", methods=["GET", "POST"])
def show(event: str) -> ResponseReturnValue:
    """POST changes how the waiting lists of the whole event are served."""
    by = acting()
    row = overview.event_of(event, by=by, act=Act.CHANGE_WAYS)
    form, status = ServingForm(obj=row), 200
    if form.validate_on_submit():
        hours = beside.whole_number(form.offer_hours.data), beside.whole_number(form.reminder_hours.data)
        if form.serving.data not in set(Serving):
            form.serving.errors, status = [_("Choose one.")], 422
        else:
            try:
                outcome = set_serving(
                    row.id, Serving(form.serving.data), offer_hours=hours[0], reminder_hours=hours[1], by=by
                )
            except Refusal as no:
                status = beside.put(no, form, {"offer.hours": "offer_hours"})
                row = overview.event_of(event, by=by, act=Act.CHANGE_WAYS)
            else:
                flash(
                    served.with_told(_("The waiting lists of this event are served so from now on."), outcome.served),
                    "success",
                )
                return redirect(url_for("office.ways.show", event=event), 303)
    return render_template(
        "office/ways/show.html",
        event=row,
        form=form,
        notes=SERVING_NOTES,
        ways=words.WAYS_IN,
        limit_words=limit_words,
    ), status


@page.route("/office/events/<event>/ways/<role>", methods=["GET", "POST"])
def role(event: str, role: str) -> ResponseReturnValue:
    """POST with `act` way changes the way in, limit adds or changes a sub-quota, remove ends one."""
    row, here = _role(event, role)
    way, limit = WayForm(way_in=here.way_in.value), _limit_form(here)
    act, status = request.form.get("act", ""), 200
    if way.validate_on_submit():
        try:
            done = _change(act, here, way, limit)
        except Refusal as no:
            status = beside.put(no, limit, {"limit.number": "most", "limit.value": _value_field(limit)})
            row, here = _role(event, role)
        else:
            if done:
                flash(done, "success")
                return redirect(url_for("office.ways.role", event=event, role=role), 303)
            status = 422
    return render_template(
        "office/ways/role.html",
        event=row,
        role=here,
        way=way,
        limit=limit,
        notes=WAY_NOTES,
        limit_words=limit_words,
    ), status


def _role(event: str, role: str) -> tuple[Event, Role]:
    row = overview.event_of(event, by=acting(), act=Act.CHANGE_WAYS)
    here = next((each for each in row.roles if each.slug == role), None)
    if here is None:
        raise NotFound("role.unknown")
    return row, here


def _change(act: str, role: Role, way: WayForm, limit: LimitForm) -> str:
    """What became of it in words; empty when something was left unchosen, which is said beside the question then."""
    by = acting()
    if act == "way":
        if way.way_in.data not in set(WayIn):
            way.way_in.errors = [_("Choose one.")]
            return ""
        set_way_in(role.id, WayIn(way.way_in.data), by=by)
        return str(_("The way into this role is changed. Who is registered already stays as is."))
    if limit.limited_by.data not in set(LimitedBy):
        limit.limited_by.errors = [_("Choose one.")]
        return ""
    value = request.form.get("value", "") if act == "remove" else limit[_value_field(limit)].data or ""
    most = None if act == "remove" else beside.whole_number(limit.most.data)
    outcome = set_limit(role.id, LimitedBy(limit.limited_by.data), value, most, by=by)
    return served.with_told(
        _("The limit is taken away.") if act == "remove" else _("The limit is set. Who has a seat keeps it."),
        outcome.served,
    )


def _value_field(form: LimitForm) -> str:
    """The field that says which one a limit is for: as its kind is called."""
    kind = form.limited_by.data
    return kind if kind in set(LimitedBy) and kind in form else "agency"


def _limit_form(role: Role) -> LimitForm:
    """Limits of a role for people of this country go by regency, of one for guests by country; by agency go both."""
    form = LimitForm()
    each = [("", _("Each one alike"))]
    if role.origin is Origin.INTERNATIONAL:
        known = countries.all_countries(language())
        form.country.choices = each + [(one.code, one.name) for one in (*known.members, *known.others)]
        kinds, unasked = (LimitedBy.COUNTRY, LimitedBy.AGENCY), "regency"
    else:
        form.regency.choices = each + [
            (one.code, f"{one.name} ({province.name(language())})")
            for province in provinces.all_provinces()
            for one in regencies.regencies_of(province.code)
        ]
        kinds, unasked = (LimitedBy.REGENCY, LimitedBy.AGENCY), "country"
    form.limited_by.choices = [SelectChoice(kind.value, words.LIMITED_BY[kind]) for kind in kinds]
    del form[unasked]
    return form


def limit_words(limit: Limit) -> str:
    """Whom a limit is for: one country, regency or agency by its name, or each of them."""
    if not limit.value:
        each = {
            LimitedBy.COUNTRY: _("each country"),
            LimitedBy.REGENCY: _("each regency or city"),
            LimitedBy.AGENCY: _("each agency"),
        }
        return str(each[limit.limited_by])
    if limit.limited_by is LimitedBy.COUNTRY:
        return countries.country_name(limit.value, language())
    return regencies.regency(limit.value).name if limit.limited_by is LimitedBy.REGENCY else limit.value
