"""The forms of a message: its words, and when and how fast it goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField

from tpbis_events.foundation.errors import Invalid
from tpbis_events.messages.model import Message, MessageState
from tpbis_events.messages.text import UnknownPlaceholder
from tpbis_events.places.local_time import at_local
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import choices, read_date, read_time

# State -> kind of badge and words.
STATES: dict[MessageState, tuple[str, Any]] = {
    MessageState.DRAFT: ("draft", _l("Draft")),
    MessageState.SCHEDULED: ("waiting", _l("Scheduled")),
    MessageState.RUNNING: ("open", _l("Being sent")),
    MessageState.STOPPED: ("closed", _l("Stopped")),
    MessageState.DONE: ("sent", _l("Done")),
}
WHEN = {"now": _l("At once"), "at": _l("At a day and hour")}
PER = {"minute": _l("in a minute"), "hour": _l("in an hour")}


class MessageForm(FlaskForm):
    subject_id = StringField(_l("Subject in Indonesian"))
    text_id = TextAreaField(_l("Text in Indonesian"))
    subject_en = StringField(_l("Subject in English"))
    text_en = TextAreaField(_l("Text in English"))


class ScheduleForm(FlaskForm):
    when = RadioField(_l("When it goes"), choices=choices(WHEN), default="now", validate_choice=False)
    date = StringField(_l("Day"))
    time = StringField(_l("Hour"), default="09:00")
    pace = StringField(
        _l("How many at most"), description=_l("Leave it empty to send them as fast as the mail server takes them.")
    )
    per = SelectField(_l("In which time"), choices=choices(PER), default="minute", validate_choice=False)


def put_problems(form: FlaskForm, wrong: Invalid) -> int:
    """What is wrong with each field, beside it; the status."""
    words = {
        "text.missing": _("Please fill this in: each person reads it in her language."),
        "text.too_long": _("This is too long: at most 4,000 characters and 200 lines."),
        "moment.past": _("This moment is over. Choose one that is still to come."),
        "moment.far": _("Choose a moment within a year."),
        "moment.missing": _("Please give a day and an hour."),
        "pace.range": _("Give a whole number from 1, at most 600 in a minute."),
    }
    unknown = wrong.unknown if isinstance(wrong, UnknownPlaceholder) else {}
    for name, code in wrong.problems.items():
        field = form["date" if name == "at" else name]
        wrong_words = ", ".join(unknown.get(name, ()))
        told = _("This is no placeholder here: %(unknown)s", unknown=wrong_words) if wrong_words else words[code]
        field.errors = [*field.errors, told]
    return wrong.status


def moment_of(form: ScheduleForm, message: Message) -> datetime | None:
    """When it goes, on the clocks of the event's zone; None: at once. Refuses a day or hour that is none (Invalid)."""
    if form.when.data != "at":
        return None
    day, hour = read_date(form.date.data), read_time(form.time.data)
    try:
        if day is None or hour is None:
            raise ValueError
        return at_local(day, hour, message.event.zone)
    except ValueError as wrong:
        raise Invalid({"at": "moment.missing"}) from wrong


def per_hour(form: ScheduleForm) -> int | None:
    """How many in an hour at most; None: no limit, and what is no number is 0, which the command refuses."""
    if not (form.pace.data or "").strip():
        return None
    return max(beside.whole_number(form.pace.data), 0) * (60 if form.per.data == "minute" else 1)
