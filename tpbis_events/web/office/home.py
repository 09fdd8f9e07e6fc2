"""The office's first page: what needs somebody today, the events with their progress, and those that are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Blueprint, render_template

from tpbis_events.certificates import corrections
from tpbis_events.foundation import clock
from tpbis_events.messages import calls
from tpbis_events.outbox import desk
from tpbis_events.people.actor import Act
from tpbis_events.places.local_time import format_date_range, local_date
from tpbis_events.places.provinces import province
from tpbis_events.programmes import catalogue
from tpbis_events.programmes.model import Session
from tpbis_events.registrations import overview
from tpbis_events.registrations.overview import EventTotals
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.public.told import closes_last

page = Blueprint("home", __name__)

SOON = timedelta(hours=24)  # what ends within a day can still be answered by a telephone call today
MOST_TODAY = 12  # sessions of one day that are named; a wave has no more


@page.get("/office/")
def show() -> str:
    """Four queries for the events, one for offers, one for calls, one for corrections, three for the mail and the worker."""
    by, now = acting(), clock.now()
    events, over = overview.events_of(now, by=by)
    provinces = by.provinces_for(Act.SEE_ROSTER)
    return render_template(
        "office/home/show.html",
        events=events,
        over=over,
        dates=_dates,
        states={each.event.id: catalogue.window_of(each.event, now) for each in events},
        closings={each.event.id: closes_last(each.event, language()) for each in events if each.sessions},
        today=_today(events, now)[:MOST_TODAY],
        offers=overview.offers_ending(now, now + SOON, by=by),
        to_tell=calls.numbers(by=by),
        corrections=corrections.number_waiting(by=by),
        may_decide=by.may_somewhere(Act.DECIDE),
        provinces=None if provinces is None else [province(code).name(language()) for code in sorted(provinces)],
        mail=desk.trouble(now),
        may_see_mail=by.may_somewhere(Act.SEE_MAIL),
    )


def _today(events: Sequence[EventTotals], now: datetime) -> list[Session]:
    """The sessions that are held today, by the calendars there, from east to west as the day begins."""
    found = [
        session
        for each in events
        for session in each.sessions
        if not session.cancelled_at
        and local_date(session.starts_at, session.zone)
        <= local_date(now, session.zone)
        <= local_date(session.ends_at, session.zone)
    ]
    return sorted(found, key=lambda session: (session.starts_at, session.slug))


def _dates(each: EventTotals) -> str:
    days = [local_date(at, session.zone) for session in each.sessions for at in (session.starts_at, session.ends_at)]
    return format_date_range(days, language()) if days else ""
