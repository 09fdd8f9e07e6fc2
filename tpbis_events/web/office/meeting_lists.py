"""Read in the list of a video call: who surely is whom, who perhaps, who nobody; a hand settles the rest, and it is saved.

The list travels in the page like an import; nothing is stored before it is saved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, SelectField, StringField

from tpbis_events.attendance.expected import expected_in
from tpbis_events.attendance.meeting_list import Visit, visits_of
from tpbis_events.attendance.meeting_match import matches_of
from tpbis_events.attendance.meeting_pack import packed, unpacked
from tpbis_events.attendance.save_meeting import Seen, save_meeting
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act
from tpbis_events.places.local_time import format_date
from tpbis_events.places.provinces import is_province, province
from tpbis_events.places.zones import INDONESIAN_ZONES, is_zone
from tpbis_events.programmes.model import Mode, Session, SessionDay
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.rules import plain
from tpbis_events.registrations.sheet import read_sheet
from tpbis_events.registrations.sheet_cells import MOST_BYTES, MOST_ROWS, BadSheet
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office.meeting_choices import Choices, choices_of, option
from tpbis_events.web.refusals import sentence

page = Blueprint("meeting_lists", __name__)

_LEAST = re.compile(r"\s*(\d{1,4})\s*(%|m\w*)?\s*", re.IGNORECASE)


class ListForm(FlaskForm):
    file = FileField(_l("File"))
    rows = HiddenField()
    name = HiddenField()
    day = SelectField(_l("Day"), coerce=int, validate_choice=False)
    zone = SelectField(_l("Clocks of the list"), validate_choice=False)
    least = StringField(_l("Shortest stay that counts"))


@dataclass(frozen=True, slots=True)
class Read:
    visits: tuple[Visit, ...]
    day: SessionDay
    least: int
    fresh: bool  # from the file, not yet looked at


@page.get("/office/events/<event>/sessions/<session>/online/list")
def ask(event: str, session: str) -> str:
    row = _session(event, session)
    return _ask(row, _form(row))


@page.post("/office/events/<event>/sessions/<session>/online/list")
def check(event: str, session: str) -> ResponseReturnValue:
    """The same page until it is saved: `step` is check or save."""
    row = _session(event, session)
    form = _form(row)
    if not form.validate_on_submit():
        return _ask(row, form), 400
    try:
        read = _read(row, form)
        choices = _choices(row, read)
        if request.form.get("step") == "save" and not read.fresh and not choices.wrong:
            return _save(row, form, read, choices)
        return _preview(row, form, read, choices)
    except BadSheet as no:
        form.file.errors = [". ".join(sentence(no)) if no.code != "sheet.none" else _("Choose a file first.")]
    except Refusal as no:
        if no.status in (403, 404):
            raise
        form.form_errors = [". ".join(sentence(no))]
    return _ask(_session(event, session), form), 422


def _session(event: str, session: str) -> Session:
    row = rosters.session_of(event, session, by=acting(), act=Act.MARK_ATTENDANCE)
    if row.mode is Mode.ONSITE:
        raise Refusal("online.not_by_video")
    return row


def _form(session: Session) -> ListForm:
    begun = _begun(session)
    form = ListForm(day=begun[-1].number if begun else 1, zone=session.zone)
    form.day.choices = [(day.number, format_date(day.local_date, language())) for day in begun]
    zones = {session.zone: session.zone, **INDONESIAN_ZONES, "UTC": "UTC"}
    form.zone.choices = [(zone, INDONESIAN_ZONES.get(zone, words)) for zone, words in zones.items()]
    return form


def _begun(session: Session) -> list[SessionDay]:
    now = clock.now()
    return [day for day in session.days if day.starts_at <= now]


def _read(session: Session, form: ListForm) -> Read:
    day = next((each for each in _begun(session) if each.number == form.day.data), None)
    if day is None:
        raise Refusal("attendance.unknown_day")
    carried = form.rows.data or ""
    if carried:
        visits = unpacked(carried)
    elif file := request.files.get("file"):
        form.name.data = plain((file.filename or "").replace("\\", "/").rpartition("/")[2], 120)
        visits = visits_of(read_sheet(file.stream.read(MOST_BYTES + 1)), day.local_date)
    else:
        raise BadSheet("sheet.none")
    return Read(visits, day, _minutes(form, day), fresh=not carried)


def _minutes(form: ListForm, day: SessionDay) -> int:
    """`45`, `45 min`, or `75 %` of the day's length; empty is no least."""
    text = (form.least.data or "").strip()
    found = _LEAST.fullmatch(text)
    if text and not found:
        form.least.errors = [_("Write minutes, or a number with a percent sign.")]
        return 0
    if not found:
        return 0
    number = int(found.group(1))
    length = (day.ends_at - day.starts_at).total_seconds() / 60
    return round(length * min(number, 100) / 100) if found.group(2) == "%" else number


def _choices(session: Session, read: Read) -> Choices:
    people = expected_in(session.id)
    code = session.province_code
    names = [province(code).name_id, province(code).name_en] if code and is_province(code) else []
    matches = matches_of(read.visits, people, place=" ".join([session.city, *names]))
    typed = None if read.fresh or request.form.get("step") == "again" else request.form
    return choices_of(matches, people, read.least, typed)


def _preview(session: Session, form: ListForm, read: Read, choices: Choices) -> ResponseReturnValue:
    form.rows.data = packed(read.visits)
    words = render_template(
        "office/meeting_lists/check.html",
        session=session,
        event=session.event,
        form=form,
        read=read,
        choices=choices,
        roles={quota.role_id: quota.role for quota in session.quotas},
        option=option,
    )
    return words, 422 if choices.wrong or form.least.errors else 200


def _save(session: Session, form: ListForm, read: Read, choices: Choices) -> ResponseReturnValue:
    event, slug = session.event.slug, session.slug
    visits = [(row.chosen, row.match.visit) for row in choices.rows if row.chosen]
    seen = [Seen(reference, visit.joined, visit.minutes) for reference, visit in visits]
    zone = form.zone.data if form.zone.data and is_zone(form.zone.data) else session.zone
    outcome = save_meeting(read.day.id, seen, zone=zone, by=acting())
    said = ngettext(
        "%(num)s person was checked in by the list.", "%(num)s people were checked in by the list.", outcome.new
    )
    if outcome.already:
        said += " " + ngettext("%(num)s was in before.", "%(num)s were in before.", outcome.already)
    flash(said, "success")
    if outcome.refused:
        flash(
            ngettext("%(num)s has no seat any longer.", "%(num)s have no seat any longer.", len(outcome.refused)),
            "warning",
        )
    return redirect(url_for("office.online.show", event=event, session=slug), 303)


def _ask(session: Session, form: ListForm) -> str:
    return render_template(
        "office/meeting_lists/ask.html",
        session=session,
        event=session.event,
        form=form,
        begun=bool(_begun(session)),
        most_rows=MOST_ROWS,
        most_megabytes=MOST_BYTES // 1_000_000,
    )
