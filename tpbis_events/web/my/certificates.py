"""The certificate of one's own registration: made once by a POST, fetched by GET as often as one likes."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.certificates.issue import issue as issue_certificate
from tpbis_events.certificates.lookup import facts_for_drawing, file_name, of_registration
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import participant
from tpbis_events.registrations.links import open_link

page = Blueprint("certificates", __name__)


@page.post("/my/<token>/certificate")
def issue(token: str) -> ResponseReturnValue:
    registration = open_link(token)
    issue_certificate(registration.id, by=participant(registration.id))
    return redirect(url_for(".download", token=token), 303)


@page.get("/my/<token>/certificate.pdf")
def download(token: str) -> Response:
    """The file, the same bytes each time. A GET makes no certificate: there is none before the POST."""
    from tpbis_events.certificates.drawing import draw

    certificate = of_registration(open_link(token).id)
    if certificate is None:
        raise NotFound("certificate.not_made")
    if certificate.revoked_at:
        raise Refusal("certificate.revoked", number=certificate.number)
    return Response(
        draw(facts_for_drawing(certificate)),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file_name(certificate)}"'},
    )
