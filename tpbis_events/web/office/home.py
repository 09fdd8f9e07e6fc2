"""The office's first page: the events that the organizer works on, with their totals, and whether mail goes out."""

from __future__ import annotations

from flask import Blueprint, render_template

from tpbis_events.foundation import clock
from tpbis_events.outbox import desk
from tpbis_events.people.actor import Act
from tpbis_events.places.provinces import province
from tpbis_events.programmes import catalogue
from tpbis_events.registrations import overview
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.public.told import closes_last

page = Blueprint("home", __name__)


@page.get("/office/")
def show() -> str:
    """Seven queries for the events, three for the mail of those who may see it."""
    by, now = acting(), clock.now()
    events = [event for programme in catalogue.all_programmes(drafts=True) for event in programme.events]
    provinces = by.provinces_for(Act.SEE_ROSTER)
    return render_template(
        "office/home/show.html",
        events=overview.events_of(by),
        states={event.id: catalogue.window_of(event, now) for event in events},
        closings={event.id: closes_last(event, language()) for event in events if event.sessions},
        provinces=None if provinces is None else [province(code).name(language()) for code in sorted(provinces)],
        mail=desk.standing() if by.may_somewhere(Act.SEE_MAIL) else None,
    )
