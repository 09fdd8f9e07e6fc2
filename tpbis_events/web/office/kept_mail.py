"""In development: the mails that are kept as files, as they would look on a phone. In production there are no such pages."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.foundation.errors import NotFound
from tpbis_events.outbox import kept
from tpbis_events.people.actor import Act
from tpbis_events.web.accounts import acting
from tpbis_events.web.office.mail import LARGEST_ID, POLICY_OF_FRAME, ZONE

page = Blueprint("kept_mail", __name__)

POLICY = {**POLICY_OF_FRAME, "img-src": "data:"}


@page.before_request
def _in_development_only() -> None:
    acting().require_somewhere(Act.SEE_MAIL)
    if current_app.config["PRODUCTION"]:
        abort(404)


@page.get("/office/mail/files")
def index() -> str:
    before = request.args.get("before", type=int)
    mails, next_before = kept.newest(min(before, LARGEST_ID) if before else None)
    return render_template(
        "office/kept_mail/index.html",
        mails=mails,
        zone=ZONE,
        first_url=url_for(".index") if before else None,
        next_url=url_for(".index", before=next_before) if next_before else None,
    )


@page.get("/office/mail/files/<name>")
def show(name: str) -> str:
    return render_template("office/kept_mail/show.html", mail=kept.opened(name), zone=ZONE)


@page.get("/office/mail/files/<name>/html")
def html(name: str) -> ResponseReturnValue:
    """The mail's own HTML, for the frame on its page."""
    return make_response(kept.opened(name).html)


html.talisman_view_options = {"content_security_policy": POLICY}  # type: ignore[attr-defined]


@page.get("/office/mail/files/<name>/parts/<int:number>")
def part(name: str, number: int) -> ResponseReturnValue:
    """What the mail carries, to be kept and never to be run here."""
    found = next((each for each in kept.opened(name).parts if each.number == number), None)
    if found is None:
        raise NotFound("kept_mail.unknown")
    answer = Response(found.content, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    return answer
