"""How the public pages tell dates, hours, places and agendas, and mark what is planned and not yet confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import format_decimal, ngettext

from tpbis_events.places.local_time import format_date, format_date_range, format_datetime, format_hours
from tpbis_events.places.provinces import province
from tpbis_events.programmes.model import AgendaItem, AgendaKind, Certainty, Event, Session
from tpbis_events.programmes.registration_window import closes_at
from tpbis_events.web.languages import language


@dataclass(frozen=True, slots=True)
class Fact:
    """Something told, and whether it is only planned: not confirmed by any report."""

    text: str
    planned: bool


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """An item of an agenda; `hours` is empty and `day` none where they aren't known or differ from session to session."""

    item: AgendaItem
    hours: str
    day: date | None
    planned: bool


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """One day of an agenda; `day` is none where the agenda holds for many sessions."""

    number: int
    day: date | None
    lines: tuple[AgendaLine, ...]


def planned(certainty: Certainty) -> bool:
    return certainty is not Certainty.REPORTED


def number(value: int) -> str:
    """A whole number with the language's marks for thousands."""
    return str(format_decimal(value))


def dates(session: Session) -> Fact:
    """The day with its weekday, or from which to which day."""
    days = [day.local_date for day in session.days]
    text = format_date(days[0], language()) if len(days) == 1 else format_date_range(days, language())
    return Fact(text, planned(session.date_certainty))


def hours(session: Session) -> Fact:
    """The hours of the first day, in the session's zone, with the zone's name."""
    first = session.days[0]
    text = format_hours(first.starts_at, first.ends_at, session.zone, language())
    return Fact(text, planned(session.hours_certainty))


def city(session: Session) -> Fact:
    return Fact(session.city, planned(session.city_certainty))


def venue(session: Session) -> Fact | None:
    """The place of the meeting; none while it isn't known."""
    if not session.venue or session.venue_certainty is Certainty.UNKNOWN:
        return None
    return Fact(session.venue, planned(session.venue_certainty))


def province_name(session: Session) -> str:
    return province(session.province_code).name(language()) if session.province_code else ""


def where(event: Event) -> str:
    """In how many provinces, or in which city."""
    provinces = {session.province_code for session in event.sessions if session.province_code}
    if len(provinces) > 1:
        return str(ngettext("%(num)s province", "%(num)s provinces", len(provinces)))
    return ", ".join(sorted({session.city for session in event.sessions}))


def over(sessions: Iterable[Session], now: datetime) -> bool:
    """Whether all of them have ended."""
    return all(session.ends_at <= now for session in sessions)


def closes_last(event: Event, locale: str) -> str:
    """The moment at which the last session of an event closes, in its zone; of several at once, that of the event."""
    last = max(event.sessions, key=lambda each: (closes_at(each), each.zone == event.zone))
    return format_datetime(closes_at(last), last.zone, locale)


def agenda(items: Iterable[AgendaItem], days: dict[int, date]) -> list[AgendaDay]:
    """An agenda day by day, without the visits of which the hour isn't known: those are in `visits`."""
    by_day: dict[int, list[AgendaLine]] = {}
    for item in items:
        if item.day_number and not _hourless_visit(item):
            by_day.setdefault(item.day_number, []).append(_line(item, days))
    return [AgendaDay(day, days.get(day), tuple(lines)) for day, lines in sorted(by_day.items())]


def visits(items: Iterable[AgendaItem], days: dict[int, date]) -> list[AgendaLine]:
    """Visits of which the hour isn't known and that no line of the agenda names; those on a known day first."""
    items = list(items)
    chosen = [item for item in items if _hourless_visit(item) and not _in_agenda(item, items)]
    return [_line(item, days) for item in sorted(chosen, key=lambda item: (item.day_number == 0, item.sort))]


def _in_agenda(visit: AgendaItem, items: Iterable[AgendaItem]) -> bool:
    """Whether a line with an hour has the visited place, by its name, in its own title or place."""
    lines = (f"{each.title_id} {each.place_id}".casefold() for each in items if not _hourless_visit(each))
    return any(visit.title_id.casefold() in line for line in lines)


def _hourless_visit(item: AgendaItem) -> bool:
    return item.kind is AgendaKind.VISIT and item.starts is None


def _line(item: AgendaItem, days: dict[int, date]) -> AgendaLine:
    return AgendaLine(item, _clock_hours(item), days.get(item.day_number), planned(item.certainty))


def _clock_hours(item: AgendaItem) -> str:
    parts = [_clock(at) for at in (item.starts, item.ends) if at]
    return "\N{EN DASH}".join(parts)


def _clock(at: time) -> str:
    return at.strftime("%H.%M" if language() == "id" else "%H:%M")
