"""Anybody checks a certificate by the code on it: valid, replaced, revoked, or unknown; and sees what it says, no more."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from tpbis_events.certificates.lookup import told, version_by_code
from tpbis_events.certificates.wording import CODE_LENGTH
from tpbis_events.foundation import codes
from tpbis_events.web.guards import limiter

page = Blueprint("certificates", __name__)

LIMIT = "60 per minute"
LONGEST = 200  # more than the whole address of a check page
ZONE = "Asia/Jakarta"  # certificates are issued and revoked there


class CodeForm(FlaskForm):
    class Meta:
        csrf = False

    code = StringField(
        _l("Check code"),
        description=_l("It stands beside the QR code of the certificate, for example 7KQ4-M2XA-91TD-0C5H-PW8E."),
    )


@page.get("/check")
def ask() -> ResponseReturnValue:
    """Asks for the code, and leads to its own address, which can be kept and shared."""
    form = CodeForm(request.args)
    if form.code.data is None:
        return _page("public/certificates/ask.html", form=form)
    typed = form.code.data.strip()[:LONGEST]
    code = codes.read_back(typed.rpartition("/check/")[2])
    problem = _problem(typed, code)
    if problem:
        form.code.errors = [problem]
        return _page("public/certificates/ask.html", form=form)
    return redirect(url_for(".show", code=codes.grouped(code)), 303)


@page.get("/check/<code>")
@limiter.limit(LIMIT)
def show(code: str) -> Response:
    version = version_by_code(code[:LONGEST])
    if version is None:
        form = CodeForm(data={"code": code[:40]})
        return _page("public/certificates/unknown.html", 404, form=form, code_length=CODE_LENGTH)
    return _page("public/certificates/show.html", told=told(version), zone=ZONE)


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
