"""One event: what it is for, when, where in each province, and who comes as what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template

from tpbis_events.foundation import clock
from tpbis_events.places.local_time import format_date_range, format_datetime, local_date
from tpbis_events.programmes import catalogue
from tpbis_events.programmes.model import Event, Session
from tpbis_events.programmes.registration_window import Window, closes_at, window
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.web.languages import language
from tpbis_events.web.public import told, ways_in
from tpbis_events.web.public.told import Fact

page = Blueprint("events", __name__)


@dataclass(frozen=True, slots=True)
class Card:
    """A session among the others of its wave."""

    session: Session
    state: Window
    province: str
    city: Fact
    dates: Fact
    hours: Fact
    seats: SeatCounts

    @property
    def some_planned(self) -> bool:
        return self.city.planned or self.dates.planned or self.hours.planned


@dataclass(frozen=True, slots=True)
class Group:
    """The sessions of a wave; `number` is 0 for those of none."""

    number: int
    when: str
    planned: bool
    cards: tuple[Card, ...]


@page.get("/events/<event>")
def show(event: str) -> str:
    """Seven queries for the event, two for its seats, however many sessions there are."""
    row = catalogue.event_of(event)
    now = clock.now()
    seats = counts.by_session(row.id)
    days = _days(row)
    return render_template(
        "public/events/show.html",
        event=row,
        state=catalogue.window_of(row, now),
        when=format_date_range(catalogue.dates_of(row), language()) if row.sessions else "",
        opens=format_datetime(row.registration_opens_at, row.zone, language()),
        closes=told.closes_last(row, language()) if row.sessions else "",
        groups=_groups(row, seats, now),
        seats=sum(seats.values(), SeatCounts()),
        over=told.over(row.sessions, now),
        closings_differ=len({closes_at(session) for session in row.sessions}) > 1,
        where=told.where(row),
        roles=[(role, ways_in.rules_of(role)) for role in row.roles],
        agenda=told.agenda(row.agenda, days),
        visits=told.visits(row.agenda, days),
        jp=sum(item.jp for item in row.agenda),
    )


def _groups(event: Event, seats: dict[int, SeatCounts], now: datetime) -> list[Group]:
    waves = {wave.id: wave for wave in event.waves}
    by_wave: dict[int | None, list[Session]] = {wave_id: [] for wave_id in [*waves, None]}
    for session in event.sessions:
        by_wave[session.wave_id].append(session)
    groups = []
    for wave_id, sessions in by_wave.items():
        if sessions:
            wave = waves[wave_id] if wave_id else None
            dates = [local_date(at, each.zone) for each in sessions for at in (each.starts_at, each.ends_at)]
            cards = tuple(_card(each, seats.get(each.id, SeatCounts()), now) for each in _by_place(sessions))
            when = format_date_range(dates, language())
            groups.append(Group(wave.number if wave else 0, when, bool(wave and told.planned(wave.certainty)), cards))
    return groups


def _by_place(sessions: list[Session]) -> list[Session]:
    """By day, and within it from west to east."""
    return sorted(sessions, key=lambda each: (each.days[0].local_date, each.province_code or "", each.slug))


def _card(session: Session, seats: SeatCounts, now: datetime) -> Card:
    return Card(
        session=session,
        state=window(session, now),
        province=told.province_name(session),
        city=told.city(session),
        dates=told.dates(session),
        hours=told.hours(session),
        seats=seats,
    )


def _days(event: Event) -> dict[int, date]:
    """The date of each day of the agenda, where the event has one session only."""
    if len(event.sessions) != 1:
        return {}
    return {day.number: day.local_date for day in event.sessions[0].days}
