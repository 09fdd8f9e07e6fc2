"""Her answer, after her session has changed, whether she can still come. Mail programs open links: a GET answers nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.foundation import clock
from tpbis_events.people.actor import participant
from tpbis_events.registrations.answer_still_coming import answer_still_coming
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.still_coming import StillComing, question_for
from tpbis_events.web.my.choices import choices_of
from tpbis_events.web.my.facts import facts_of
from tpbis_events.web.schedule_words import old_and_new

page = Blueprint("still_coming", __name__)


@page.route("/my/<token>/still-coming", methods=["GET", "POST"])
def answer(token: str) -> ResponseReturnValue:
    """POST with `answer` yes or no, and the `change` that it is about: an answer to an older one isn't taken for a newer."""
    registration = open_link(token)
    question = question_for(registration)
    if question is None:
        return redirect(url_for("my.registrations.show", token=token), 303)
    said = request.form.get("answer")
    if request.method == "POST" and said in ("yes", "no") and _about(question):
        answer_still_coming(registration.id, question.change_id, said == "yes", by=participant(registration.id))
        if said == "yes":
            return redirect(url_for("my.registrations.show", token=token, saved="coming"), 303)
        return redirect(url_for(".answer", token=token), 303)
    return render_template(
        "my/still_coming/answer.html",
        question=question,
        change=old_and_new(question.change),
        choices=choices_of(registration, clock.now()),
        **facts_of(registration, token),
    )


def _about(question: StillComing) -> bool:
    return request.form.get("change") == str(question.change_id)
