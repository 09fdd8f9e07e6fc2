"""The attendance report of an edition, narrowed as one likes; as a file by POST, since that is written into the audit log."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, abort, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from tpbis_events.foundation import clock
from tpbis_events.people.actor import Act
from tpbis_events.reports import attendance_report_files as files
from tpbis_events.reports.attendance_report import Asked, Report, report
from tpbis_events.reports.note_export import note_export
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language

page = Blueprint("attendance_reports", __name__)

LARGEST_WAVE = 10_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page.get("/office/events/<event>/attendance")
def show(event: str) -> str:
    by = acting()
    by.require_somewhere(Act.SEE_ROSTER)
    found = report(event, _asked(request.args), clock.now(), by=by)
    return render_template(
        "office/attendance_reports/show.html",
        report=found,
        event=found.event,
        asked=found.asked,
        query=_query(found.asked),
        blocks=files.blocks(found, language()),
        headings=files.HEADINGS,
        notes=files.NOTES,
        values=files.values,
        waves=sorted({each.wave.number for each in found.sessions if each.wave}),
        place=lambda session: files.place(session, language()),
        may_export=by.may_somewhere(Act.EXPORT),
    )


@page.post("/office/events/<event>/attendance")
def take(event: str) -> ResponseReturnValue:
    """`what` is xlsx or pdf; the rest narrows as on the page."""
    by, asked = acting(), _asked(request.form)
    by.require_somewhere(Act.EXPORT)
    found = report(event, asked, clock.now(), by=by)
    what = request.form.get("what")
    if what not in ("xlsx", "pdf"):
        abort(404)
    where = _one_province(found)
    note_export(f"attendance-{what}", f"event:{found.event.id}", where, rows=len(found.by_day), by=by)
    found = report(event, asked, clock.now(), by=by)  # anew: the command left everything that was read before
    file = io.BytesIO()
    if what == "xlsx":
        files.write_xlsx(file, found, language())
    else:
        file.write(files.draw_pdf(found, language()))
    file.seek(0)
    name = f"kehadiran-{found.event.slug}.{what}"
    mimetype = XLSX if what == "xlsx" else "application/pdf"
    answer = make_response(send_file(file, mimetype, as_attachment=True, download_name=name, etag=False))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked(form: Mapping[str, str]) -> Asked:
    wave, on = form.get("wave", ""), form.get("on", "")
    number = int(wave) if wave.isascii() and wave.isdigit() and len(wave) < 5 else 0
    try:
        day = date.fromisoformat(on) if on else None
    except ValueError:
        day = None
    return Asked(
        number if 0 < number < LARGEST_WAVE else None, form.get("session", "")[:80], form.get("role", "")[:80], day
    )


def _query(asked: Asked) -> dict[str, str]:
    told = {"wave": asked.wave, "session": asked.session, "role": asked.role, "on": asked.on}
    return {name: str(value) for name, value in told.items() if value}


def _one_province(found: Report) -> str | None:
    codes = {session.province_code for session in found.sessions}
    return codes.pop() if len(codes) == 1 else None
