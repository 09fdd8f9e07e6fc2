"""What is printed for a session: attendance sheets, badges, desk signs, the whole pack; and which sheets came back signed."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from tpbis_events.attendance.guests import guests_in_rows
from tpbis_events.attendance.note_signed import note_signed_list
from tpbis_events.attendance.papers import Order, Print
from tpbis_events.attendance.presence import names_of
from tpbis_events.attendance.print_cards import Whom, print_cards
from tpbis_events.attendance.print_sheet import BLANK_ROWS, MOST_BLANK_ROWS, print_sheet
from tpbis_events.attendance.printings import already_printed, printings_of, sheets_of
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.search import Search
from tpbis_events.reports.asked import PACK, PRINTED, Asked
from tpbis_events.reports.cards import cards_of, draw_badges, draw_desk_signs
from tpbis_events.reports.scope import scope
from tpbis_events.reports.sheets import file_name, sheet_as_signed, sheet_to_sign, walk_in_sheet
from tpbis_events.web.accounts import acting
from tpbis_events.web.office.exports import file_answer, take_file
from tpbis_events.web.refusals import line

page = Blueprint("papers", __name__)

PDF = "application/pdf"
ORDERS: dict[str, Any] = {Order.ROLE.value: _l("By role, then by name"), Order.NAME.value: _l("By name")}
CARDS: dict[str, Any] = {
    "badges-4": _l("Badges, four on A4 to be cut"),
    "badges-1": _l("Badges, one on each A6"),
    "desk": _l("Desk signs, A4 to be folded"),
}


@page.get("/office/events/<event>/sessions/<session>/papers")
def show(event: str, session: str) -> str:
    return _page(_place(event, session, Act.SEE_ATTENDANCE))


@page.post("/office/events/<event>/sessions/<session>/papers")
def print_(event: str, session: str) -> ResponseReturnValue:
    """`what` is sheet, walk-in, one of CARDS or pack. By POST, since each printing is written down."""
    place, what = _place(event, session, Act.PRINT_SHEETS), request.form.get("what", "")
    try:
        if what in ("sheet", "walk-in"):
            return _sheet(place, what)
        if what in CARDS:
            return _cards(place, what)
        if what == PACK:
            return take_file(Asked(PACK, event, session))
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(line(no), "danger")
    return redirect(url_for(".show", event=event, session=session), 303)


@page.post("/office/events/<event>/sessions/<session>/papers/signed")
def signed(event: str, session: str) -> ResponseReturnValue:
    """The list of a day with the signatures drawn on a screen: for who may see them, and written down."""
    place, by = _place(event, session, Act.SEE_ATTENDANCE), acting()
    day = _day(place)
    numbers = note_signed_list(day.id, by=by)
    day = db.session.get_one(SessionDay, day.id)
    sheet = sheets_of(day.session_id).get(day.id)
    drawn = sheet_as_signed(day, sheet.number if sheet else "", numbers=numbers)
    return file_answer(io.BytesIO(drawn), f"bertanda-tangan-{file_name(day)}", PDF)


@page.get("/office/events/<event>/papers")
def event(event: str) -> str:
    """The sheets and packs of a whole edition, or of a wave of it."""
    of = scope(event, None, by=acting())
    acting().require_somewhere(Act.PRINT_SHEETS)
    waves = sorted({session.wave.number for session in of.sessions if session.wave})
    return render_template("office/papers/event.html", event=of.event, scope=of, waves=waves)


@page.post("/office/events/<event>/papers")
def take(event: str) -> ResponseReturnValue:
    """`what` is sheets or pack, `wave` a number or nothing; in the background when there are many sessions."""
    scope(event, None, by=acting())
    acting().require_somewhere(Act.PRINT_SHEETS)
    kind = request.form.get("what", "")
    if kind not in PRINTED:
        return redirect(url_for(".event", event=event), 303)
    return take_file(Asked(kind, event, search=Search(wave=request.form.get("wave", 0, int))))


def _place(event: str, session: str, act: Act) -> Session:
    return rosters.session_of(event, session, by=acting(), act=act)


def _day(place: Session) -> SessionDay:
    wanted = request.form.get("day", 1, int)
    day = next((each for each in place.days if each.number == wanted), None)
    if day is None:
        raise NotFound("attendance.unknown_day")
    return day


def _sheet(place: Session, what: str) -> ResponseReturnValue:
    day_id = _day(place).id
    if what == "walk-in":
        day = db.session.get_one(SessionDay, day_id)
        return file_answer(io.BytesIO(walk_in_sheet(day)), f"tambahan-{file_name(day)}", PDF)
    order = request.form.get("order", "")
    blank_rows = request.form.get("blank_rows", BLANK_ROWS, int)
    printed = print_sheet(
        day_id,
        order=Order(order) if order in ORDERS else Order.ROLE,
        blank_rows=blank_rows,
        numbers="numbers" in request.form,
        by=acting(),
    )
    day = db.session.get_one(SessionDay, day_id)
    return file_answer(io.BytesIO(sheet_to_sign(day, printed)), file_name(day), PDF)


def _cards(place: Session, what: str) -> ResponseReturnValue:
    chosen, session_id = request.form.get("whom", ""), place.id
    role = next((quota.role_id for quota in place.quotas if f"role-{quota.role.slug}" == chosen), None)
    if chosen.startswith("role-") and role is None:  # and not everybody's instead
        raise NotFound("role.unknown")
    whom = Whom(role_id=role, new_only=chosen == "new")
    if reference := request.form.get("reference", "").strip():
        whom = replace(whom, reference=reference[:40], role_id=None, new_only=False)
    kind = Print.DESK if what == "desk" else Print.BADGE
    rows = print_cards(session_id, kind, whom, by=acting())
    session = db.session.get_one(Session, session_id)
    cards = cards_of(session, guests_in_rows(rows))
    name = f"{'papan-nama' if kind is Print.DESK else 'tanda-pengenal'}-{session.slug}.pdf"
    drawn = draw_desk_signs(cards) if kind is Print.DESK else draw_badges(cards, four_up=what == "badges-4")
    return file_answer(io.BytesIO(drawn), name, PDF)


def _page(place: Session) -> str:
    """Eight queries."""
    by, printings = acting(), printings_of(place.id)
    sheets = sheets_of(place.id)
    labels = [printing.printed_by for printing in printings]
    labels += [sheet.agreed_by for sheet in sheets.values() if sheet.agreed_by]
    newest = [each for each in printings if each.sheet_id in {sheet.id for sheet in sheets.values()}]
    return render_template(
        "office/papers/show.html",
        session=place,
        event=place.event,
        sheets=sheets,
        printings={
            day.id: [p for p in newest if p.sheet_id == sheets[day.id].id] for day in place.days if day.id in sheets
        },
        names=names_of(labels),
        orders=ORDERS,
        cards=CARDS,
        roles=sorted((quota.role for quota in place.quotas), key=lambda role: (role.sort, role.id)),
        blank_rows=BLANK_ROWS,
        most_blank_rows=MOST_BLANK_ROWS,
        badges=len(already_printed(place.id, Print.BADGE)),
        may_print=by.may(Act.PRINT_SHEETS, place.province_code),
        may_see_numbers=by.may(Act.SEE_NUMBER, place.province_code),
        may_pay=by.may(Act.RECEIPTS, place.province_code),
    )
