"""Anybody checks a certificate, by the code on it or by its file: valid, replaced, revoked, altered or unknown; and sees what
it says, no more. A file is looked at and forgotten: neither it nor its name is kept or logged.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import FileField, StringField

from tpbis_events.certificates import badge_key
from tpbis_events.certificates.check_file import LARGEST, Checked, Outcome, checked, with_codes
from tpbis_events.certificates.lookup import told, version_by_code
from tpbis_events.certificates.wording import CODE_LENGTH
from tpbis_events.foundation import clock, codes, tokens
from tpbis_events.foundation.errors import Gone, NotFound
from tpbis_events.web.guards import limiter

page = Blueprint("certificates", __name__)

LIMIT = "60 per minute"
MEGABYTE = 1024 * 1024
LONGEST = 200  # more than the whole address of a check page
ZONE = "Asia/Jakarta"  # certificates are issued and revoked there
SHOWN = 10  # so many codes of a file that bears several
_RESULT = "checked file"
_KEPT = timedelta(hours=1)  # so long a result can be read in the other language
_SENTENCES = {
    Outcome.EMPTY: _l("Choose the PDF file of the certificate. The one that came is empty."),
    Outcome.PICTURE: _l(
        "This is a picture, and a picture cannot be checked by its bytes. Please type the check code that stands on it."
    ),
    Outcome.NO_PDF: _l("This is no PDF file. Choose the PDF file of the certificate, or type its check code."),
}
_TOO_LARGE = _l(
    "This file is larger than %(size)s MB, which no certificate is. Please type its check code.",
    size=LARGEST // MEGABYTE,
)


class CodeForm(FlaskForm):
    class Meta:
        csrf = False

    code = StringField(
        _l("Check code"),
        description=_l("It stands beside the QR code of the certificate, for example 7KQ4-M2XA-91TD-0C5H-PW8E."),
    )


class CertificateFileForm(FlaskForm):
    class Meta:
        csrf = False

    file = FileField(
        _l("PDF file of the certificate"),
        description=_l(
            "The file as you got it, at most %(size)s MB. It is only looked at, and not kept.", size=LARGEST // MEGABYTE
        ),
    )


@page.context_processor
def issuers() -> dict[str, list[str]]:
    """Under which names badges were signed here: anybody can sign one that says to be ours."""
    return {"badge_issuers": [key.did for key in badge_key.all_keys()]}


@page.get("/check")
def ask() -> ResponseReturnValue:
    """Asks for the code, and leads to its own address, which can be kept and shared."""
    form = CodeForm(request.args)
    if form.code.data is None:
        return _page("public/certificates/ask.html", form=form, file_form=CertificateFileForm(formdata=None))
    typed = form.code.data.strip()[:LONGEST]
    code = codes.read_back(typed.rpartition("/check/")[2])
    problem = _problem(typed, code)
    if problem:
        form.code.errors = [problem]
        return _page("public/certificates/ask.html", form=form, file_form=CertificateFileForm(formdata=None))
    return redirect(url_for(".show", code=codes.grouped(code)), 303)


@page.get("/check/<code>")
@limiter.limit(LIMIT)
def show(code: str) -> Response:
    version = version_by_code(code[:LONGEST])
    if version is None:
        form = CodeForm(data={"code": code[:40]})
        return _page("public/certificates/unknown.html", 404, form=form, code_length=CODE_LENGTH, file_form=None)
    return _page("public/certificates/show.html", told=told(version), zone=ZONE)


@page.post("/check")
@limiter.limit(LIMIT)
def check_file() -> ResponseReturnValue:
    """What a file is. It can't be sent twice, so the page carries its result signed for who wants it in the other language."""
    try:
        if "result" in request.form:
            return _again(request.form["result"])
        content = _sent()
    except RequestEntityTooLarge:
        return _wrong_file(str(_TOO_LARGE), 413)
    found = checked(content)
    if found.outcome in _SENTENCES:
        return _wrong_file(str(_SENTENCES[found.outcome]), 422)
    return _told_of(found)


def _sent() -> bytes:
    """The bytes of the file, none where none was chosen; `RequestEntityTooLarge` for more than a certificate has."""
    upload = request.files.get("file")
    content = upload.read(LARGEST + 1) if upload else b""
    if len(content) > LARGEST:
        raise RequestEntityTooLarge
    return content


def _again(result: str) -> ResponseReturnValue:
    """The result that a page of ours carried; where it was too long ago, the empty form."""
    try:
        outcome, *found = tokens.read(_RESULT, result)
    except (Gone, NotFound):
        return redirect(url_for(".ask"), 303)
    return _told_of(Checked(Outcome(outcome), with_codes(found)))


def _told_of(found: Checked) -> Response:
    proofs = [(told(each), codes.grouped(each.code)) for each in found.versions[:SHOWN]]
    facts = [found.outcome.value, *(each.code for each in found.versions[:SHOWN])]
    return _page(
        "public/certificates/file.html",
        outcome=found.outcome.value,
        told=proofs[0][0] if proofs else None,
        others=proofs[1:],
        zone=ZONE,
        result=tokens.sign(_RESULT, facts, until=clock.now() + _KEPT),
        form=CodeForm(formdata=None),
        file_form=CertificateFileForm(formdata=None),
    )


def _wrong_file(problem: str, status: int) -> Response:
    file_form = CertificateFileForm(formdata=None)
    file_form.file.errors = [problem]
    return _page("public/certificates/ask.html", status, form=CodeForm(formdata=None), file_form=file_form)


def _problem(typed: str, code: str) -> str | None:
    if not code:
        return str(_("Type the check code."))
    if "/" in typed and "/check/" not in typed:
        return str(_("This looks like the number of the certificate. Please type the check code beside the QR code."))
    return None


def _page(template: str, status: int = 200, **facts: object) -> Response:
    """A page that search engines leave out and nobody keeps: it may bear a name."""
    answer = make_response(render_template(template, **facts), status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
