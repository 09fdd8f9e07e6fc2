"""The scans of one session that need the office's word, and those that let nobody in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.attendance.model import Scan, Settling
from tpbis_events.attendance.scans import failed_scans, scans_to_settle
from tpbis_events.attendance.settle_scan import settle_scan
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.registrations import roster as rosters
from tpbis_events.web.accounts import acting
from tpbis_events.web.refusal_words import WORDS
from tpbis_events.web.refusals import sentence

page = Blueprint("scans", __name__)


@page.get("/office/events/<event>/sessions/<session>/scans")
def index(event: str, session: str) -> str:
    row = rosters.session_of(event, session, by=acting(), act=Act.MANAGE_DOOR)
    return render_template(
        "office/scans/index.html",
        session=row,
        event=row.event,
        waiting=scans_to_settle(row.id),
        others=failed_scans(row.id),
        result=_result,
    )


@page.post("/office/events/<event>/sessions/<session>/scans/<int:scan>")
def settle(event: str, session: str, scan: int) -> ResponseReturnValue:
    """`act` is accept or dismiss, with a reason. A refusal is told on the list."""
    by = acting()
    row = rosters.session_of(event, session, by=by, act=Act.MANAGE_DOOR)
    known = db.session.get(Scan, scan)
    if known is None or known.session_id != row.id:
        raise NotFound("scan.unknown")
    try:
        outcome = settle_scan(
            scan, accept=request.form.get("act") == "accept", reason=request.form.get("reason", ""), by=by
        )
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(". ".join(sentence(no)), "danger")
    else:
        accepted = outcome is Settling.ACCEPTED
        flash(_("The scan counts now.") if accepted else _("The scan is dismissed. It stays on record."), "success")
    return redirect(url_for(".index", event=event, session=session), 303)


def _result(scan: Scan) -> str:
    """What came of a scan, in words."""
    if scan.result in WORDS:
        return str(WORDS[scan.result][0])
    return str(_("Checked in") if scan.result == "in" else _("Already checked in"))
