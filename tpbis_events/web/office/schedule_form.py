"""The form of a session's days, hours and place: what was typed becomes a schedule, and a fault goes back to its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.places.zones import INDONESIAN_ZONES
from tpbis_events.programmes.model import Mode
from tpbis_events.programmes.schedule import MOST_DAYS, Day, Schedule
from tpbis_events.web.schedule_words import MODES

_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
PROBLEMS: dict[str, Any] = {
    "schedule.city_missing": _l("Say in which city it is."),
    "text.too_long": _l("This is too long."),
    "schedule.address": _l("Give a whole address that begins with https://."),
    "schedule.address_missing": _l("An online session needs its address."),
    "schedule.zone": _l("Choose a time zone from the list."),
    "schedule.day_missing": _l("Give at least one day."),
    "schedule.too_many_days": _l("A session has at most 14 days."),
    "schedule.end_before_start": _l("The day must end after it begins."),
    "schedule.days_overlap": _l("This date stands here twice."),
    "schedule.hour_skipped": _l("The clocks of this zone skip that hour."),
    "schedule.day_past": _l("This day would have begun already."),
    "waves.end_before_start": _l("The wave must end after it begins."),
    "reschedule.reason_missing": _l("Say why; everybody reads it in the mail."),
}


class DayForm(Form):
    date = StringField(_l("Date"))
    starts = StringField(_l("Begins"))
    ends = StringField(_l("Ends"))


class ScheduleForm(FlaskForm):
    """`seen` is the count of changes that the page was filled from: a form that is older than the session changes nothing."""

    days = FieldList(FormField(DayForm), label=_l("Days"), max_entries=MOST_DAYS + 1)
    zone = SelectField(_l("Time zone"), validate_choice=False)
    city = StringField(_l("City or regency"))
    venue = StringField(_l("Building or room"))
    mode = RadioField(
        _l("How it is held"),
        choices=[SelectChoice(value, label) for value, label in MODES.items()],
        validate_choice=False,
    )
    online_url = StringField(_l("Online address"), description=_l("Told to those who have a seat, and to nobody else."))
    reason = TextAreaField(_l("Reason"), description=_l("Everybody who is registered reads it in the mail."))
    tell = BooleanField(
        _l("Tell everybody by mail"),
        description=_l("Take the tick away only for a slip that nobody has noticed. The history keeps it either way."),
    )
    seen = HiddenField()


def offered(form: ScheduleForm, zone: str) -> None:
    """The zones to choose from, and one empty row after the days."""
    zones = [(name, f"{INDONESIAN_ZONES[name]} ({name.split('/')[1]})") for name in _ZONES]
    form.zone.choices = zones if zone in _ZONES else [*zones, (zone, zone)]
    last = form.days[-1].form if len(form.days) else None
    if len(form.days) < MOST_DAYS + 1 and (last is None or last.date.data):
        hours = (last.starts.data, last.ends.data) if last else ("08:30", "16:00")
        form.days.append_entry({"starts": hours[0], "ends": hours[1]})


def filled_from(schedule: Schedule, seen: int) -> dict[str, Any]:
    """What the form shows at first: the schedule as it is."""
    return {
        "days": [
            {"date": day.date.isoformat(), "starts": f"{day.starts:%H:%M}", "ends": f"{day.ends:%H:%M}"}
            for day in schedule.days
        ],
        "zone": schedule.zone,
        "city": schedule.city,
        "venue": schedule.venue,
        "mode": schedule.mode.value,
        "online_url": schedule.online_url,
        "tell": True,
        "seen": str(seen),
    }


def typed(form: ScheduleForm) -> Schedule | None:
    """The schedule that was typed; none when a date or an hour can't be read, which is then said beside it.

    A row without a date is no day.
    """
    days = []
    for row in form.days:
        if (row.form.date.data or "").strip():
            day = _day(row.form)
            if day is None:
                form.days.errors = [row.form.errors]  # so that the summary looks into the rows
                return None
            days.append(day)
    if (form.mode.data or "") not in MODES:
        form.mode.errors = [_("Choose one.")]
        return None
    return Schedule(
        zone=form.zone.data or "",
        days=tuple(days),
        city=form.city.data or "",
        venue=form.venue.data or "",
        mode=Mode(form.mode.data),
        online_url=form.online_url.data or "",
    )


def put(form: ScheduleForm, problems: Mapping[str, str]) -> None:
    """Say beside each field what is wrong with it. The days of the problems are in the order of time, the rows as typed."""
    rows = [row.form for row in form.days if (row.form.date.data or "").strip()]
    rows.sort(key=lambda row: (row.date.data, row.starts.data))
    for name, code in problems.items():
        words = str(PROBLEMS.get(code, code))
        if name.startswith("days-"):
            number = int(name.removeprefix("days-"))
            row = rows[number] if number < len(rows) else form.days[0].form
            field = row.ends if code == "schedule.end_before_start" else row.date
            form.days.errors = [problems]  # so that the summary looks into the rows
        else:
            field = form[name]
        field.errors = [*field.errors, words]


def _day(row: DayForm) -> Day | None:
    try:
        on = date.fromisoformat((row.date.data or "").strip())
    except ValueError:
        row.date.errors = [_("Give the date as year-month-day, for instance 2027-03-09.")]
        return None
    hours = [_clock(row.starts), _clock(row.ends)]
    if hours[0] is None or hours[1] is None:
        return None
    return Day(on, hours[0], hours[1])


def _clock(field: StringField) -> time | None:
    """An hour, written with a point as in Indonesian or with a colon."""
    try:
        return time.fromisoformat((field.data or "").strip().replace(".", ":").zfill(5)).replace(
            second=0, microsecond=0
        )
    except ValueError:
        field.errors = [_("Give the hour as 08.30.")]
        return None
