"""A participant's questionnaires: what is open, what will be, what she has handed in; and each to answer, once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.people.actor import participant
from tpbis_events.questionnaires.catalogue import Hers, for_registration, questions_of
from tpbis_events.questionnaires.hand_in import hand_in
from tpbis_events.questionnaires.windows import When
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.model import Registration
from tpbis_events.web.my.facts import facts_of
from tpbis_events.web.questionnaire_words import KINDS, told_problems, typed_answers
from tpbis_events.web.refusals import sentence

page = Blueprint("questionnaires", __name__)


@page.get("/my/<token>/questionnaires")
def index(token: str) -> str:
    registration = open_link(token)
    now = clock.now()
    hers = [(each, each.window.when(now)) for each in for_registration(registration)]
    return render_template(
        "my/questionnaires/index.html", hers=hers, When=When, kinds=KINDS, **facts_of(registration, token)
    )


@page.route("/my/<token>/questionnaires/<int:questionnaire>", methods=["GET", "POST"])
def show(token: str, questionnaire: int) -> ResponseReturnValue:
    """The form, kept whole whatever is wrong with it; after it was handed in, that we have it."""
    registration = open_link(token)
    hers = _hers(registration, questionnaire)
    questions = questions_of(hers.questionnaire)
    typed = typed_answers(request.form, questions)
    if request.method != "POST" or request.form.get("step") == "edit":
        return _page(token, registration, hers, typed=typed)
    try:
        hand_in(questionnaire, registration.id, typed, by=participant(registration.id))
    except Invalid as wrong:
        registration = open_link(token)
        problems = told_problems(wrong.problems)
        return _page(token, registration, _hers(registration, questionnaire), typed=typed, problems=problems), 422
    except Refusal as no:
        if no.status != 409:
            raise
        registration = open_link(token)
        refused = sentence(no)
        return _page(token, registration, _hers(registration, questionnaire), typed=typed, refused=refused), 409
    return redirect(url_for(".show", token=token, questionnaire=questionnaire), 303)


def _hers(registration: Registration, questionnaire_id: int) -> Hers:
    """One of hers; another event's, a draft, or any to who has no seat is answered like one that there isn't."""
    for each in for_registration(registration):
        if each.questionnaire.id == questionnaire_id:
            return each
    raise NotFound("questionnaire.unknown")


def _page(token: str, registration: Registration, hers: Hers, **more: Any) -> str:
    return render_template(
        "my/questionnaires/show.html",
        hers=hers,
        questionnaire=hers.questionnaire,
        questions=questions_of(hers.questionnaire),
        when=hers.window.when(clock.now()).name,
        **{"typed": {}, "problems": {}, "refused": None, **more},
        **facts_of(registration, token),
    )
