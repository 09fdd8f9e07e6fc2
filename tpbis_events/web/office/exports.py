"""Take lists and reports out: of an event, or of one of its sessions. By POST, since each is written into the audit log."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from typing import IO, Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from tpbis_events.people.actor import Actor
from tpbis_events.programmes.model import Session
from tpbis_events.reports import edition, edition_files, lists, make_file
from tpbis_events.reports.asked import BOOKS, KINDS, TABLES, Asked
from tpbis_events.reports.columns import SENSITIVE, groups_for
from tpbis_events.reports.note_export import note_export
from tpbis_events.reports.order_export import ROWS_AT_ONCE, is_large, order_export
from tpbis_events.reports.rows import how_many
from tpbis_events.reports.scope import Scope, scope
from tpbis_events.reports.words import STATES
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import searching

page = Blueprint("exports", __name__)

_SHOWN = ("q", "role", "state")  # the filters that the page has fields for; the others are taken along
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is drawn of one session: words on the page, name of the file, what draws it.
LISTS: dict[str, tuple[Any, str, Callable[[Session], bytes]]] = {
    "participants": (_l("List of participants"), "daftar-peserta", lists.participants),
    "codes": (_l("Codes to type at the door"), "kode-singkat", lists.short_codes),
    "attendance": (_l("Attendance as it was kept"), "kehadiran", lists.attendance_as_kept),
    "certificates": (_l("Index of certificates"), "indeks-sertifikat", lists.certificates),
}
GROUPS: dict[str, Any] = {
    "contact": _l("E-mail addresses and phone numbers"),
    "nip": _l("Whole NIP"),
    "support": _l("Support that is needed"),
}


@page.get("/office/events/<event>/exports")
def event(event: str) -> str:
    return _page(scope(event, None, by=acting()))


@page.get("/office/events/<event>/sessions/<session>/exports")
def session(event: str, session: str) -> str:
    return _page(scope(event, session, by=acting()))


@page.post("/office/events/<event>/exports")
def take_event(event: str) -> ResponseReturnValue:
    by = acting()
    return _take(scope(event, None, by=by), by)


@page.post("/office/events/<event>/sessions/<session>/exports")
def take_session(event: str, session: str) -> ResponseReturnValue:
    by = acting()
    return _take(scope(event, session, by=by), by)


def _page(of: Scope) -> str:
    by, search = acting(), searching.asked(request.args)
    return render_template(
        "office/exports/show.html",
        scope=of,
        event=of.event,
        session=of.sessions[0] if of.one else None,
        search=search,
        hidden={name: value for name, value in searching.query(search).items() if name not in _SHOWN},
        narrows=searching.narrows(search),
        number=how_many(of, search, by=by),
        rows_at_once=ROWS_AT_ONCE,
        states=[(state.value, words) for state, words in STATES.items()],
        groups=[(group, GROUPS[group]) for group in groups_for(by, of)],
        lists=LISTS,
    )


def _take(of: Scope, by: Actor) -> ResponseReturnValue:
    what = request.form.get("what", "")
    if what in KINDS:
        return _by_order(of, what, by)
    if what in LISTS and of.one:
        _words, name, draw = LISTS[what]
        event, session = of.event.slug, of.sessions[0].slug
        note_export(what, of.subject, of.province_code, rows=how_many(of, make_file.SEATED, by=by), by=by)
        of = scope(event, session, by=by)  # anew: the command left everything that was read before
        return file_answer(io.BytesIO(draw(of.sessions[0])), f"{name}-{of.name}.pdf", "application/pdf")
    if what == "report-xlsx":
        found = edition.report(of)
        return written(lambda file: edition_files.write_xlsx(file, found, language()), f"laporan-{of.name}.xlsx", XLSX)
    if what == "report-pdf":
        drawn = edition_files.draw_pdf(edition.report(of), language())
        return file_answer(io.BytesIO(drawn), f"laporan-{of.name}.pdf", "application/pdf")
    abort(404)


def _by_order(of: Scope, kind: str, by: Actor) -> ResponseReturnValue:
    """At once, or in the background when it is large."""
    groups = tuple(group for group in SENSITIVE if group in request.form.getlist("with"))
    session = of.sessions[0].slug if of.one else None
    search = searching.from_the_first_page(searching.asked(request.form)) if kind in TABLES else make_file.SEATED
    asked = Asked(kind, of.event.slug, session, search, groups, language())
    plan = make_file.plan(asked, by=by)
    if is_large(asked, plan):
        return _in_the_background(asked, by)
    keys = [column.key for column in plan.columns]
    number = plan.total if kind in (*TABLES, *BOOKS) else how_many(of, search, by=by)
    note_export(kind, of.subject, of.province_code, rows=number, columns=keys, by=by)
    plan = make_file.plan(asked, by=by)  # anew: the command left everything that was read before
    return written(lambda file: make_file.write(file, asked, plan, by=by), plan.file_name, make_file.MIMETYPES[kind])


def take_file(asked: Asked) -> ResponseReturnValue:
    """A file without columns of its own, a zip or papers: at once, or in the background when it is large."""
    by = acting()
    plan = make_file.plan(asked, by=by)
    if is_large(asked, plan):
        return _in_the_background(asked, by)
    note_export(asked.kind, plan.scope.subject, plan.scope.province_code, rows=plan.total, by=by)
    plan = make_file.plan(asked, by=by)  # anew: the command left everything that was read before
    mimetype = make_file.mimetype(asked.kind, plan.file_name)
    return written(lambda file: make_file.write(file, asked, plan, by=by), plan.file_name, mimetype)


def _in_the_background(asked: Asked, by: Actor) -> ResponseReturnValue:
    order_export(asked, account_id=current_user.id, by=by)
    flash(_("Your file is large, so it is made in the background. You get a mail when it is ready."), "success")
    return redirect(url_for("office.orders.index"), 303)


def written(write: Callable[[IO[bytes]], object], name: str, mimetype: str) -> ResponseReturnValue:
    """Into a file on the disk that goes when it is closed: memory stays constant."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file_answer(file, name, mimetype)


def file_answer(file: IO[bytes], name: str, mimetype: str) -> ResponseReturnValue:
    answer = make_response(send_file(file, mimetype, as_attachment=True, download_name=name, etag=False))
    answer.headers["Cache-Control"] = "no-store"
    return answer
