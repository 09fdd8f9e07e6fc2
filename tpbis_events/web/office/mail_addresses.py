"""The addresses that take no mail, and sending there again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.outbox import addresses
from tpbis_events.outbox.mark_address import clear_address
from tpbis_events.people.actor import Act
from tpbis_events.web.accounts import acting
from tpbis_events.web.office.mail import LARGEST_ID, ZONE
from tpbis_events.web.office.mail_causes import cause_words

page = Blueprint("mail_addresses", __name__)


@page.get("/office/mail/addresses")
def index() -> str:
    """Two queries."""
    by = acting()
    by.require_somewhere(Act.SEE_MAIL)
    after = max(0, min(request.args.get("after", 0, type=int), LARGEST_ID))
    rows, next_after = addresses.listed(after=after)
    return render_template(
        "office/mail/addresses.html",
        rows=rows,
        may_clear=by.may_somewhere(Act.RESEND_MAIL),
        cause_words=cause_words,
        zone=ZONE,
        first_url=url_for(".index") if after else None,
        next_url=url_for(".index", after=next_after) if next_after else None,
    )


@page.post("/office/mail/addresses/<int:address_id>/clear")
def clear(address_id: int) -> ResponseReturnValue:
    by = acting()
    by.require_somewhere(Act.RESEND_MAIL)
    clear_address(min(address_id, LARGEST_ID), by=by.label)
    flash(_("Mail is sent to this address again."), "success")
    return redirect(url_for(".index"), 303)
