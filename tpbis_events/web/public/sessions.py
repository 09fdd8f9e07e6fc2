"""One session: when and where, its agenda, the seats of each role and the way to register; and the same for a calendar."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, url_for

from tpbis_events.foundation import clock
from tpbis_events.places.local_time import format_datetime
from tpbis_events.programmes import catalogue
from tpbis_events.programmes.calendar import calendar_of
from tpbis_events.programmes.model import Role
from tpbis_events.programmes.registration_window import closes_at, opens_at, window
from tpbis_events.registrations import counts
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.web.languages import language
from tpbis_events.web.public import told, ways_in

page = Blueprint("sessions", __name__)


@dataclass(frozen=True, slots=True)
class RoleSeats:
    """A role with its seats, and what must be known before somebody asks for one."""

    role: Role
    seats: SeatCounts
    rules: list[str]


@page.get("/events/<event>/sessions/<session>")
def show(event: str, session: str) -> str:
    """Seven queries, however many roles and registrations there are."""
    row = catalogue.session_of(event, session)
    seats = counts.by_role(row.id)
    days = {day.number: day.local_date for day in row.days}
    now = clock.now()
    here = (quota.role for quota in row.quotas if seats.get(quota.role_id, SeatCounts()).total)
    roles = sorted(here, key=lambda role: (role.sort, role.id))
    return render_template(
        "public/sessions/show.html",
        session=row,
        event=row.event,
        state=window(row, now),
        opens=format_datetime(opens_at(row), row.zone, language()),
        closes=format_datetime(closes_at(row), row.zone, language()),
        province=told.province_name(row),
        city=told.city(row),
        venue=told.venue(row),
        dates=told.dates(row),
        hours=told.hours(row),
        over=told.over([row], now),
        agenda=told.agenda(row.event.agenda, days),
        visits=told.visits(row.event.agenda, days),
        jp=sum(item.jp for item in row.event.agenda),
        roles=[RoleSeats(role, seats.get(role.id, SeatCounts()), ways_in.rules_of(role)) for role in roles],
        line=ways_in.line(row.event),
        seats=sum(seats.values(), SeatCounts()),
    )


@page.get("/events/<event>/sessions/<session>/calendar.ics")
def calendar(event: str, session: str) -> Response:
    """The session for a calendar. The UID stays, so that a file fetched later replaces what an earlier one put there."""
    row = catalogue.session_of(event, session)
    here = url_for("public.sessions.show", event=event, session=session)
    text = calendar_of(
        row,
        uid=f"{event}.{session}@tpbis",
        at=clock.now(),
        locale=language(),
        description=f"{current_app.config['BASE_URL']}{here}",
    )
    name = f"{event}-{session}.ics"
    return Response(text, mimetype="text/calendar", headers={"Content-Disposition": f'attachment; filename="{name}"'})
