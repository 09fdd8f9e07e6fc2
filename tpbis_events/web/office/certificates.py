"""The certificate of a registration: issued by an organizer, and its file for printing."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.certificates.issue import issue as issue_certificate
from tpbis_events.certificates.lookup import facts_for_drawing, file_name, of_registration
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.registrations import lookup
from tpbis_events.registrations.see_number import see_number
from tpbis_events.web.accounts import acting
from tpbis_events.web.refusals import sentence

page = Blueprint("certificates", __name__)


@page.post("/office/registrations/<reference>/certificate")
def issue(reference: str) -> ResponseReturnValue:
    """Then back to the person's page, where a refusal is told too."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.ISSUE_CERTIFICATE)
    reference = registration.reference
    try:
        issued = issue_certificate(registration.id, by=by)
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(" ".join(sentence(no)), "danger")
    else:
        flash(_("Certificate %(number)s is issued.", number=issued.number), "success")
    return redirect(url_for("office.registrations.show", reference=reference, _anchor="certificate"), 303)


@page.post("/office/registrations/<reference>/certificate/file")
def download(reference: str) -> Response:
    """The file. By POST, since a certificate that states a NIP shows it whole, and each look at one is written down."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.ISSUE_CERTIFICATE)
    certificate = of_registration(registration.id)
    if certificate is None:
        raise NotFound("certificate.not_made")
    if certificate.revoked_at:
        raise Refusal("certificate.revoked", number=certificate.number)
    from tpbis_events.certificates.drawing import draw

    facts, name = facts_for_drawing(certificate), file_name(certificate)
    if facts.nip and registration.person.nip:
        see_number(registration.id, by=by)
    return Response(
        draw(facts),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
