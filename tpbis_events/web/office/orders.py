"""An organizer's own exports that are made in the background: how far they are, fetch them, throw them away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from tpbis_events.people.actor import Act
from tpbis_events.reports import exports
from tpbis_events.reports.fetch_export import discard_export, fetch_export
from tpbis_events.reports.model import Export, ExportState
from tpbis_events.web.accounts import acting
from tpbis_events.web.refusal_words import WORDS

page = Blueprint("orders", __name__)

KINDS: dict[str, Any] = {
    "xlsx": _l("Table of registrations (Excel)"),
    "csv": _l("Table of registrations (CSV)"),
    "spj": _l("Accountability file (SPJ)"),
    "pack": _l("Pack for the meeting"),
    "results": _l("Results of questionnaires"),
    "commitments": _l("Follow-up plans"),
    "sheets": _l("Attendance sheets"),
    "certificates_zip": _l("Certificates, one file each"),
    "certificates_print": _l("Certificates to print"),
}
STATES: dict[ExportState, Any] = {
    ExportState.QUEUED: _l("Waiting for its turn"),
    ExportState.RUNNING: _l("Being made"),
    ExportState.READY: _l("Ready"),
    ExportState.FAILED: _l("Failed"),
    ExportState.EXPIRED: _l("Deleted"),
}
# The colours of the badges that mean the same.
BADGES = {
    ExportState.QUEUED: "waiting",
    ExportState.RUNNING: "offered",
    ExportState.READY: "seated",
    ExportState.FAILED: "failed",
    ExportState.EXPIRED: "cancelled",
}


@page.get("/office/exports")
def index() -> str:
    """The page asks again by itself while something is being made. Three queries."""
    acting().require_somewhere(Act.EXPORT)
    found = exports.of_account(current_user.id)
    return render_template(
        "office/orders/index.html",
        exports=found,
        unfinished=any(each.state in exports.UNFINISHED for each in found),
        kinds=KINDS,
        states=STATES,
        badges=BADGES,
        why=_why,
        size=_size,
    )


@page.post("/office/exports/<key>")
def fetch(key: str) -> ResponseReturnValue:
    """By POST, since each time is written into the audit log."""
    by = acting()
    by.require_somewhere(Act.EXPORT)
    fetched = fetch_export(key, account_id=current_user.id, by=by)
    answer = make_response(
        send_file(fetched.path, fetched.mimetype, as_attachment=True, download_name=fetched.file_name, etag=False)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@page.post("/office/exports/<key>/delete")
def discard(key: str) -> ResponseReturnValue:
    by = acting()
    by.require_somewhere(Act.EXPORT)
    discard_export(key, account_id=current_user.id, by=by)
    flash(_("The file is deleted."), "success")
    return redirect(url_for("office.orders.index"), 303)


def _why(export: Export) -> str:
    """Why one failed, in words."""
    if export.fault in WORDS and export.fault != "export.gave_up":
        return str(WORDS[export.fault][0])
    return str(_("It could not be made. Please order it again; tell the national office if that does not help."))


def _size(export: Export) -> str:
    if export.size < 1_000_000:
        return f"{max(export.size // 1000, 1)} kB"
    return f"{format_decimal(export.size / 1_000_000, format='0.0')} MB"
