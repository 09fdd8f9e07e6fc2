"""Create an edition or change it: names, texts, registration window on the clocks of a zone, certificate, size of waves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.foundation.errors import Invalid
from tpbis_events.places.zones import in_zone
from tpbis_events.programmes.edit_event import EventPlan, create_event, edit_event
from tpbis_events.programmes.model import NATIONAL_ZONE, AttendanceBy, Event
from tpbis_events.programmes.plans import plan_of, programme_of
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import put_problems, read_date, read_time, zones

page = Blueprint("plan_events", __name__)

_TEXTS = (
    "slug name_id name_en theme_id theme_en description_id description_en note_id note_en certificate_series"
    " signatory_name signatory_position_id signatory_position_en"
).split()


class EventForm(FlaskForm):
    slug = StringField(
        _l("Address"), description=_l("Small letters, digits and dashes, for example shm-provinsi-2027.")
    )
    name_id = StringField(_l("Name in Indonesian"))
    name_en = StringField(_l("Name in English"))
    theme_id = StringField(_l("Theme in Indonesian"))
    theme_en = StringField(_l("Theme in English"))
    description_id = TextAreaField(_l("Description in Indonesian"))
    description_en = TextAreaField(_l("Description in English"))
    note_id = TextAreaField(_l("Note in Indonesian"))
    note_en = TextAreaField(_l("Note in English"))
    zone = SelectField(_l("Time zone of the registration"), default=NATIONAL_ZONE, validate_choice=False)
    opens_on = StringField(_l("Opens on"))
    opens_at = StringField(_l("Opens at"), default="08:00")
    closes_on = StringField(_l("Closes on"))
    closes_at = StringField(_l("Closes at"), default="16:00")
    attendance_by = RadioField(
        _l("Attendance is kept for"),
        default=AttendanceBy.DAY.value,
        choices=[
            SelectChoice(AttendanceBy.DAY.value, _l("each day")),
            SelectChoice(AttendanceBy.ITEM.value, _l("each agenda item with JP")),
        ],
        description=_l("By items, the JP of a certificate are those of the items attended."),
        validate_choice=False,
    )
    late_after_minutes = StringField(
        _l("Late after"),
        default="15",
        description=_l("Minutes after the beginning from which somebody who is checked in counts as late."),
    )
    wave_smallest = StringField(_l("Fewest provinces in a wave"), default="8")
    wave_largest = StringField(_l("Most provinces in a wave"), default="9")
    certificate_percent = StringField(
        _l("Share of the days, in percent"),
        default="100",
        description=_l("Who attended at least so much earns a certificate."),
    )
    certificate_series = StringField(
        _l("Series of the numbers"), default="TPBIS", description=_l("Stands in the number of each certificate.")
    )
    signatory_name = StringField(_l("Name of the signatory"), description=_l("With titles, as it is printed."))
    signatory_position_id = StringField(_l("Position in Indonesian"))
    signatory_position_en = StringField(_l("Position in English"))


@page.route("/office/programmes/<programme>/new-event", methods=["GET", "POST"])
def new(programme: str) -> ResponseReturnValue:
    row = programme_of(programme, by=acting())
    form, status = EventForm(), 200
    form.zone.choices = zones(form.zone.data or "")
    if form.validate_on_submit():
        plan = _typed(form)
        try:
            create_event(row.id, plan, by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
            row = programme_of(programme, by=acting())
        else:
            flash(_("The edition is there, as a draft. Now add its roles, then its sessions."), "success")
            return redirect(url_for("office.plans.show", event=plan.slug.strip()), 303)
    return render_template("office/plan_events/form.html", event=None, programme=row, form=form), status


@page.route("/office/events/<event>/plan/texts", methods=["GET", "POST"])
def edit(event: str) -> ResponseReturnValue:
    row = plan_of(event, by=acting()).event
    form, status = EventForm(data=_known(row)), 200
    form.zone.choices = zones(row.zone)
    if form.validate_on_submit():
        plan = _typed(form)
        try:
            edit_event(row.id, plan, by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
            row = plan_of(event, by=acting()).event
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("office.plans.show", event=plan.slug.strip()), 303)
    return render_template("office/plan_events/form.html", event=row, programme=row.programme, form=form), status


def _typed(form: EventForm) -> EventPlan:
    texts: dict[str, str] = {name: form[name].data or "" for name in _TEXTS}
    return EventPlan(
        **texts,
        zone=form.zone.data or "",
        opens_on=read_date(form.opens_on.data),
        opens_at=read_time(form.opens_at.data),
        closes_on=read_date(form.closes_on.data),
        closes_at=read_time(form.closes_at.data),
        certificate_percent=beside.whole_number(form.certificate_percent.data),
        attendance_by=form.attendance_by.data or "",
        late_after_minutes=beside.whole_number(form.late_after_minutes.data),
        wave_smallest=_size(form.wave_smallest.data),
        wave_largest=_size(form.wave_largest.data),
    )


def _size(typed: str | None) -> int | None:
    return beside.whole_number(typed) if (typed or "").strip() else None


def _known(event: Event) -> dict[str, Any]:
    opens = in_zone(event.registration_opens_at, event.zone)
    closes = in_zone(event.registration_closes_at, event.zone)
    numbers = ("certificate_percent", "wave_smallest", "wave_largest")
    return {
        **{name: getattr(event, name) or "" for name in _TEXTS},
        **{name: str(getattr(event, name) or "") for name in numbers},
        "attendance_by": event.attendance_by.value,
        "late_after_minutes": str(event.late_after_minutes),
        "zone": event.zone,
        "opens_on": opens.date().isoformat(),
        "opens_at": opens.strftime("%H:%M"),
        "closes_on": closes.date().isoformat(),
        "closes_at": closes.strftime("%H:%M"),
    }
