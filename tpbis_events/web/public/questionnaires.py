"""Answer at the door: by the short address on a screen, on one's own phone or on a device that stands there.

Who answers says her reference; it travels in the form and never in an address, and the page sets no cookie.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.people.actor import participant
from tpbis_events.programmes.model import Session
from tpbis_events.questionnaires import at_door
from tpbis_events.questionnaires.catalogue import questions_of
from tpbis_events.questionnaires.hand_in import hand_in
from tpbis_events.questionnaires.model import Question, Questionnaire
from tpbis_events.questionnaires.windows import window_of
from tpbis_events.web.guards import limiter
from tpbis_events.web.questionnaire_words import told_problems, typed_answers
from tpbis_events.web.refusals import sentence

page = Blueprint("questionnaires", __name__)

LIMIT = "120 per minute; 2000 per hour"  # of one client: a whole session may share its network address


class WhoForm(FlaskForm):
    """One question. No CSRF token: who sends it can do nothing that the reference alone doesn't let her do."""

    class Meta:
        csrf = False

    reference = StringField(
        _l("Your reference"), description=_l("8 letters and digits: in your mail, on your own page and on your badge.")
    )


@page.get("/q/<int:questionnaire>/<int:session_id>")
def show(questionnaire: int, session_id: int) -> str:
    asked, session = at_door.of_session(questionnaire, session_id)
    return _page(asked, session, WhoForm(formdata=None))


@page.post("/q/<int:questionnaire>/<int:session_id>")
@limiter.limit(lambda: LIMIT)
def send(questionnaire: int, session_id: int) -> ResponseReturnValue:
    """`step`: who (the questions follow), edit (the other language), send."""
    asked, session = at_door.of_session(questionnaire, session_id)
    form, step = WhoForm(), request.form.get("step", "who")
    registration_id = at_door.registration_of(form.reference.data or "", session.id)
    if registration_id is None:
        form.reference.errors = [_("Nobody with this reference has a seat in this session. Please look again.")]
        return _page(asked, session, form), 422
    questions = questions_of(asked)
    typed = typed_answers(request.form, questions)
    if step != "send":
        return _page(asked, session, form, questions=questions, typed=typed)
    try:
        hand_in(asked.id, registration_id, typed, by=participant(registration_id))
    except Invalid as wrong:
        return _again(questionnaire, session_id, form, typed, 422, problems=told_problems(wrong.problems))
    except Refusal as no:
        if no.status != 409:
            raise
        return _again(questionnaire, session_id, form, typed, 409, refused=sentence(no))
    return redirect(url_for(".done", questionnaire=questionnaire, session_id=session_id), 303)


@page.get("/q/<int:questionnaire>/<int:session_id>/done")
def done(questionnaire: int, session_id: int) -> str:
    """The same for everybody: no name, no score, since it stands on a screen that the next person sees."""
    asked, session = at_door.of_session(questionnaire, session_id)
    return render_template("public/questionnaires/done.html", questionnaire=asked, session=session, event=session.event)


def _again(
    questionnaire: int, session_id: int, form: WhoForm, typed: dict[int, list[str]], status: int, **more: Any
) -> ResponseReturnValue:
    """Read anew: the refused command has let go of all rows."""
    asked, session = at_door.of_session(questionnaire, session_id)
    return _page(asked, session, form, questions=questions_of(asked), typed=typed, **more), status


def _page(
    asked: Questionnaire, session: Session, form: WhoForm, questions: Sequence[Question] = (), **more: Any
) -> str:
    window = window_of(asked, session)
    return render_template(
        "public/questionnaires/show.html",
        questionnaire=asked,
        session=session,
        event=session.event,
        form=form,
        questions=questions,
        window=window,
        when=window.when(clock.now()).name,
        **{"typed": {}, "problems": {}, "refused": None, **more},
    )
