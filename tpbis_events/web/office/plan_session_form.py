"""The form of a session: place, days, mode, closing; what was typed becomes a plan of a session."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, RadioField, SelectField, StringField, TextAreaField

from tpbis_events.foundation.errors import Invalid
from tpbis_events.places.provinces import all_provinces
from tpbis_events.places.zones import in_zone
from tpbis_events.programmes.model import Event, Mode, Session
from tpbis_events.programmes.planned_session import MOST_DAYS, PlannedDay, PlannedSession
from tpbis_events.web.languages import language
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import MODES, choices, put_problems, read_date, read_time, zones

_TEXTS = "slug name_id name_en city venue access_id access_en online_url".split()
# What people were told: fixed in the form once somebody is registered.
FIXED = ("province_code", "city", "venue", "zone", "mode", "online_url", "days")


class DayForm(Form):
    on = StringField(_l("Date"))
    starts = StringField(_l("Begins at"))
    ends = StringField(_l("Until"))


class SessionForm(FlaskForm):
    slug = StringField(_l("Address"), description=_l("Small letters, digits and dashes, for example bali."))
    name_id = StringField(_l("Name in Indonesian"))
    name_en = StringField(_l("Name in English"))
    wave = SelectField(_l("Wave"), validate_choice=False)
    province_code = SelectField(_l("Province"), validate_choice=False)
    city = StringField(_l("City or regency"))
    venue = StringField(_l("Venue"), description=_l("The building, and its street where people may not know it."))
    access_id = TextAreaField(
        _l("Accessibility in Indonesian"),
        description=_l("How somebody in a wheelchair gets in, whether there is an interpreter, where to ask."),
    )
    access_en = TextAreaField(_l("Accessibility in English"), description=_l("The same, for those who read English."))
    zone = SelectField(_l("Time zone"), validate_choice=False)
    days = FieldList(FormField(DayForm), label=_l("Days"), max_entries=MOST_DAYS + 1)
    mode = RadioField(_l("How it is held"), default=Mode.ONSITE.value, choices=choices(MODES), validate_choice=False)
    online_url = StringField(
        _l("Address of the online meeting"),
        description=_l("Shown to those who have a seat, and to nobody else. It may follow later."),
    )
    closes_on = StringField(_l("Closes on"))
    closes_at = StringField(_l("Closes at"))


def offer(form: SessionForm, event: Event, zone: str = "", *, one_more: bool = False) -> None:
    """The choices of a form, and an empty row where there is no day yet or one more is asked for."""
    form.wave.choices = [("", "—"), *((str(wave.number), str(wave.number)) for wave in event.waves)]
    if "days" not in form:
        return
    form.province_code.choices = [("", "—"), *((each.code, each.name(language())) for each in all_provinces())]
    form.zone.choices = zones(zone or form.zone.data or "")
    if not len(form.days) or (one_more and len(form.days) < MOST_DAYS):
        last = form.days[-1].form if len(form.days) else None
        hours = {"starts": last.starts.data, "ends": last.ends.data} if last else {"starts": "08:30", "ends": "16:00"}
        form.days.append_entry(hours)


def known(session: Session) -> dict[str, Any]:
    """What the form shows of a session at first."""
    closes = session.registration_closes_at and in_zone(session.registration_closes_at, session.zone)
    days = [
        {
            "on": day.local_date.isoformat(),
            "starts": in_zone(day.starts_at, session.zone).strftime("%H:%M"),
            "ends": in_zone(day.ends_at, session.zone).strftime("%H:%M"),
        }
        for day in session.days
    ]
    return {
        **{name: getattr(session, name) or "" for name in _TEXTS},
        "wave": str(session.wave.number) if session.wave else "",
        "province_code": session.province_code or "",
        "zone": session.zone,
        "days": days,
        "mode": session.mode.value,
        "closes_on": closes.date().isoformat() if closes else "",
        "closes_at": closes.strftime("%H:%M") if closes else "",
    }


def typed(form: SessionForm, fixed: dict[str, Any] | None = None) -> PlannedSession:
    """The plan that was typed; `fixed` are values of fields that this form doesn't have. A row without a date is no day.

    Refuses by Invalid what isn't a plan at all: a closing that can't be read, a mode that there isn't.
    """
    told: dict[str, Any] = {
        name: form[name].data or "" for name in ("wave", "province_code", "zone", "mode", *_TEXTS) if name in form
    }
    told |= {name: value for name, value in (fixed or {}).items() if name in FIXED}
    problems = {}
    closing = {name: (form[name].data or "").strip() for name in ("closes_on", "closes_at")}
    if closing["closes_on"] and read_date(closing["closes_on"]) is None:
        problems["closes_on"] = "date.missing"
    if closing["closes_at"] and read_time(closing["closes_at"]) is None:
        problems["closes_at"] = "time.missing"
    if told["mode"] not in set(Mode):
        problems["mode"] = "choice.missing"
    if problems:
        raise Invalid(problems)
    days = told.pop("days", None) or [row.form.data for row in _rows(form)]
    return PlannedSession(
        **{name: told[name] for name in (*_TEXTS, "province_code", "zone")},
        mode=Mode(told["mode"]),
        wave=beside.whole_number(told["wave"]) if told["wave"] else None,
        days=tuple(PlannedDay(read_date(day["on"]), read_time(day["starts"]), read_time(day["ends"])) for day in days),
        closes_on=read_date(closing["closes_on"]),
        closes_at=read_time(closing["closes_at"]) or (read_time("16:00") if closing["closes_on"] else None),
    )


def put(form: SessionForm, problems: dict[str, str]) -> int:
    """Problems of days are counted by the days that were typed; here they go to their rows."""
    rows = [index for index, row in enumerate(form.days) if not _is_empty(row.form)] if "days" in form else []

    def here(name: str) -> str:
        part, _dash, rest = name.partition("-")
        at, _dash, field = rest.partition("-")
        if part != "days" or not at.isdigit():
            return name
        return f"days-{rows[int(at)] if int(at) < len(rows) else 0}-{field}"

    return put_problems(form, {here(name): code for name, code in problems.items()})


def _rows(form: SessionForm) -> list[Any]:
    return [row for row in form.days if not _is_empty(row.form)]


def _is_empty(row: Form) -> bool:
    return not (row["on"].data or "").strip()
