"""Ask for the link to one's registration again; the answer is the same for every address, known or not."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from tpbis_events.foundation.errors import Invalid
from tpbis_events.registrations.ask_link import PAUSE, ask_link
from tpbis_events.registrations.links import LIFE_AFTER_SESSION
from tpbis_events.web.guards import limiter
from tpbis_events.web.languages import language
from tpbis_events.web.registration_form import PROBLEMS

page = Blueprint("links", __name__)

LIMIT = "10 per minute; 100 per hour"  # of one client; a whole office may share its network address


class LinkForm(FlaskForm):
    """One question. No CSRF token: whoever sends it can only make a mail go to its owner."""

    class Meta:
        csrf = False

    email = StringField(
        _l("E-mail address"),
        description=_l("The one that was given when you registered, also if it belongs to your office."),
    )


@page.get("/my")
def ask() -> str:
    return _page(LinkForm())


@page.post("/my")
@limiter.limit(lambda: LIMIT)
def send() -> ResponseReturnValue:
    form = LinkForm()
    if request.form.get("step") == "edit":  # the page in the other language, with what was typed so far
        return _page(form)
    try:
        ask_link(form.email.data or "", language())
    except Invalid as wrong:
        code = wrong.problems["email"]
        form.email.errors = [str(PROBLEMS.get(f"email {code}") or PROBLEMS[code])]
        return _page(form), 422
    return redirect(url_for(".asked"), 303)


@page.get("/my/asked")
def asked() -> str:
    """What happens next. It names no address, and is there for everybody, asked or not."""
    return render_template(
        "my/links/asked.html", minutes=int(PAUSE.total_seconds() // 60), days=LIFE_AFTER_SESSION.days
    )


def _page(form: LinkForm) -> str:
    return render_template("my/links/ask.html", form=form)
