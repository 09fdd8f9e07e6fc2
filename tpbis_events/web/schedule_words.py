"""A session's days, hours and place in words, for pages that show what was and what is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from tpbis_events.places.local_time import format_date, format_hours
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.programmes.model import Mode
from tpbis_events.programmes.schedule import Schedule, read
from tpbis_events.web.languages import language

MODES: dict[str, Any] = {
    Mode.ONSITE.value: _l("on site"),
    Mode.HYBRID.value: _l("on site and online"),
    Mode.ONLINE.value: _l("online"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A schedule in words of one language."""

    days: tuple[str, ...]
    place: str
    mode: str


def said(schedule: Schedule, locale: str) -> Said:
    days = tuple(
        f"{format_date(day.date, locale)}, {format_hours(starts, ends, schedule.zone, locale)}"
        for day, (starts, ends) in zip(schedule.days, schedule.moments, strict=True)
    )
    with force_locale(locale):
        return Said(days, schedule.place, str(MODES[schedule.mode.value]))


def old_and_new(change: SessionChange) -> tuple[Said, Said]:
    """Both sides of a change, in the page's language."""
    return said(read(change.before), language()), said(read(change.after), language())
