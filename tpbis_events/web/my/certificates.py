"""The certificate of one's own registration: made once by a POST, fetched by GET as often as one likes."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.certificates import badge_file
from tpbis_events.certificates.issue import issue as issue_certificate
from tpbis_events.certificates.lookup import of_registration
from tpbis_events.certificates.reissue import reissue as reissue_certificate
from tpbis_events.certificates.sign_file import sign_now
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import participant
from tpbis_events.registrations.links import open_link
from tpbis_events.web.certificate_file import certificate_file

page = Blueprint("certificates", __name__)


@page.post("/my/<token>/certificate")
def issue(token: str) -> ResponseReturnValue:
    """The certificate, or the letter of attendance when that is what the button says."""
    registration = open_link(token)
    letter = request.form.get("kind") == "letter"
    issued = issue_certificate(registration.id, by=participant(registration.id), letter=letter)
    return _file_or_page(token, issued.version_id)


@page.post("/my/<token>/certificate/new-version")
def reissue(token: str) -> ResponseReturnValue:
    """With what has changed since; the paper that was given out before then says that it is replaced."""
    registration = open_link(token)
    reissued = reissue_certificate(registration.id, by=participant(registration.id))
    return _file_or_page(token, reissued.version_id)


def _file_or_page(token: str, version_id: int) -> ResponseReturnValue:
    """The file, signed if that is done here; else the person's page, which says that it waits for its signature."""
    if sign_now(version_id, herself=True):
        return redirect(url_for(".download", token=token), 303)
    return redirect(url_for("my.registrations.show", token=token, _anchor="certificate-title"), 303)


@page.get("/my/<token>/certificate.pdf")
def download(token: str) -> Response:
    """The file. A GET makes no certificate: there is none before the POST."""
    certificate = of_registration(open_link(token).id)
    if certificate is None:
        raise NotFound("certificate.not_made")
    return certificate_file(certificate)


@page.get("/my/<token>/certificate.json")
def badge(token: str) -> Response:
    """The same certificate as an Open Badge, which proves itself. A GET, as it writes nothing: it is made anew each time."""
    certificate = of_registration(open_link(token).id)
    if certificate is None:
        raise NotFound("certificate.not_made")
    return Response(
        badge_file.badge_of(certificate),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{badge_file.file_name(certificate)}"'},
    )
