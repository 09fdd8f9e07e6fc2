"""The mail desk of the national office: what is due, sent and failed, how a mail looks, and sending a failed one again.

Nothing here shows a personal link or a ticket.
"""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.outbox import desk
from tpbis_events.outbox.model import MailState
from tpbis_events.outbox.resend import resend as resend_mail
from tpbis_events.people.actor import Act
from tpbis_events.web.accounts import acting

page = Blueprint("mail", __name__)

ZONE = "Asia/Jakarta"
LARGEST_ID = 2**62
KINDS = {
    "applied": _l("Request received"),
    "confirmation": _l("Confirmation"),
    "waiting": _l("Waiting list"),
    "rejected": _l("Request not accepted"),
    "seated": _l("Seat from the waiting list"),
    "offer": _l("Offer of a seat"),
    "offer_reminder": _l("Reminder of an offer"),
    "lapsed": _l("Offer ended"),
    "moved": _l("Move"),
    "substituted": _l("Substitution"),
    "cancelled": _l("Cancellation"),
    "session_cancelled": _l("Cancelled session"),
    "rescheduled": _l("Changed session"),
    "note": _l("Letter of the office"),
    "invitation": _l("Invitation"),
    "nomination": _l("Call for nominations"),
    "links": _l("Links asked for again"),
    "account_link": _l("Link to a new account"),
    "export_ready": _l("Export that is ready"),
    "password_link": _l("Link to another password"),
}
# State -> kind of badge and words.
STATES = {
    MailState.DUE: ("waiting", _l("Due")),
    MailState.LEASED: ("open", _l("Being sent")),
    MailState.SENT: ("sent", _l("Sent")),
    MailState.FAILED: ("failed", _l("Failed")),
}
# A mail carries its styles with it; in its frame nothing else is let in, and nothing runs.
POLICY_OF_FRAME = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "",
}


@page.before_request
def _only_who_may_see_mail() -> None:
    acting().require_somewhere(Act.SEE_MAIL)


@page.get("/office/mail")
def index() -> str:
    """Four queries, whatever the size."""
    state = request.args.get("state", type=MailState)
    before = request.args.get("before", type=int)
    lines, next_before = desk.lines(state=state, before=min(before, LARGEST_ID) if before else None)
    return render_template(
        "office/mail/index.html",
        now=desk.standing(),
        lines=lines,
        state=state,
        kinds=KINDS,
        states=STATES,
        zone=ZONE,
        first_url=url_for("office.mail.index", state=state) if before else None,
        next_url=url_for("office.mail.index", state=state, before=next_before) if next_before else None,
    )


@page.get("/office/mail/<int:mail_id>")
def show(mail_id: int) -> str:
    return render_template(
        "office/mail/show.html",
        mail=desk.preview(_bounded(mail_id)),
        may_resend=acting().may_somewhere(Act.RESEND_MAIL),
        kinds=KINDS,
        states=STATES,
        zone=ZONE,
    )


@page.get("/office/mail/<int:mail_id>/html")
def html(mail_id: int) -> ResponseReturnValue:
    """The mail's own HTML, for the frame on its page."""
    answer = make_response(desk.preview(_bounded(mail_id)).words.html)
    answer.headers["Cache-Control"] = "no-store"
    return answer


html.talisman_view_options = {"content_security_policy": POLICY_OF_FRAME}  # type: ignore[attr-defined]


@page.post("/office/mail/<int:mail_id>/resend")
def resend(mail_id: int) -> ResponseReturnValue:
    by = acting()
    by.require_somewhere(Act.RESEND_MAIL)
    resend_mail(_bounded(mail_id), by=by.label)
    flash(_("The mail is due again and goes out at once."), "success")
    return redirect(url_for("office.mail.show", mail_id=mail_id), 303)


def _bounded(mail_id: int) -> int:
    return min(mail_id, LARGEST_ID)
