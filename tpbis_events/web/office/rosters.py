"""The roster of one session, or of a whole event: search, filter, sort, page through; tick attendance, act on many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user

from tpbis_events.attendance.presence import attended_days
from tpbis_events.certificates.lookup import numbers_of
from tpbis_events.foundation import clock
from tpbis_events.messages import calls
from tpbis_events.outbox import addresses
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places import countries, provinces, regencies
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Origin
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations import search as searches
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.roster import MOST_AT_ONCE, Page, Scope
from tpbis_events.registrations.search import Attended, Search, Sort
from tpbis_events.reports import found
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import columns, places, searching, words
from tpbis_events.web.office.bulk_words import acts_for

page = Blueprint("rosters", __name__)

SORTS: dict[Sort, Any] = {
    Sort.REQUEST: _l("Order of request"),
    Sort.NAME: _l("Name"),
    Sort.ROLE: _l("Role"),
    Sort.STATE: _l("State"),
    Sort.INSTITUTION: _l("Institution"),
}
ATTENDED: dict[Attended, Any] = {
    Attended.YES: _l("Every day"),
    Attended.PARTLY: _l("Some days"),
    Attended.NO: _l("On no day"),
}


@page.get("/office/events/<event>/sessions/<session>")
def show(event: str, session: str) -> str:
    """At most fourteen queries, however many people are registered."""
    by = acting()
    of = rosters.session_of(event, session, by=by, act=Act.SEE_ROSTER)
    roles = rosters.roles_of(of)
    province = of.province_code
    takes_people = of.cancelled_at is None and clock.now() < of.ends_at
    return render_template(
        "office/rosters/show.html",
        session=of,
        roles=roles,
        seats=sum((role.seats for role in roles), SeatCounts()),
        days=of.days,
        may_invite=by.may(Act.INVITE, province),
        may_change_seats=by.may(Act.CHANGE_SEATS, province),
        may_register=by.may(Act.REGISTER, province) and takes_people,
        may_serve=by.may(Act.SERVE_WAITING, province),
        may_decide=by.may(Act.DECIDE, province),
        may_cancel=by.may(Act.CANCEL_SESSION, province) and takes_people,
        may_see_results=by.may(Act.SEE_RESULTS, province),
        may_manage_door=by.may(Act.MANAGE_DOOR, province),
        may_see_attendance=by.may(Act.SEE_ATTENDANCE, province),
        may_pay=by.may(Act.RECEIPTS, province),
        may_issue=by.may(Act.ISSUE_CERTIFICATE, province),
        to_tell=calls.number_of(of.event_id, by=by, session_id=of.id),
        **_results(rosters.of_session(of), by),
    )


@page.get("/office/events/<event>/roster")
def event(event: str) -> str:
    """All sessions of the event that the organizer reaches. At most thirteen queries."""
    by = acting()
    scope = rosters.of_event(event, by=by)
    return render_template("office/rosters/event.html", session=None, **_results(scope, by))


def _results(scope: Scope, by: Actor) -> dict[str, Any]:
    """What both rosters show: the filters, the page, and what can be done with it."""
    search = searching.asked(request.args)
    few = None if scope.one else searches.few(search)  # a session is gone through faster than its words are looked up
    found_page = rosters.page_of(scope, search, found.conditions(search, by=by, few=few), few=few is not None)
    first = searching.from_the_first_page(search)
    slug = scope.sessions[0].slug if scope.one else None
    shown = columns.shown(scope, by, current_user.roster_columns)
    keys = {column.key for column in shown}
    ids = [entry.registration.id for entry in found_page.entries]

    def address(**changes: Any) -> str:
        return searching.roster_url(scope.event.slug, slug, replace(first, **changes))

    return {
        "scope": scope,
        "event": scope.event,
        "roster": found_page,
        "search": search,
        "number": _number(found_page),
        "columns": shown,
        "all_columns": columns.possible(scope, by),
        "presence": attended_days(ids) if "attendance" in keys else {each: {} for each in ids},
        "certificates": numbers_of(ids) if "certificate" in keys else {},
        "refusing": addresses.refusing({entry.registration.person.email or "" for entry in found_page.entries}),
        "tags": rosters.tags_in(scope),
        "choices": _choices(scope, search, by),
        "acts": acts_for(scope, by),
        "most_at_once": MOST_AT_ONCE,
        "tick_all": "all" in request.args,
        "tick_url": searching.roster_url(scope.event.slug, slug, search, all=1),
        "address": address,
        "narrows": searching.narrows(search),
        "query": searching.query(first),
        "way_back": {"roster": "1", **searching.query(search)},
        "today": local_date(clock.now(), scope.sessions[0].zone),
        "finds_contact": by.may_somewhere(Act.SEE_CONTACT),
        "sees_contact": _sees(Act.SEE_CONTACT, by),
        "sees_support": _sees(Act.SEE_SUPPORT, by),
        "may_mark": scope.one and by.may(Act.MARK_ATTENDANCE, scope.sessions[0].province_code),
        "may_write": by.may_somewhere(Act.WRITE_MAIL),
        "may_export": by.may_somewhere(Act.EXPORT),
        "where_from": places.where_from,
        "clock_time": places.clock_time,
    }


def _sees(act: Act, by: Actor) -> Any:
    def sees(registration: Registration) -> bool:
        return by.may(act, registration.session.province_code)

    return sees


def _choices(scope: Scope, search: Search, by: Actor) -> dict[str, Any]:
    """What the filters offer: only what this roster can have."""
    to = language()
    codes = sorted({session.province_code for session in scope.sessions if session.province_code})
    waves = {session.wave.number for session in scope.sessions if session.wave}
    of_regencies = scope.province_code or search.province
    abroad = any(role.origin is not Origin.DOMESTIC for role in scope.roles)
    return {
        "roles": scope.roles,
        "states": words.STATES,
        "sorts": SORTS,
        "attended": ATTENDED,
        "provinces": [(code, provinces.province(code).name(to)) for code in codes] if len(codes) > 1 else [],
        "waves": sorted(waves) if len(waves) > 1 else [],
        "regencies": [(each.code, each.name) for each in regencies.regencies_of(of_regencies)]
        if of_regencies and provinces.is_province(of_regencies)
        else [],
        "countries": [(each.code, each.name) for each in countries.all_countries(to).all] if abroad else [],
        "support": any(by.may(Act.SEE_SUPPORT, session.province_code) for session in scope.sessions),
    }


def _number(shown: Page) -> str:
    """How many there are, in words."""
    if shown.number > MOST_AT_ONCE:
        return str(
            _("More than %(num)s people", num=f"{MOST_AT_ONCE:,}".replace(",", "." if language() == "id" else ","))
        )
    return str(ngettext("%(num)s person", "%(num)s people", shown.number))
