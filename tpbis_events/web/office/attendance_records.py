"""The auditor's page of a session's attendance, read only. It opens by a button, since each look is written into the audit log.

The button leads to the page with a pass in its address that is good for this account and half an hour, so it can be
printed and shown again; a GET changes nothing.
"""

from __future__ import annotations

import io
from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.foundation import clock, tokens
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session
from tpbis_events.reports.attendance_facts import session_of
from tpbis_events.reports.attendance_record import SOURCES, cover_of, record_of
from tpbis_events.reports.attendance_record_file import draw_pdf
from tpbis_events.reports.note_export import note_export
from tpbis_events.reports.note_look import note_look
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.refusal_words import WORDS

page = Blueprint("attendance_records", __name__)

OPEN_FOR = timedelta(minutes=30)
_PURPOSE = "attendance record"


@page.get("/office/events/<event>/sessions/<session>/attendance-record")
def show(event: str, session: str) -> str:
    """The cover with the checksum; with a good pass the whole record."""
    by, now = acting(), clock.now()
    row = session_of(event, session, by=by)
    if not _may_pass(request.args.get("look", ""), row, by):
        digits, facts, head = cover_of(row)
        return render_template(
            "office/attendance_records/cover.html",
            session=row,
            event=row.event,
            digits=digits,
            facts=facts,
            head=head,
            minutes=int(OPEN_FOR.total_seconds() // 60),
            now=now,
        )
    return render_template(
        "office/attendance_records/show.html",
        session=row,
        event=row.event,
        record=record_of(row),
        sources=SOURCES,
        reason=reason,
        may_export=by.may(Act.EXPORT, row.province_code),
        now=now,
        now_utc=now.isoformat(timespec="seconds"),
    )


@page.post("/office/events/<event>/sessions/<session>/attendance-record")
def open_(event: str, session: str) -> ResponseReturnValue:
    """`act` is open, or pdf for the same as a file."""
    by = acting()
    row = session_of(event, session, by=by)
    if request.form.get("act") == "pdf":
        return _pdf(row, by)
    session_id = row.id
    note_look(session_id, by=by)
    key = tokens.sign(_PURPOSE, [session_id, by.label], until=clock.now() + OPEN_FOR)
    return redirect(url_for(".show", event=event, session=session, look=key), 303)


def reason(code: str) -> str:
    """Why a scan let nobody in."""
    return str(WORDS[code][0]) if code in WORDS else code


def _pdf(row: Session, by: Actor) -> ResponseReturnValue:
    event, slug = row.event.slug, row.slug
    note_export("attendance-record", f"session:{row.id}", row.province_code, rows=1, by=by)
    row = session_of(event, slug, by=by)  # anew: the command left everything that was read before
    file = io.BytesIO(draw_pdf(record_of(row), clock.now(), reason, language()))
    name = f"catatan-kehadiran-{event}-{slug}.pdf"
    answer = make_response(send_file(file, "application/pdf", as_attachment=True, download_name=name, etag=False))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may_pass(key: str, session: Session, by: Actor) -> bool:
    """Whether this account opened this record within the last half hour."""
    try:
        return bool(key) and tokens.read(_PURPOSE, key) == [session.id, by.label]
    except Refusal:
        return False
