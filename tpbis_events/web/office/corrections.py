"""What people asked to have corrected on their certificates: all that wait, and the decision of one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.certificates.corrections import differences_of, waiting
from tpbis_events.certificates.decide_correction import decide_correction
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.registrations import lookup
from tpbis_events.web.accounts import acting
from tpbis_events.web.certificate_words import FACTS
from tpbis_events.web.office import beside
from tpbis_events.web.refusals import line

page = Blueprint("corrections", __name__)


@page.get("/office/corrections")
def index() -> str:
    by = acting()
    by.require_somewhere(Act.CORRECT)
    rows = [(each, differences_of(each, each.registration)) for each in waiting(by=by)]
    return render_template("office/corrections/index.html", rows=rows, facts=FACTS)


@page.post("/office/registrations/<reference>/correction")
def decide(reference: str) -> ResponseReturnValue:
    """Back to the person's page, where a refusal is told too."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.CORRECT)
    reference, accept = registration.reference, request.form.get("decision") == "accept"
    correction_id = beside.whole_number(request.form.get("correction"))
    reason = request.form.get("reason", "")
    try:
        decided = decide_correction(registration.id, correction_id, accept=accept, reason=reason, by=by)
    except Invalid:
        flash(_("Say in at most 500 characters why it is not accepted; the person reads it."), "danger")
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(line(no), "danger")
    else:
        flash(_told(decided.accepted, decided.version), "success")
    return redirect(url_for("office.registrations.show", reference=reference, _anchor="certificate"), 303)


def _told(accepted: bool, version: int | None) -> str:
    if not accepted:
        return str(_("The correction is not accepted. The person reads your reason on her page."))
    if version:
        return str(_("Corrected. Version %(version)s of the certificate is issued.", version=version))
    return str(_("Corrected."))
