"""The answer to an offered seat: accept it by one press, or decline after being asked once more.

Mail programs open links before people do, so a GET of either answers nothing.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import participant
from tpbis_events.registrations import life
from tpbis_events.registrations.answer_offer import accept as accept_offer
from tpbis_events.registrations.answer_offer import decline as decline_offer
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.model import State
from tpbis_events.web.my.choices import choices_of
from tpbis_events.web.my.facts import facts_of
from tpbis_events.web.refusals import sentence

page = Blueprint("offers", __name__)


@page.route("/my/<token>/accept", methods=["GET", "POST"])
def accept(token: str) -> ResponseReturnValue:
    """A GET leads to the page with the button."""
    registration = open_link(token)
    if request.method != "POST":
        return redirect(url_for("my.registrations.show", token=token), 303)
    try:
        accept_offer(registration.id, by=participant(registration.id))
    except Refusal as no:
        return _refused(no, token)
    return redirect(url_for("my.registrations.show", token=token, saved="accepted"), 303)


@page.route("/my/<token>/decline", methods=["GET", "POST"])
def decline(token: str) -> ResponseReturnValue:
    """Ask; only the button of the question (`step` = confirm) declines."""
    registration = open_link(token)
    if request.method == "POST" and request.form.get("step") == "confirm":
        try:
            decline_offer(registration.id, by=participant(registration.id))
        except Refusal as no:
            return _refused(no, token)
        return redirect(url_for("my.registrations.show", token=token), 303)
    if registration.state is State.DECLINED:
        return redirect(url_for("my.registrations.show", token=token), 303)
    try:
        life.require(Step.DECLINE, registration)
    except Refusal as no:
        return _refused(no, token)
    return render_template("my/offers/decline.html", **facts_of(registration, token))


def _refused(no: Refusal, token: str) -> ResponseReturnValue:
    """What happened to the offer, and what can be done now."""
    registration = open_link(token)  # anew: the refused command has let go of the row
    title, text = sentence(no)
    page = render_template(
        "my/offers/refused.html",
        title=title,
        text=text,
        choices=choices_of(registration, clock.now()),
        **facts_of(registration, token),
    )
    return page, no.status
