"""The roster of one session: search, page through, tick attendance."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from tpbis_events.attendance.presence import attended_days
from tpbis_events.foundation import clock
from tpbis_events.people.actor import Act
from tpbis_events.places.local_time import local_date
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.registrations.roster import Search
from tpbis_events.registrations.rules import plain
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import places, words

page = Blueprint("rosters", __name__)

LARGEST_ID = 2**62


@page.get("/office/events/<event>/sessions/<session>")
def show(event: str, session: str) -> str:
    """Seven queries, however many people are registered."""
    by = acting()
    search = _asked()
    roster = rosters.roster(event, session, search, by=by)
    province = roster.session.province_code
    takes_people = roster.session.cancelled_at is None and clock.now() < roster.session.ends_at
    return render_template(
        "office/rosters/show.html",
        roster=roster,
        session=roster.session,
        event=roster.session.event,
        search=search,
        seats=sum((role.seats for role in roster.roles), SeatCounts()),
        states=words.STATES,
        where_from=places.where_from,
        clock_time=places.clock_time,
        days=roster.session.days,
        presence=attended_days([entry.registration.id for entry in roster.entries]),
        today=local_date(clock.now(), roster.session.zone),
        may_invite=by.may(Act.INVITE, province),
        may_mark=by.may(Act.MARK_ATTENDANCE, province),
        may_see_contact=by.may(Act.SEE_CONTACT, province),
        may_change_seats=by.may(Act.CHANGE_SEATS, province),
        may_register=by.may(Act.REGISTER, province) and takes_people,
        may_serve=by.may(Act.SERVE_WAITING, province),
        may_decide=by.may(Act.DECIDE, province),
        may_cancel=by.may(Act.CANCEL_SESSION, province) and takes_people,
        way_back={"roster": "1", **_query(search)},
        query=_query(search),
    )


def _asked() -> Search:
    asked = request.args
    after = asked.get("after", 0, int)
    return Search(
        words=plain(asked.get("q", ""), 200),
        role=plain(asked.get("role", ""), 80),
        state=plain(asked.get("state", ""), 24),
        no_email="no_email" in asked,
        after=min(max(after, 0), LARGEST_ID),
    )


def _query(search: Search) -> dict[str, Any]:
    """The search as it stands in an address, without what is empty."""
    given = {
        "q": search.words,
        "role": search.role,
        "state": search.state,
        "no_email": int(search.no_email),
        "after": search.after,
    }
    return {name: value for name, value in given.items() if value}
