"""The mail desk of the national office: how the queue stands, what failed and why, how a mail looks; send again and give up,
one or all of a group; and all the mail to one address.

Nothing here shows a personal link or a ticket.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from tpbis_events.outbox import desk, give_up
from tpbis_events.outbox import resend as resending
from tpbis_events.outbox.model import MailState
from tpbis_events.outbox.see_address import see_address
from tpbis_events.outbox.which import Which
from tpbis_events.people.actor import Act
from tpbis_events.web.accounts import acting
from tpbis_events.web.office.mail_causes import cause_words

page = Blueprint("mail", __name__)

ZONE = "Asia/Jakarta"
LARGEST_ID = 2**62
KINDS = {
    "applied": _l("Request received"),
    "approved": _l("Request approved"),
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
    "reminder": _l("Reminder of a session"),
    "certificate_ready": _l("Certificate that is ready"),
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
    MailState.HELD: ("waiting", _l("Held back")),
    MailState.GIVEN_UP: ("closed", _l("Given up")),
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
    """Eight queries, whatever the size."""
    which = _asked(request.args)
    before = request.args.get("before", type=int)
    lines, next_before = desk.lines(which, before=_bounded(before) if before else None)
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in ("state", "cause", "code", "kind")
    }
    return render_template(
        "office/mail/index.html",
        now=desk.standing(),
        groups=desk.groups(),
        lines=lines,
        which=which,
        kinds=KINDS,
        states=STATES,
        cause_words=cause_words,
        may_resend=acting().may_somewhere(Act.RESEND_MAIL),
        zone=ZONE,
        first_url=url_for("office.mail.index", **kept) if before else None,
        next_url=url_for("office.mail.index", **kept, before=next_before) if next_before else None,
    )


@page.get("/office/mail/<int:mail_id>")
def show(mail_id: int) -> str:
    return render_template(
        "office/mail/show.html",
        mail=desk.preview(_bounded(mail_id)),
        may_resend=acting().may_somewhere(Act.RESEND_MAIL),
        resendable=resending.RESENDABLE,
        unsent=give_up.UNSENT,
        kinds=KINDS,
        states=STATES,
        cause_words=cause_words,
        zone=ZONE,
    )


@page.get("/office/mail/<int:mail_id>/html")
def html(mail_id: int) -> ResponseReturnValue:
    """The mail's own HTML, for the frame on its page."""
    answer = make_response(desk.preview(_bounded(mail_id)).words.html)
    answer.headers["Cache-Control"] = "no-store"
    return answer


html.talisman_view_options = {"content_security_policy": POLICY_OF_FRAME}  # type: ignore[attr-defined]


@page.post("/office/mail/<int:mail_id>/address")
def address(mail_id: int) -> str:
    """All mails to the address of this one. By POST, since each look is written down."""
    before = request.form.get("before", type=int)
    seen = see_address(_bounded(mail_id), by=acting().label, before=_bounded(before) if before else None)
    return render_template(
        "office/mail/address.html",
        seen=seen,
        mail_id=mail_id,
        may_resend=acting().may_somewhere(Act.RESEND_MAIL),
        kinds=KINDS,
        states=STATES,
        cause_words=cause_words,
        zone=ZONE,
    )


@page.post("/office/mail/<int:mail_id>/resend")
def resend(mail_id: int) -> ResponseReturnValue:
    by = acting()
    by.require_somewhere(Act.RESEND_MAIL)
    resending.resend(_bounded(mail_id), by=by.label)
    flash(_("The mail is due again and goes out at once."), "success")
    return redirect(url_for("office.mail.show", mail_id=mail_id), 303)


@page.post("/office/mail/<int:mail_id>/give-up")
def give_one_up(mail_id: int) -> ResponseReturnValue:
    by = acting()
    by.require_somewhere(Act.RESEND_MAIL)
    give_up.give_up(_bounded(mail_id), by=by.label)
    flash(_("The mail is given up. It can still be sent from this page."), "success")
    return redirect(url_for("office.mail.show", mail_id=mail_id), 303)


@page.post("/office/mail/many")
def many() -> ResponseReturnValue:
    """Send a whole group again, or give it up (`act`). A group has a state; without one nothing is meant."""
    by = acting()
    by.require_somewhere(Act.RESEND_MAIL)
    which = _asked(request.form)
    if which.state not in (MailState.FAILED, MailState.HELD, MailState.DUE):
        number = 0
    elif request.form.get("act") == "give_up":
        number = give_up.give_up_many(which, by=by.label)
    else:
        number = resending.resend_many(which, by=by.label)
    if not number:
        flash(_("Nothing was changed: this group is empty by now."), "info")
    elif request.form.get("act") == "give_up":
        flash(ngettext("%(num)s mail is given up.", "%(num)s mails are given up.", number), "success")
    else:
        flash(ngettext("%(num)s mail is due again.", "%(num)s mails are due again.", number), "success")
    return redirect(url_for("office.mail.index"), 303)


def _asked(given: MultiDict[str, str]) -> Which:
    """What the page or a form narrows to; what isn't known narrows to nothing."""
    return Which(given.get("state", type=MailState), given.get("cause"), given.get("code"), given.get("kind"))


def _bounded(mail_id: int) -> int:
    return max(0, min(mail_id, LARGEST_ID))
