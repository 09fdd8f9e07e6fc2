"""Receipt lists (tanda terima) of a session: open one, type who gets how much, print it to be signed."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from tpbis_events.attendance.guests import Guest, guests_in_rows, guests_of
from tpbis_events.attendance.keep_receipts import (
    Amount,
    keep_lines,
    note_receipts_printed,
    open_receipts,
    remove_receipts,
)
from tpbis_events.attendance.presence import attended_days
from tpbis_events.attendance.receipts import ReceiptList, lists_of, receipt_list
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.places.local_time import format_date_range
from tpbis_events.places.rupiah import read_rupiah, rupiah, terbilang
from tpbis_events.programmes.model import Session
from tpbis_events.registrations import roster as rosters
from tpbis_events.reports.letterhead import letterhead
from tpbis_events.reports.receipt_paper import Payee, ReceiptPaper, draw_receipts
from tpbis_events.web.accounts import acting
from tpbis_events.web.office.exports import file_answer
from tpbis_events.web.refusals import sentence

page = Blueprint("receipts", __name__)

PROBLEMS: dict[str, Any] = {
    "text.missing": _l("Say what it is paid for, such as: transport."),
    "amount.range": _l("Give whole rupiah, at most 1,000,000,000."),
    "tax.range": _l("The tax is whole rupiah, and not more than the amount."),
}


class ListForm(FlaskForm):
    """A new list. Amounts are typed by finance; nothing is proposed."""

    title = StringField(
        _l("What it is paid for"), description=_l("It stands on the printed list, such as: uang transport.")
    )
    amount = StringField(
        _l("Amount for each (rupiah)"), description=_l("It can be changed for each person afterwards.")
    )
    tax = StringField(_l("Tax kept back from each (rupiah)"))


@page.route("/office/events/<event>/sessions/<session>/receipts", methods=["GET", "POST"])
def index(event: str, session: str) -> ResponseReturnValue:
    place = _place(event, session)
    form, status = ListForm(), 200
    if form.validate_on_submit():
        each = Amount(_number(form.amount.data), _number(form.tax.data or "0"))
        try:
            list_id = open_receipts(place.id, form.title.data or "", each, by=acting())
            return redirect(url_for(".show", list_id=list_id), 303)
        except Invalid as wrong:
            for field, code in wrong.problems.items():
                form[field].errors = [PROBLEMS[code]]
            status = 422
        except Refusal as no:
            form.form_errors, status = [". ".join(map(str, sentence(no)))], no.status
        place = _place(event, session)
    words = render_template(
        "office/receipts/index.html",
        session=place,
        event=place.event,
        form=form,
        lists=lists_of(place.id),
        rupiah=rupiah,
    )
    return words, status


@page.route("/office/receipts/<int:list_id>", methods=["GET", "POST"])
def show(list_id: int) -> ResponseReturnValue:
    """GET shows who gets how much; POST keeps it. Who attended is ticked beforehand on a list that is new."""
    row = receipt_list(list_id, by=acting())
    if request.method == "GET":
        return _page(row)
    try:
        made_from = datetime.fromisoformat(request.form.get("made_from", ""))
    except ValueError:
        return _page(row, [_("This page was incomplete. Please type it again.")]), 422
    guests = _guests(row)
    lines = {
        guest.registration_id: Amount(
            _number(request.form.get(f"amount-{guest.registration_id}", "")),
            _number(request.form.get(f"tax-{guest.registration_id}", "0") or "0"),
        )
        for guest in guests
        if str(guest.registration_id) in request.form.getlist("paid")
    }
    try:
        keep_lines(list_id, lines, made_from=made_from, by=acting())
    except Invalid as wrong:
        names = {str(guest.registration_id): guest.full_name for guest in guests}
        problems = [f"{names[each]}: {PROBLEMS['amount.range']}" for each in wrong.problems]
        return _page(receipt_list(list_id, by=acting()), problems, typed=True), 422
    except Refusal as no:
        if no.status in (403, 404):
            raise
        return _page(receipt_list(list_id, by=acting()), [". ".join(map(str, sentence(no)))]), no.status
    flash(_("The list is saved."), "success")
    return redirect(url_for(".show", list_id=list_id), 303)


@page.post("/office/receipts/<int:list_id>/print")
def print_(list_id: int) -> ResponseReturnValue:
    numbers = note_receipts_printed(list_id, by=acting())
    row = receipt_list(list_id, by=acting())
    amounts = {line.registration_id: line for line in row.lines}
    order = [guest.registration_id for guest in _guests(row) if guest.registration_id in amounts]
    payees = tuple(
        Payee(
            guest.name,
            guest.nip or "",
            guest.institution,
            amounts[guest.registration_id].amount,
            amounts[guest.registration_id].tax,
        )
        for guest in guests_in_rows(order, numbers=numbers)
    )
    session = row.session
    dates = [day.local_date for day in session.days]
    place = ", ".join(part for part in (session.venue, session.city) if part)
    paper = ReceiptPaper(
        letterhead(),
        f"Tanda terima {row.title}",
        (
            ("Kegiatan", session.event.name_id),
            ("Pertemuan", session.name_id),
            ("Tanggal", format_date_range(dates, "id") if dates else "–"),
            ("Tempat", place),
        ),
        payees,
        f"{session.city}, {format_date_range(dates[-1:], 'id') if dates else '....................'}",
    )
    name = f"tanda-terima-{session.slug}-{row.id}.pdf"
    return file_answer(io.BytesIO(draw_receipts(paper)), name, "application/pdf")


@page.post("/office/receipts/<int:list_id>/remove")
def remove(list_id: int) -> ResponseReturnValue:
    row = receipt_list(list_id, by=acting())
    event, session = row.session.event.slug, row.session.slug
    if request.form.get("step") != "confirm":
        abort(400)
    remove_receipts(list_id, by=acting())
    flash(_("The list is removed."), "success")
    return redirect(url_for(".index", event=event, session=session), 303)


def _place(event: str, session: str) -> Session:
    return rosters.session_of(event, session, by=acting(), act=Act.RECEIPTS)


def _guests(row: ReceiptList) -> list[Guest]:
    """Who has a seat, and after them who is on the list and has lost hers since: she was paid, or wasn't, all the same."""
    seated = guests_of(row.session)
    there = {guest.registration_id for guest in seated}
    return seated + guests_in_rows([line.registration_id for line in row.lines if line.registration_id not in there])


def _number(typed: str | None) -> int:
    """What was typed as rupiah; -1, which no rule takes, for anything else."""
    told = read_rupiah(typed or "")
    return -1 if told is None else told


def _page(row: ReceiptList, problems: list[str] | None = None, *, typed: bool = False) -> str:
    """Eight queries. `typed`: show again what the request said, since it wasn't saved."""
    session = row.session
    guests = _guests(row)
    there = attended_days([guest.registration_id for guest in guests])
    lines = {line.registration_id: (line.amount, line.tax) for line in row.lines}
    new = not lines and row.changed_at == row.created_at
    paid = {guest.registration_id for guest in guests if there[guest.registration_id]} if new else set(lines)
    cells = {
        guest.registration_id: tuple(map(rupiah, lines.get(guest.registration_id, (row.amount, row.tax))))
        for guest in guests
    }
    if typed:
        paid = {
            int(each) for each in request.form.getlist("paid") if each.isascii() and each.isdigit() and len(each) < 12
        }
        cells = {each: (request.form.get(f"amount-{each}", ""), request.form.get(f"tax-{each}", "")) for each in cells}
    total = sum(amount - tax for amount, tax in lines.values())
    return render_template(
        "office/receipts/show.html",
        list=row,
        session=session,
        event=session.event,
        guests=guests,
        there=there,
        paid=paid,
        cells=cells,
        lines=lines,
        problems=problems or [],
        gross=rupiah(sum(amount for amount, _tax in lines.values())),
        tax=rupiah(sum(tax for _amount, tax in lines.values())),
        total=rupiah(total),
        terbilang=terbilang(total),
        new=new,
    )
