"""A signed sheet, by its code: key its rows back beside its photograph, attach photographs, settle differences to the screen."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.differences import reconcile
from tpbis_events.attendance.guests import guests_in_rows
from tpbis_events.attendance.keep_photo import MIMETYPES, attach_photo, fetch_photo, withdraw_photo
from tpbis_events.attendance.key_in import key_in
from tpbis_events.attendance.model import Source
from tpbis_events.attendance.paper_marks import marked_rows
from tpbis_events.attendance.papers import Side
from tpbis_events.attendance.photo_file import MOST_BYTES, examine_photo
from tpbis_events.attendance.presence import attended_days, names_of
from tpbis_events.attendance.printings import photos_of, printing_of
from tpbis_events.attendance.row_numbers import read_rows, written_rows
from tpbis_events.attendance.settle import items_on_screen, leave_difference, say_they_agree, take_mark_back
from tpbis_events.attendance.signatures import signed_moments
from tpbis_events.attendance.undo import undo
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.places.local_time import local_date
from tpbis_events.registrations.rules import LONGEST_REASON, plain
from tpbis_events.web.accounts import acting
from tpbis_events.web.refusals import sentence
from tpbis_events.web.row_ids import row_id

page = Blueprint("sheets", __name__)

_WALK_IN = re.compile(r"walk-in-(\d{1,4})")


@page.get("/office/sheets/<sheet>")
def show(sheet: str) -> str:
    return _page(sheet)


@page.post("/office/sheets/<sheet>/look")
def look(sheet: str) -> str:
    """The page with one photograph beside the rows. By POST, since each look is written down; the picture travels in the page."""
    return _page(sheet, beside=request.form.get("photo", 0, row_id))


@page.post("/office/sheets/<sheet>/rows")
def key(sheet: str) -> ResponseReturnValue:
    """The rows that are signed: those ticked, and those typed as `1-12, 14`. Those that the page showed as signed and that
    aren't ticked any longer are taken back."""
    printing, _day = printing_of(sheet, by=acting(), act=Act.PRINT_SHEETS)
    typed = request.form.get("typed", "")
    rows, wrong = read_rows(typed, len(printing.rows))
    ticked = {int(each) for each in request.form.getlist("row") if each.isascii() and each.isdigit() and len(each) < 5}
    if wrong:
        flash(_("These are no rows of this sheet: %(rows)s. Nothing was saved.", rows=", ".join(wrong[:10])), "danger")
        return _page(sheet, typed=typed, ticked=ticked), 422
    walk_ins = [
        (int(found[1]), reference.strip())
        for name, reference in request.form.items()
        if (found := _WALK_IN.fullmatch(name)) and reference.strip()
    ]

    shown, _wrong = read_rows(request.form.get("shown", ""), len(printing.rows) + printing.blank_rows)

    def act() -> None:
        done = key_in(sheet, sorted(ticked | set(rows)), walk_ins, shown=shown, by=acting())
        told = ngettext("%(num)s row is signed.", "%(num)s rows are signed.", done.marked)
        more = ngettext(
            "%(num)s person was checked in by it.", "%(num)s people were checked in by it.", done.checked_in
        )
        flash(f"{told} {more}", "success")
        if done.refused:
            flash(
                ngettext(
                    "%(num)s person could not be checked in and stands among the differences.",
                    "%(num)s people could not be checked in and stand among the differences.",
                    len(done.refused),
                ),
                "warning",
            )

    return _done(sheet, act, "rows")


@page.post("/office/sheets/<sheet>/photos")
def attach(sheet: str) -> ResponseReturnValue:
    """Photographs or scans of this sheet; the files are told by their content."""

    def act() -> None:
        printing_of(sheet, by=acting(), act=Act.PRINT_SHEETS)
        files = [file for file in request.files.getlist("file") if file.filename]
        if not files:
            raise Refusal("photo.empty")
        for file in files:
            attach_photo(sheet, examine_photo(file.stream.read(MOST_BYTES + 1)), by=acting())
        flash(ngettext("%(num)s file is attached.", "%(num)s files are attached.", len(files)), "success")

    return _done(sheet, act, "photos")


@page.post("/office/sheets/photos/<int:photo>")
def fetch(photo: int) -> ResponseReturnValue:
    """The file as an attachment, never as a page. By POST, since each look is written down."""
    fetched = fetch_photo(photo, by=acting())
    answer = make_response(
        send_file(fetched.path, fetched.mimetype, as_attachment=True, download_name=fetched.file_name, etag=False)
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@page.post("/office/sheets/photos/<int:photo>/withdraw")
def withdraw(photo: int) -> ResponseReturnValue:
    sheet = request.form.get("sheet", "")

    def act() -> None:
        withdraw_photo(photo, reason=_reason(), by=acting())
        flash(_("The file is withdrawn. It stays on record with your reason."), "success")

    return _done(sheet, act, "photos")


@page.post("/office/sheets/<sheet>/settle")
def settle(sheet: str) -> ResponseReturnValue:
    """`act`: check_in, undo, take_back or leave one difference (`registration`, `side`), or agree that there is none left."""
    _printing, day = printing_of(sheet, by=acting(), act=Act.PRINT_SHEETS)
    what, registration_id = request.form.get("act", ""), request.form.get("registration", 0, row_id)
    day_id, begins = day.id, day.starts_at

    def act() -> None:
        if what == "agree":
            say_they_agree(sheet, by=acting())
            flash(_("It is on record that paper and screen agree."), "success")
            return
        if what == "check_in":
            check_in(registration_id, day_id, by=acting(), source=Source.PAPER, happened_at=begins)
        elif what == "undo":
            for item_id in items_on_screen(registration_id, day_id) or [None]:
                undo(registration_id, day_id, reason=_reason(), by=acting(), item_id=item_id)
        elif what == "take_back":
            take_mark_back(sheet, registration_id, reason=_reason(), by=acting())
        elif what == "leave" and request.form.get("side") in list(Side):
            leave_difference(sheet, registration_id, Side(request.form["side"]), reason=_reason(), by=acting())
        else:
            raise NotFound("difference.unknown")
        flash(_("The difference is settled."), "success")

    return _done(sheet, act, "differences")


def _reason() -> str:
    return plain(request.form.get("reason", ""), LONGEST_REASON)


def _done(sheet: str, act: Callable[[], None], anchor: str) -> ResponseReturnValue:
    """Back to the sheet, where a refusal is told too."""
    try:
        act()
    except Refusal as no:
        if no.status in (403, 404) or not sheet:
            raise
        flash(". ".join(str(words).rstrip(".") for words in sentence(no)) + ".", "danger")
    if not sheet:
        return redirect(url_for("office.home.show"), 303)
    return redirect(url_for(".show", sheet=sheet, _anchor=anchor), 303)


def _page(sheet: str, *, beside: int = 0, typed: str = "", ticked: set[int] | None = None) -> str:
    """Fifteen queries at most, whatever the size."""
    by = acting()
    picture = _picture(beside) if beside else ""
    printing, day = printing_of(sheet, by=by, act=Act.SEE_ATTENDANCE)
    session, marked = day.session, marked_rows(day.id)
    guests = guests_in_rows(printing.rows)
    found, photos = reconcile(day), photos_of(day.id)
    mine = {mark.row: registration_id for registration_id, mark in marked.items() if mark.printing_id == printing.id}
    about = printing.sheet
    labels = [mark.keyed_by for mark in marked.values()] + [each.left_by for each in found.differences]
    labels += [photo.attached_by for photo in photos] + [photo.withdrawn_by or "" for photo in photos]
    labels += [about.agreed_by or "" if about else "", printing.printed_by]
    province, today = session.province_code, local_date(clock.now(), session.zone)
    return render_template(
        "office/sheets/show.html",
        session=session,
        event=session.event,
        day=day,
        printing=printing,
        sheet=about,
        guests=guests,
        marked=marked,
        mine=mine,
        there=attended_days([guest.registration_id for guest in guests]),
        drawn=signed_moments(day.id),
        walk_ins=_walk_ins(mine, len(printing.rows)),
        found=found,
        photos=photos,
        beside=next((photo for photo in photos if photo.id == beside), None),
        picture=picture,
        typed=typed,
        shown=written_rows(sorted(mine)),
        ticked=set(mine) if ticked is None else ticked,
        names=names_of(labels),
        begun=today >= day.local_date,
        may_sign=today == day.local_date and by.may(Act.MARK_ATTENDANCE, province) and by.may(Act.SEE_DOOR, province),
        may_key=by.may(Act.PRINT_SHEETS, province) and by.may(Act.MARK_ATTENDANCE, province),
        most_megabytes=MOST_BYTES // 1024 // 1024,
        PAPER=Side.PAPER,
    )


def _walk_ins(mine: dict[int, int], named: int) -> dict[int, str]:
    """Blank rows that were filled in: row -> the reference of who wrote herself in."""
    from tpbis_events.registrations.lookup import references_of

    rows = {row: registration_id for row, registration_id in mine.items() if row > named}
    references = references_of(set(rows.values()))
    return {row: references[registration_id] for row, registration_id in rows.items()}


def _picture(photo: int) -> str:
    """A photograph as it travels in the page; a scan that is no picture is only for fetching."""
    fetched = fetch_photo(photo, by=acting())
    if fetched.mimetype != MIMETYPES["jpg"]:
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(Path(fetched.path).read_bytes()).decode()
