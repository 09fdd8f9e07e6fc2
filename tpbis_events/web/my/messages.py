"""Say that one wants no more messages of the office about an event, by the link of any of them; no cookie, no sign-in.

A GET only shows; mail programs send the POST themselves when somebody presses their button (RFC 8058).
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.messages import want
from tpbis_events.messages.set_wanted import set_wanted
from tpbis_events.people.actor import participant

page = Blueprint("messages", __name__)


@page.get("/my/messages/<token>")
def show(token: str) -> str:
    """What is wanted now, and the button for the other."""
    registration = want.open_link(token)
    return render_template(
        "my/messages/show.html",
        token=token,
        event=registration.event,
        unwanted=bool(want.unwanted_by([registration.id])),
    )


@page.post("/my/messages/<token>")
def choose(token: str) -> ResponseReturnValue:
    """`want` yes has them come again; everything else, also what a mail program sends, ends them."""
    registration = want.open_link(token)
    set_wanted(registration.id, request.form.get("want") == "yes", by=participant(registration.id))
    if "List-Unsubscribe" in request.form:
        return show(token)  # a mail program follows no redirect
    return redirect(url_for(".show", token=token), 303)
