"""The questions of one questionnaire: ask one, change it, put them in order, take one out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, RadioField, StringField, TextAreaField

from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.programmes.model import Event
from tpbis_events.questionnaires import catalogue
from tpbis_events.questionnaires.edit_question import (
    MOST_OPTIONS,
    OptionPlan,
    QuestionPlan,
    add_question,
    edit_question,
    move_question,
    remove_question,
)
from tpbis_events.questionnaires.model import TESTS, Measured, Question, QuestionKind, Questionnaire
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import choices, put_problems
from tpbis_events.web.questionnaire_words import INDICES

page = Blueprint("questions", __name__)

KINDS: dict[str, Any] = {
    QuestionKind.SCALE.value: _l("Rating from 1 to 5"),
    QuestionKind.ONE.value: _l("One of several answers"),
    QuestionKind.SEVERAL.value: _l("Several of several answers"),
    QuestionKind.SHORT.value: _l("A few words"),
    QuestionKind.LONG.value: _l("A longer text"),
}
MEASURES: dict[str, Any] = {"": _l("No index"), **{each.value: words for each, words in INDICES.items()}}
_TEXTS = ("text_id", "text_en", "low_id", "low_en", "high_id", "high_en")


class OptionForm(Form):
    text_id = StringField(_l("Answer in Indonesian"))
    text_en = StringField(_l("Answer in English"))
    right = BooleanField(_l("This answer is right"))


class QuestionForm(FlaskForm):
    text_id = TextAreaField(_l("Question in Indonesian"))
    text_en = TextAreaField(_l("Question in English"))
    kind = RadioField(_l("How it is answered"), choices=choices(KINDS), validate_choice=False)
    required = BooleanField(_l("It must be answered"), default=True)
    measures = RadioField(
        _l("Index that the rating counts for"), default="", choices=choices(MEASURES), validate_choice=False
    )
    low_id = StringField(_l("What 1 means, in Indonesian"))
    low_en = StringField(_l("What 1 means, in English"))
    high_id = StringField(_l("What 5 means, in Indonesian"))
    high_en = StringField(_l("What 5 means, in English"))
    points = StringField(
        _l("Points"), default="0", description=_l("For exactly the right answers. 0: the question does not count.")
    )
    options = FieldList(FormField(OptionForm), min_entries=MOST_OPTIONS, max_entries=MOST_OPTIONS)


@page.route("/office/events/<event>/questionnaires/<int:questionnaire>/new-question", methods=["GET", "POST"])
def add(event: str, questionnaire: int) -> ResponseReturnValue:
    of, row = _found(event, questionnaire)
    usual = QuestionKind.ONE if row.kind in TESTS else QuestionKind.SCALE
    form, status = QuestionForm(data={"kind": usual.value, "points": "10" if row.kind in TESTS else "0"}), 200
    if form.validate_on_submit():
        try:
            add_question(row.id, _typed(form), by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
        except Refusal as no:
            status = beside.put(no, form, {})
        else:
            flash(_("The question is added."), "success")
            return _back(event, questionnaire)
        of, row = _found(event, questionnaire)
    return _page(of, row, None, form, answered=False), status


@page.route(
    "/office/events/<event>/questionnaires/<int:questionnaire>/questions/<int:question>", methods=["GET", "POST"]
)
def edit(event: str, questionnaire: int, question: int) -> ResponseReturnValue:
    of, row = _found(event, questionnaire)
    asked = _question(row, question)
    form, status = QuestionForm(data=_known(asked)), 200
    if form.validate_on_submit():
        try:
            edit_question(row.id, asked.id, _typed(form), by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
        except Refusal as no:
            status = beside.put(no, form, {})
        else:
            flash(_("Saved."), "success")
            return _back(event, questionnaire)
        of, row = _found(event, questionnaire)
        asked = _question(row, question)
    return _page(of, row, asked, form, answered=catalogue.is_answered(row.id)), status


@page.post("/office/events/<event>/questionnaires/<int:questionnaire>/questions/<int:question>/move")
def move(event: str, questionnaire: int, question: int) -> ResponseReturnValue:
    _of, row = _found(event, questionnaire)
    move_question(row.id, question, up=request.form.get("to") == "up", by=acting())
    return _back(event, questionnaire)


@page.post("/office/events/<event>/questionnaires/<int:questionnaire>/questions/<int:question>/remove")
def remove(event: str, questionnaire: int, question: int) -> ResponseReturnValue:
    _of, row = _found(event, questionnaire)
    remove_question(row.id, question, by=acting())
    flash(_("The question is taken out."), "success")
    return _back(event, questionnaire)


def _page(of: Event, row: Questionnaire, asked: Question | None, form: QuestionForm, *, answered: bool) -> str:
    return render_template(
        "office/questions/form.html",
        event=of,
        questionnaire=row,
        question=asked,
        form=form,
        answered=answered,
        is_test=row.kind in TESTS,
    )


def _found(event: str, questionnaire: int) -> tuple[Event, Questionnaire]:
    """The questionnaire whose own questions these are; one that asks another's has none."""
    of = catalogue.event_for(event, by=acting(), act=Act.QUESTION)
    row = catalogue.questionnaire_in(of, questionnaire)
    if row.asks_of_id:
        raise Refusal("questionnaire.asks_of_another")
    return of, row


def _question(row: Questionnaire, question_id: int) -> Question:
    for each in catalogue.questions_of(row):
        if each.id == question_id:
            return each
    raise NotFound("questionnaire.unknown")


def _back(event: str, questionnaire: int) -> ResponseReturnValue:
    return redirect(url_for("office.questionnaires.show", event=event, questionnaire=questionnaire), 303)


def _known(asked: Question) -> dict[str, Any]:
    return {
        **{name: getattr(asked, name) for name in _TEXTS},
        "kind": asked.kind.value,
        "required": asked.required,
        "measures": asked.measures.value if asked.measures else "",
        "points": str(asked.points),
        "options": [{"text_id": o.text_id, "text_en": o.text_en, "right": o.right} for o in asked.options],
    }


def _typed(form: QuestionForm) -> QuestionPlan:
    """Rows of answers that are empty at the end don't count."""
    if form.kind.data not in set(QuestionKind):
        raise Invalid({"kind": "choice.missing"})
    texts: dict[str, str] = {name: form[name].data or "" for name in _TEXTS}
    rows = [(each.text_id.data or "", each.text_en.data or "", bool(each.right.data)) for each in form.options]
    while rows and not any(part.strip() for part in rows[-1][:2]):
        rows.pop()
    return QuestionPlan(
        kind=QuestionKind(form.kind.data),
        measures=Measured(form.measures.data) if form.measures.data in set(Measured) else None,
        points=beside.whole_number(form.points.data or "0"),
        required=bool(form.required.data),
        options=tuple(OptionPlan(*row) for row in rows),
        **texts,
    )
