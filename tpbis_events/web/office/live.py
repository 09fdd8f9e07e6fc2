"""The live board: all of a day's sessions, or one of them. Numbers alone; `?screen` leaves everything else away, for a hall."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import format_decimal

from tpbis_events.attendance import board as boards
from tpbis_events.attendance.board import DayBoard
from tpbis_events.foundation import clock
from tpbis_events.people.actor import Act
from tpbis_events.places.provinces import is_province, province
from tpbis_events.programmes.model import Session
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language

page = Blueprint("live", __name__)

EVERY = 10  # seconds between two looks
CHART = (720, 150)  # of the arrivals, in its own units


@page.get("/office/events/<event>/live")
def event(event: str) -> str:
    """Five queries, whatever the size."""
    by, now = acting(), clock.now()
    by.require_somewhere(Act.SEE_ROSTER)
    board = boards.of_event(event, _date(request.args.get("date", "")), now, by=by)
    return render_template(
        "office/live/event.html",
        board=board,
        event=board.event,
        name=_name,
        rows=sorted(board.days, key=lambda each: (each.day.starts_at, _name(each.session))),
        screen="screen" in request.args,
        number=format_decimal,
        every=EVERY,
        now=now,
    )


@page.get("/office/events/<event>/sessions/<session>/live")
def session(event: str, session: str) -> str:
    """Six queries, whatever the size."""
    by, now = acting(), clock.now()
    by.require_somewhere(Act.SEE_ROSTER)
    found = boards.of_session(event, session, request.args.get("day", None, int), now, by=by)
    return render_template(
        "office/live/session.html",
        board=found,
        session=found.session,
        event=found.session.event,
        days=found.session.days,
        name=_name(found.session),
        bars=_bars(found),
        chart=CHART,
        screen="screen" in request.args,
        every=EVERY,
        now=now,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _name(session: Session) -> str:
    """A session is called by its province; by its own name where it belongs to none."""
    code = session.province_code
    if code and is_province(code):
        return province(code).name(language())
    return session.name_en if language() == "en" else session.name_id


def _bars(found: DayBoard) -> list[dict[str, object]]:
    """The arrivals as bars of a chart: place, height, number, beginning, and whether it lies after what counts as in time."""
    came = boards.arrivals(found.day)
    if not came:
        return []
    width, height = CHART
    most = max(number for _at, number in came)
    step = min(width / len(came), 40)
    return [
        {
            "x": round(place * step + 1, 1),
            "width": round(step - 2, 1),
            "height": round((height - 40) * number / most, 1),
            "number": number,
            "at": at,
            "told": place % max(1, len(came) // 4) == 0,
        }
        for place, (at, number) in enumerate(came)
    ]
