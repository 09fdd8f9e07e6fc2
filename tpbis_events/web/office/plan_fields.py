"""What the forms of a plan share: dates, hours and numbers as people type them, and what is wrong in words beside its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from tpbis_events.places.zones import INDONESIAN_ZONES
from tpbis_events.programmes.model import AgendaKind, Mode, Origin

PROBLEMS: dict[str, Any] = {
    "text.missing": _l("Please fill this in."),
    "text.one_language": _l("The other language has it; please say it in this one too, or empty both."),
    "text.too_long": _l("This is too long."),
    "slug.missing": _l("Please give the words of the address."),
    "slug.form": _l("Only small letters a to z, digits and single dashes, for example shm-provinsi-2027."),
    "slug.taken": _l("This is taken already."),
    "slug.published": _l("This address has been given out since the event was published, so it stays."),
    "zone.unknown": _l("There is no such time zone."),
    "date.missing": _l("Please give a date, as 2027-03-15."),
    "date.years": _l("Please give a date between 2000 and 2100."),
    "time.missing": _l("Please give an hour, as 08.30."),
    "time.skipped": _l("The clocks of this place skip this hour on that day: summer time begins."),
    "window.order": _l("The end lies before the beginning."),
    "hours.order": _l("It ends before it begins."),
    "late.range": _l("Give a whole number of minutes from 0 to 480."),
    "percent.range": _l("Give a whole number from 1 to 100."),
    "wave.size": _l("Give a whole number from 1 to 99, or leave it empty."),
    "wave.size_order": _l("The largest is smaller than the smallest."),
    "wave.number": _l("Give a whole number from 1 to 99."),
    "wave.taken": _l("There is a wave of this number already."),
    "seats.range": _l("Give a whole number from 0 to 500."),
    "seats.taken": _l("More seats than this are taken. Cancel or move somebody first."),
    "seats.reason_missing": _l("Say why the seats change; the audit log keeps it."),
    "origin.published": _l("The event is published, so this stays."),
    "choice.unknown": _l("Please choose one from the list."),
    "choice.missing": _l("Please choose one."),
    "url.form": _l("Give a whole address that begins with https:// and has no password in it."),
    "days.number": _l("A session has 1 to 14 days."),
    "days.order": _l("Each day must come after the one before."),
    "day.range": _l("Give the number of a day from 1 to 14, or 0 while it is not known."),
    "jp.range": _l("Give a whole number from 0 to 24."),
    "closing.before_opening": _l("That is before registration opens."),
    "closing.after_end": _l("That is after the session ends."),
    "window.days": _l("Give a whole number of days from -60 to 120."),
    "points.range": _l("Give a whole number of points from 0 to 100."),
    "options.number": _l("Give two to ten answers to choose from."),
    "options.right": _l("Mark the right answer: one where one is asked, at least one where several are."),
    "shift.range": _l("Give a whole number of days from 1 to 1500."),
    "sessions.number": _l("Choose at least one province, and no more than 60."),
}
MODES: dict[str, Any] = {
    Mode.ONSITE.value: _l("On site"),
    Mode.ONLINE.value: _l("Online"),
    Mode.HYBRID.value: _l("On site and online"),
}
ORIGINS: dict[str, Any] = {
    Origin.DOMESTIC.value: _l("From Indonesia"),
    Origin.INTERNATIONAL.value: _l("From abroad"),
}
KINDS: dict[str, Any] = {
    AgendaKind.REGISTRATION.value: _l("Registration"),
    AgendaKind.CEREMONY.value: _l("Ceremony"),
    AgendaKind.TALK.value: _l("Talk"),
    AgendaKind.DISCUSSION.value: _l("Discussion"),
    AgendaKind.BREAK.value: _l("Break"),
    AgendaKind.VISIT.value: _l("Visit"),
    AgendaKind.EVALUATION.value: _l("Evaluation"),
}
_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


def choices(words: Mapping[str, Any]) -> list[Any]:
    return [SelectChoice(value, label) for value, label in words.items()]


def zones(known: str = "") -> list[tuple[str, str]]:
    """The three zones of Indonesia by name, and the one that is set already when it is another."""
    offered = [(zone, f"{INDONESIAN_ZONES[zone]} ({zone.split('/')[1]})") for zone in _ZONES]
    return offered if known in ("", *_ZONES) else [*offered, (known, known)]


def read_date(typed: str | None) -> date | None:
    """A date as the browser sends it, 2027-03-15; none when it is empty or isn't one."""
    try:
        return date.fromisoformat((typed or "").strip())
    except ValueError:
        return None


def read_time(typed: str | None) -> time | None:
    """An hour as 08:30 or 08.30; none when it is empty or isn't one."""
    hours, _point, minutes = (typed or "").strip().replace(".", ":").partition(":")
    if not (hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit() and len(minutes) == 2):
        return None
    try:
        return time(int(hours[:3]), int(minutes))
    except ValueError:
        return None


def written_time(value: time | None) -> str:
    return value.strftime("%H:%M") if value else ""


def put_problems(form: FlaskForm, problems: Mapping[str, str]) -> int:
    """Each problem in words beside its field; one that has no field here stands above the form. The status to answer with."""
    by_name = dict(_named(form))
    for name, code in problems.items():
        words = str(PROBLEMS.get(code, code))
        if name in by_name:
            by_name[name].errors = [*by_name[name].errors, words]
        else:
            form.form_errors = [*form.form_errors, words]
    for each in form:  # the summary looks into a list only when it has errors of its own
        if hasattr(each, "entries") and any(entry.errors for entry in each.entries):
            each.errors = [True]
    return 422


def _named(fields: Iterable[Field]) -> Iterable[tuple[str, Field]]:
    for field in fields:
        if hasattr(field, "entries"):
            yield from _named(field.entries)
        elif hasattr(field, "form"):
            yield from _named(field.form)
        else:
            yield field.name, field
