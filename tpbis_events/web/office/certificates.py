"""The certificate of a registration: issued by an organizer, written anew, revoked; and its file for printing."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.certificates.issue import issue as issue_certificate
from tpbis_events.certificates.lookup import of_registration
from tpbis_events.certificates.reissue import reissue as reissue_certificate
from tpbis_events.certificates.revoke import revoke as revoke_certificate
from tpbis_events.certificates.sign_file import sign_now
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.registrations import lookup
from tpbis_events.registrations.see_number import see_number
from tpbis_events.web.accounts import acting
from tpbis_events.web.certificate_file import certificate_file
from tpbis_events.web.refusals import line

page = Blueprint("certificates", __name__)


@page.post("/office/registrations/<reference>/certificate")
def issue(reference: str) -> ResponseReturnValue:
    """Earned, as a letter of attendance, or with the office's reason although something is missing."""
    by = acting()
    registration_id = lookup.by_reference(reference, by=by, act=Act.ISSUE_CERTIFICATE).id
    kind = request.form.get("kind")
    waiver = request.form.get("reason", "") if kind == "waived" else None

    def act() -> str:
        issued = issue_certificate(registration_id, by=by, letter=kind == "letter", waiver=waiver)
        said = str(_("Certificate %(number)s is issued.", number=issued.number))
        return said if sign_now(issued.version_id) else f"{said} {_waits()}"

    return _done(reference, act)


@page.post("/office/registrations/<reference>/certificate/new-version")
def reissue(reference: str) -> ResponseReturnValue:
    by = acting()
    registration_id = lookup.by_reference(reference, by=by, act=Act.ISSUE_CERTIFICATE).id

    def act() -> str:
        new = reissue_certificate(registration_id, by=by)
        said = str(
            _("Version %(version)s of certificate %(number)s is issued.", version=new.version, number=new.number)
        )
        return said if sign_now(new.version_id) else f"{said} {_waits()}"

    return _done(reference, act)


@page.post("/office/registrations/<reference>/certificate/revoke")
def revoke(reference: str) -> ResponseReturnValue:
    by = acting()
    registration_id = lookup.by_reference(reference, by=by, act=Act.REVOKE_CERTIFICATE).id

    def act() -> str:
        revoked = revoke_certificate(registration_id, reason=request.form.get("reason", ""), by=by)
        return str(_("Certificate %(number)s is revoked.", number=revoked.number))

    return _done(reference, act)


@page.post("/office/registrations/<reference>/certificate/file")
def download(reference: str) -> Response:
    """The file. By POST, since a certificate that states a NIP shows it whole, and each look at one is written down."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.ISSUE_CERTIFICATE)
    certificate = of_registration(registration.id)
    if certificate is None:
        raise NotFound("certificate.not_made")
    answer, printed = certificate_file(certificate), certificate.latest.nip
    if printed:
        see_number(registration.id, by=by, printed=printed)
    return answer


def _waits() -> str:
    return str(_("Its file still waits for the signature; the person gets a mail when it is there."))


def _done(reference: str, act: Callable[[], str]) -> ResponseReturnValue:
    """Back to the person's page, where a refusal is told too."""
    try:
        flash(act(), "success")
    except Invalid:
        flash(_("Please give a reason of at most 500 characters; it stays on record. Nothing was changed."), "danger")
    except Refusal as no:
        if no.status in (403, 404):
            raise
        flash(line(no), "danger")
    return redirect(url_for("office.registrations.show", reference=reference, _anchor="certificate"), 303)
