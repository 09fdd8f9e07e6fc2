"""The questionnaires of an edition: begin one, change what it says and when it opens, look at it, publish it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField

from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.programmes.model import Event
from tpbis_events.questionnaires import catalogue
from tpbis_events.questionnaires.begin_questionnaire import Start, begin_questionnaire
from tpbis_events.questionnaires.edit_questionnaire import Settings, edit_questionnaire
from tpbis_events.questionnaires.model import TESTS, Anchor, Kind, Questionnaire
from tpbis_events.questionnaires.publish_questionnaire import (
    publish_questionnaire,
    remove_questionnaire,
    take_back_questionnaire,
)
from tpbis_events.questionnaires.windows import window_of
from tpbis_events.web.accounts import acting
from tpbis_events.web.office import beside
from tpbis_events.web.office.plan_fields import choices, put_problems
from tpbis_events.web.questionnaire_words import INDICES, KINDS

page = Blueprint("questionnaires", __name__)

STARTS: dict[Start, Any] = {
    Start.EVALUATION_SET: _l("Evaluation, with ready-made questions for both indices"),
    Start.PAIR_SET: _l("Pre-test and post-test, with ready-made questions"),
    Start.SAME_POST_TEST: _l("Post-test that asks what the pre-test asks"),
    Start.EVALUATION: _l("Evaluation without questions yet"),
    Start.PRE_TEST: _l("Pre-test without questions yet"),
    Start.POST_TEST: _l("Post-test without questions yet"),
    Start.OTHER: _l("Another questionnaire, with names"),
    Start.OTHER_ANONYMOUS: _l("Another questionnaire, anonymous"),
}
ANCHORS: dict[str, Any] = {
    Anchor.FIRST_DAY.value: _l("From the first day of the session"),
    Anchor.LAST_DAY.value: _l("From the last day of the session"),
}
_TEXTS = ("title_id", "title_en", "intro_id", "intro_en")
_DAYS = _l("Days from there: 0 is that day itself, -7 a week before, 7 a week after.")


class SettingsForm(FlaskForm):
    title_id = StringField(_l("Title in Indonesian"))
    title_en = StringField(_l("Title in English"))
    intro_id = TextAreaField(_l("Introduction in Indonesian"))
    intro_en = TextAreaField(_l("Introduction in English"))
    opens_from = RadioField(_l("Opens, counted"), choices=choices(ANCHORS), validate_choice=False)
    opens_days = StringField(_l("Opens: days"), description=_DAYS)
    closes_from = RadioField(_l("Closes, counted"), choices=choices(ANCHORS), validate_choice=False)
    closes_days = StringField(_l("Closes: days"), description=_DAYS)
    shows_score = BooleanField(_l("Show each person her score when she has handed it in"))


@page.get("/office/events/<event>/questionnaires")
def index(event: str) -> str:
    of = _event(event)
    found = catalogue.of_event(of.id)
    questions, handed = catalogue.numbers_of(of.id)
    return render_template(
        "office/questionnaires/index.html",
        event=of,
        found=found,
        number=lambda each: questions.get(each.asks_of_id or each.id, 0),
        handed=handed,
        kinds=KINDS,
        starts=_possible(found),
        first=next(iter(of.sessions), None),
        window_of=window_of,
    )


@page.post("/office/events/<event>/questionnaires")
def begin(event: str) -> ResponseReturnValue:
    of = _event(event)
    if request.form.get("start") not in set(Start):
        flash(_("Please choose what to begin with."), "warning")
        return redirect(url_for(".index", event=event), 303)
    made = begin_questionnaire(of.id, Start(request.form["start"]), by=acting())
    flash(_("The draft is there. Read it over before you publish it."), "success")
    return redirect(url_for(".show", event=event, questionnaire=made), 303)


@page.get("/office/events/<event>/questionnaires/<int:questionnaire>")
def show(event: str, questionnaire: int) -> str:
    of, row = _found(event, questionnaire)
    return render_template(
        "office/questionnaires/show.html",
        event=of,
        questionnaire=row,
        questions=catalogue.questions_of(row),
        answered=catalogue.is_answered(row.id),
        kinds=KINDS,
        indices=INDICES,
        anchors=ANCHORS,
        is_test=row.kind in TESTS,
        windows=[(each, window_of(row, each)) for each in of.sessions if not each.cancelled_at],
    )


@page.get("/office/events/<event>/questionnaires/<int:questionnaire>/preview")
def preview(event: str, questionnaire: int) -> str:
    """As people meet it; nothing can be handed in here."""
    of, row = _found(event, questionnaire)
    questions = catalogue.questions_of(row)
    return render_template("office/questionnaires/preview.html", event=of, questionnaire=row, questions=questions)


@page.route("/office/events/<event>/questionnaires/<int:questionnaire>/settings", methods=["GET", "POST"])
def edit(event: str, questionnaire: int) -> ResponseReturnValue:
    of, row = _found(event, questionnaire)
    form, status = SettingsForm(data=_known(row)), 200
    if form.validate_on_submit():
        try:
            edit_questionnaire(row.id, _typed(form), by=acting())
        except Invalid as wrong:
            status = put_problems(form, wrong.problems)
        except Refusal as no:
            status = beside.put(no, form, {})
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".show", event=event, questionnaire=questionnaire), 303)
        of, row = _found(event, questionnaire)
    return render_template(
        "office/questionnaires/settings.html", event=of, questionnaire=row, form=form, is_test=row.kind in TESTS
    ), status


@page.post("/office/events/<event>/questionnaires/<int:questionnaire>/publish")
def publish(event: str, questionnaire: int) -> ResponseReturnValue:
    _of, row = _found(event, questionnaire)
    publish_questionnaire(row.id, by=acting())
    flash(_("It is published, and opens in each session by its window."), "success")
    return redirect(url_for(".show", event=event, questionnaire=questionnaire), 303)


@page.post("/office/events/<event>/questionnaires/<int:questionnaire>/take-back")
def take_back(event: str, questionnaire: int) -> ResponseReturnValue:
    _of, row = _found(event, questionnaire)
    take_back_questionnaire(row.id, by=acting())
    flash(_("It is a draft again: nobody else sees it."), "success")
    return redirect(url_for(".show", event=event, questionnaire=questionnaire), 303)


@page.post("/office/events/<event>/questionnaires/<int:questionnaire>/remove")
def remove(event: str, questionnaire: int) -> ResponseReturnValue:
    _of, row = _found(event, questionnaire)
    remove_questionnaire(row.id, by=acting())
    flash(_("The questionnaire is removed."), "success")
    return redirect(url_for(".index", event=event), 303)


def _event(slug: str) -> Event:
    return catalogue.event_for(slug, by=acting(), act=Act.QUESTION)


def _found(event: str, questionnaire: int) -> tuple[Event, Questionnaire]:
    of = _event(event)
    return of, catalogue.questionnaire_in(of, questionnaire)


def _possible(found: list[Questionnaire]) -> list[tuple[str, Any]]:
    """What can still be begun: one pre-test and one post-test are the most."""
    there = {each.kind for each in found}
    own_questions = any(each.kind is Kind.PRE_TEST and not each.asks_of_id for each in found)
    left_out = set()
    if there & TESTS:
        left_out.add(Start.PAIR_SET)
    if Kind.PRE_TEST in there:
        left_out.add(Start.PRE_TEST)
    if Kind.POST_TEST in there:
        left_out |= {Start.POST_TEST, Start.SAME_POST_TEST}
    if not own_questions:
        left_out.add(Start.SAME_POST_TEST)
    return [(start.value, words) for start, words in STARTS.items() if start not in left_out]


def _known(row: Questionnaire) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in (*_TEXTS, "opens_days", "closes_days", "shows_score")}
    return {**plain, "opens_from": row.opens_from.value, "closes_from": row.closes_from.value}


def _typed(form: SettingsForm) -> Settings:
    wrong = {name: "choice.missing" for name in ("opens_from", "closes_from") if form[name].data not in set(Anchor)}
    if wrong:
        raise Invalid(wrong)
    return Settings(
        **{name: form[name].data or "" for name in _TEXTS},
        opens_from=Anchor(form.opens_from.data),
        opens_days=_days(form.opens_days.data),
        closes_from=Anchor(form.closes_from.data),
        closes_days=_days(form.closes_days.data),
        shows_score=bool(form.shows_score.data),
    )


def _days(typed: Any) -> int:
    """What isn't a whole number is one that the command refuses."""
    text = str("" if typed is None else typed).strip().replace("\N{MINUS SIGN}", "-")
    number = beside.whole_number(text.removeprefix("-"))
    if number < 0:
        return 10_000
    return -number if text.startswith("-") else number
