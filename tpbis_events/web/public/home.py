"""The front page: the programmes, what can be registered for now, and what the programme has reached."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import gettext as _

from tpbis_events.foundation import clock
from tpbis_events.places.local_time import format_date_range, format_datetime
from tpbis_events.programmes import catalogue
from tpbis_events.programmes.model import Event, Figure, Programme
from tpbis_events.programmes.registration_window import Window
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.web.languages import language
from tpbis_events.web.presentation import in_language
from tpbis_events.web.public.told import closes_last, number, where

page = Blueprint("home", __name__)

_ORDER = [Window.OPEN, Window.NOT_YET, Window.CLOSED]


@dataclass(frozen=True, slots=True)
class Card:
    """An event as the front page shows it. `seats` only while it is open or about to be."""

    event: Event
    state: Window
    when: str
    where: str
    registration: str
    seats: SeatCounts | None


@page.get("/")
def show() -> str:
    """Programmes in their order; of each, events that are open first, the newest before the older."""
    programmes = catalogue.all_programmes()
    now = clock.now()
    states = {event.id: catalogue.window_of(event, now) for each in programmes for event in each.events}
    seats = counts.by_event([event_id for event_id, state in states.items() if state is not Window.CLOSED])
    shown = [(each, _cards(each, states, seats)) for each in programmes]
    open_now = [card for _programme, cards in shown for card in cards if card.state is Window.OPEN]
    figures = [(figure, _value(figure), _source(figure)) for figure in catalogue.all_figures()]
    return render_template("public/home/show.html", programmes=shown, open_now=open_now, figures=figures)


def _cards(programme: Programme, states: dict[int, Window], seats: dict[int, SeatCounts]) -> list[Card]:
    cards = [_card(event, states[event.id], seats.get(event.id)) for event in programme.events if event.sessions]
    return sorted(cards, key=lambda card: _ORDER.index(card.state))


def _card(event: Event, state: Window, seats: SeatCounts | None) -> Card:
    when = format_date_range(catalogue.dates_of(event), language())
    return Card(event, state, when, where(event), _registration(event, state), seats)


def _registration(event: Event, state: Window) -> str:
    if state is Window.NOT_YET:
        at = format_datetime(event.registration_opens_at, event.zone, language())
        return str(_("Registration opens on %(moment)s", moment=at))
    if state is Window.OPEN:
        return str(_("Register until %(moment)s", moment=closes_last(event, language())))
    return str(_("Registration is closed"))


def _value(figure: Figure) -> str:
    """A whole number with the language's marks for thousands; anything else as its source prints it."""
    return number(int(figure.value)) if figure.value.isdecimal() else figure.value


def _source(figure: Figure) -> str:
    """Where a figure was read, and what must be known beside it."""
    return ". ".join(part.rstrip(".") for part in (figure.source, in_language(figure, "note")) if part)
