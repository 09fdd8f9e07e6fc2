"""The devices at the door of one session: links made, shown once, watched and taken back."""

from __future__ import annotations

import io
from base64 import b64encode

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField

from tpbis_events.attendance.devices import devices_of, is_good
from tpbis_events.attendance.give_device_link import give_device_link, revoke_device
from tpbis_events.attendance.scans import open_scans
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.people.actor import Act
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Session
from tpbis_events.registrations import roster as rosters
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import ENGLISH_PREFIX, language
from tpbis_events.web.presentation import day

page = Blueprint("devices", __name__)

PROBLEMS = {
    "device.name_missing": _l("Say which device it is, so that it can be told from the others."),
    "device.day_over": _l("This day is over."),
}


class DeviceForm(FlaskForm):
    name = StringField(_l("Device"), description=_l("Where it stands or whose it is: Table 1, the hotel's tablet."))
    day = SelectField(_l("Day"), validate_choice=False)
    may_search = BooleanField(
        _l("People may be found by name on it"),
        description=_l(
            "Then whoever holds the device can look up names. Without it names open by their QR codes alone."
        ),
    )


@page.route("/office/events/<event>/sessions/<session>/devices", methods=["GET", "POST"])
def index(event: str, session: str) -> ResponseReturnValue:
    """The link is shown in the answer to the form that made it, and never again: the database has its hash alone."""
    by = acting()
    row = rosters.session_of(event, session, by=by, act=Act.MANAGE_DOOR)
    form, link, status = _form(row), None, 200
    if form.validate_on_submit():
        day_id = int(form.day.data) if (form.day.data or "").isdigit() else 0
        try:
            given = give_device_link(row.id, day_id, form.name.data or "", may_search=form.may_search.data, by=by)
            link = _address(given.link)
        except Invalid as wrong:
            status = 422
            for field, code in wrong.problems.items():
                form[field].errors = [str(PROBLEMS[code])]
        row = rosters.session_of(event, session, by=by, act=Act.MANAGE_DOOR)
    now = clock.now()
    answer = render_template(
        "office/devices/index.html",
        session=row,
        event=row.event,
        form=form,
        lines=[(line, is_good(line.device, now)) for line in devices_of(row.id)],
        days={each.id: each for each in row.days},
        link=link,
        picture=_picture(link) if link else None,
        to_settle=open_scans(row.id),
    )
    return answer, status


@page.post("/office/events/<event>/sessions/<session>/devices/<int:device>/take-back")
def take_back(event: str, session: str, device: int) -> ResponseReturnValue:
    """The device opens nothing more; what still waits on it comes to the office's scans."""
    by = acting()
    row = rosters.session_of(event, session, by=by, act=Act.MANAGE_DOOR)
    if device not in {line.device.id for line in devices_of(row.id)}:
        raise NotFound("device.unknown")
    name = revoke_device(device, by=by)
    flash(_("The link of %(name)s is taken back.", name=name), "success")
    return redirect(url_for(".index", event=event, session=session), 303)


def _form(row: Session) -> DeviceForm:
    form = DeviceForm()
    form.day.choices = [(str(each.id), day(each.local_date)) for each in row.days]
    today = local_date(clock.now(), row.zone)
    coming = next((each for each in row.days if each.local_date >= today), row.days[-1])
    form.day.data = form.day.data or str(coming.id)
    return form


def _address(link: str) -> str:
    """On the installation's own address, in the language of this page."""
    prefix = ENGLISH_PREFIX if language() == "en" else ""
    return f"{current_app.config['BASE_URL']}{prefix}/door/open/{link}"


def _picture(link: str) -> str:
    picture = io.BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="png", scale=6, border=4)
    return "data:image/png;base64," + b64encode(picture.getvalue()).decode()
