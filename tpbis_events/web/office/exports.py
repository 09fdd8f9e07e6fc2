"""Take lists and reports out: of an event, or of one of its sessions. By POST, since each is written into the audit log."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Sequence
from typing import IO, Any

from flask import Blueprint, abort, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from tpbis_events.foundation import clock
from tpbis_events.people.actor import Actor
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.rules import plain
from tpbis_events.reports import accountability, edition, edition_files, lists, tables
from tpbis_events.reports.columns import SENSITIVE, cells, columns_for, groups_for, text_of
from tpbis_events.reports.note_export import note_export
from tpbis_events.reports.rows import Filters, how_many, lines
from tpbis_events.reports.scope import Scope, scope
from tpbis_events.reports.words import STATES
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language

page = Blueprint("exports", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is drawn of one session: words on the page, name of the file, what draws it.
LISTS: dict[str, tuple[Any, str, Callable[[Session], bytes]]] = {
    "participants": (_l("List of participants"), "daftar-peserta", lists.participants),
    "to-sign": (_l("Empty attendance list to sign"), "daftar-hadir-kosong", lists.attendance_to_sign),
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
    filters = _filters(request.args)
    return render_template(
        "office/exports/show.html",
        scope=of,
        event=of.event,
        session=of.sessions[0] if of.one else None,
        filters=filters,
        number=how_many(of, filters),
        states=[(state.value, words) for state, words in STATES.items()],
        groups=[(group, GROUPS[group]) for group in groups_for(acting(), of)],
        lists=LISTS,
    )


def _take(of: Scope, by: Actor) -> ResponseReturnValue:
    asked = request.form.get("what", "")
    if asked in ("xlsx", "csv"):
        return _table(of, by, asked)
    if asked in LISTS and of.one:
        _words, name, draw = LISTS[asked]
        of = _noted(of, asked, Filters(state="seated"), by)
        return _file(io.BytesIO(draw(of.sessions[0])), f"{name}-{of.name}.pdf", "application/pdf")
    if asked == "spj":
        of = _noted(of, asked, Filters(state="seated"), by)
        return _written(lambda file: accountability.write_zip(file, of), f"spj-{of.name}.zip", "application/zip")
    if asked == "report-xlsx":
        found = edition.report(of)
        return _written(lambda file: edition_files.write_xlsx(file, found, language()), f"laporan-{of.name}.xlsx", XLSX)
    if asked == "report-pdf":
        drawn = edition_files.draw_pdf(edition.report(of), language())
        return _file(io.BytesIO(drawn), f"laporan-{of.name}.pdf", "application/pdf")
    abort(404)


def _table(of: Scope, by: Actor, kind: str) -> ResponseReturnValue:
    filters = _filters(request.form)
    groups = frozenset(request.form.getlist("with")) & set(SENSITIVE)
    columns = columns_for(by, of, groups)
    keys = [column.key for column in columns]
    of = _noted(of, kind, filters, by, keys)
    to, title = language(), text_of(of.event, "name", language())

    def write(file: IO[bytes]) -> None:
        found = lines(of, filters, nip="nip" in keys, support="support" in keys)
        rows = (cells(line, columns, by, to) for line in found)
        if kind == "xlsx":
            tables.write_xlsx(file, title, columns, rows)
        else:
            tables.write_csv(file, columns, rows, separator=";" if to == "id" else ",")

    mimetype = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    return _written(write, f"{of.name}-{local_date(clock.now(), 'Asia/Jakarta')}.{kind}", mimetype)


def _noted(of: Scope, kind: str, filters: Filters, by: Actor, columns: Sequence[str] = ()) -> Scope:
    """Write the export down, then read anew what it is about: the command left everything that was read before."""
    event, session = of.event.slug, of.sessions[0].slug if of.one else None
    note_export(kind, of.subject, of.province_code, rows=how_many(of, filters), columns=columns, by=by)
    return scope(event, session, by=by)


def _written(write: Callable[[IO[bytes]], None], name: str, mimetype: str) -> ResponseReturnValue:
    """Into a file on the disk that goes when it is closed: memory stays constant."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return _file(file, name, mimetype)


def _file(file: IO[bytes], name: str, mimetype: str) -> ResponseReturnValue:
    answer = make_response(send_file(file, mimetype, as_attachment=True, download_name=name, etag=False))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _filters(given: Any) -> Filters:
    return Filters(
        role=plain(given.get("role", ""), 80),
        state=plain(given.get("state", ""), 24),
        words=plain(given.get("q", ""), 200),
    )
