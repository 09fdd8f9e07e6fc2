"""The dashboard of one event: key figures, how ready each province is, the matrix of sessions and roles, growth over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from tpbis_events.foundation import clock
from tpbis_events.messages import calls
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import format_date_range, local_date
from tpbis_events.places.provinces import province
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import State
from tpbis_events.registrations.readiness import Level
from tpbis_events.reports import dashboard, line_chart, over_time
from tpbis_events.reports.dashboard import Dashboard, Row
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import reasons, tile_map

page = Blueprint("dashboard", __name__)

LARGEST_WAVE = 10_000
MOST_ROLES_IN_SIGHT = 9  # with more the matrix is wider than an office's screen and scrolls in its own region
CERTIFICATES = "office.certificate_batches.event"
SIZES = {"desk": line_chart.DESK, "phone": line_chart.PHONE}  # of the lines; the style sheet shows the one that fits


@page.get("/office/events/<event>")
def show(event: str) -> str:
    """Five queries, whatever the size."""
    by, now = acting(), clock.now()
    asked = request.args.get("wave", 0, int)
    board = dashboard.dashboard(event, asked if 0 < asked < LARGEST_WAVE else None, now, by=by)
    rows = sorted(board.rows, key=lambda row: (-row.readiness.level, row.session.starts_at, row.session.slug))
    levels = Counter(row.readiness.level for row in rows)
    return render_template(
        "office/dashboard/show.html",
        board=board,
        event=board.event,
        numbers=board.numbers,
        rows=rows,
        dates=_dates(board),
        name=_names(board),
        number=format_decimal,
        levels=[(reasons.kind(each), reasons.LEVELS[each], levels[each]) for each in reasons.LEVELS if levels[each]],
        level_kind=reasons.kind,
        level_words=reasons.LEVELS,
        reasons=lambda row: _reasons(row, board, by.may(Act.DECIDE, row.session.province_code)),
        tiles=tile_map.tiles(board) if _has_map(board, by.provinces_for(Act.SEE_ROSTER) is not None) else [],
        islands=tile_map.islands(),
        charts=[line_chart.chart(board.courses, board.numbers.seats, size) for size in SIZES.values()],
        sizes=list(SIZES),
        days_to_tell=over_time.days_to_tell(board.courses),
        day_words=reasons.day_before_or_after,
        ready=Level.READY,
        links=_links(board.event.slug, board.wave, by),
        to_tell=calls.number_of(board.event.id, by=by),
        may_decide=by.may_somewhere(Act.DECIDE),
        scrolls=len(board.roles) > MOST_ROLES_IN_SIGHT,
        behind=_roster_of(board),
        roster_of=lambda **where: partial(_roster_of(board), **where),
        came=_came(board),
        now=now,
    )


def _links(event: str, wave: int | None, by: Actor) -> list[tuple[str, str]]:
    """(address, words) of the other pages of this event, as far as the organizer may see them; certificates of the wave shown."""
    links = (
        ("office.rosters.event", _("Roster"), Act.SEE_ROSTER),
        ("office.plans.show", _("Plan"), Act.PLAN),
        ("office.wave_plans.show", _("Waves"), Act.PLAN),
        ("office.ways.show", _("Ways to a seat"), Act.CHANGE_WAYS),
        ("office.messages.index", _("Messages"), Act.WRITE_MAIL),
        ("office.live.event", _("Live board"), Act.SEE_ROSTER),
        ("office.attendance_reports.show", _("Attendance report"), Act.SEE_ROSTER),
        ("office.results.index", _("Questionnaires"), Act.SEE_RESULTS),
        (CERTIFICATES, _("Certificates"), Act.ISSUE_CERTIFICATE),
        ("office.exports.event", _("Lists and reports"), Act.EXPORT),
        ("office.papers.event", _("Sheets and badges"), Act.PRINT_SHEETS),
    )
    there = current_app.view_functions
    return [
        (url_for(name, event=event, wave=wave if name == CERTIFICATES else None), words)
        for name, words, act in links
        if by.may_somewhere(act) and name in there
    ]


def _has_map(board: Dashboard, of_a_province: bool) -> bool:
    """A meeting in one city needs no map; who sees one province of many does."""
    provinces = {row.session.province_code for row in board.rows if row.session.province_code}
    return len(provinces) > 1 or bool(of_a_province and provinces) or bool(board.wave and provinces)


def _roster_of(board: Dashboard) -> Callable[..., str]:
    """The address of the people behind a number: of one session where it is about one, else of the event or its wave."""

    def roster(*, session: str | None = None, wave: int | None = board.wave, **asked: Any) -> str:
        if session is None and len(board.rows) == 1:
            session = board.rows[0].session.slug
        if session is not None:
            return url_for("office.rosters.show", event=board.event.slug, session=session, **asked)
        return url_for("office.rosters.event", event=board.event.slug, wave=wave, **asked)

    return roster


def _came(board: Dashboard) -> dict[str, str]:
    """What the roster is asked to list who was there. It tells every day from some days: of several days all are listed."""
    one_day = all(
        local_date(row.session.starts_at, row.session.zone) == local_date(row.session.ends_at, row.session.zone)
        for row in board.rows
    )
    return {"attended": "yes"} if one_day else {"state": State.SEATED.value}


def _dates(board: Dashboard) -> str:
    days = [
        local_date(at, row.session.zone) for row in board.rows for at in (row.session.starts_at, row.session.ends_at)
    ]
    return format_date_range(days, language()) if days else ""


def _reasons(row: Row, board: Dashboard, may_decide: bool) -> list[tuple[str, str]]:
    """(words, where to look) of each."""
    return [
        (reasons.words(each), reasons.place(each, board.event.slug, row.session, may_decide))
        for each in row.readiness.findings
    ]


def _names(board: Dashboard) -> Callable[[Session], str]:
    """A row is called by its province; by its session where it belongs to none, or isn't the only one there."""
    often = Counter(row.session.province_code for row in board.rows)

    def name(session: Session) -> str:
        if session.province_code and often[session.province_code] == 1:
            return province(session.province_code).name(language())
        return session.name_en if language() == "en" else session.name_id

    return name
