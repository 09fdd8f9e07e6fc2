"""Ask a question, change it, put it in order, take it out.

Once somebody has answered, what is asked can't change under her answer: the words may be corrected, which keeps the old ones
as a version of their own, and the order may change; kind, options, points, index and whether it must be answered stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.programmes.texts import Problems, Rule, examined
from tpbis_events.questionnaires.catalogue import questions_of
from tpbis_events.questionnaires.hold import hold
from tpbis_events.questionnaires.model import (
    CHOICES,
    TESTS,
    Kind,
    Measured,
    Option,
    Question,
    QuestionKind,
    Questionnaire,
    Wording,
)

MOST_QUESTIONS, MOST_OPTIONS, MOST_POINTS = 60, 10, 100
_IN_BOTH = {"text": Rule(500, needed=True), "low": Rule(80), "high": Rule(80)}
_OF_OPTION = {"text": Rule(300, needed=True)}
_WORDS = ("text_id", "text_en", "low_id", "low_en", "high_id", "high_en")


@dataclass(frozen=True, slots=True)
class OptionPlan:
    text_id: str
    text_en: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """`measures` belongs to a scale, `options` to choices, `points` to choices of a test; elsewhere they count for nothing."""

    kind: QuestionKind
    text_id: str
    text_en: str
    measures: Measured | None = None
    points: int = 0
    required: bool = True
    low_id: str = ""
    low_en: str = ""
    high_id: str = ""
    high_en: str = ""
    options: tuple[OptionPlan, ...] = ()


@command
def add_question(questionnaire_id: int, plan: QuestionPlan, *, by: Actor) -> int:
    """A new question, at the end; its id. Refuses once somebody has answered."""
    held = hold(questionnaire_id, by=by)
    _require_own(held.questionnaire)
    values, options = _examined(plan, held.questionnaire)
    if held.answered:
        raise Refusal("questionnaire.answered")
    there = questions_of(held.questionnaire)
    if len(there) >= MOST_QUESTIONS:
        raise Refusal("questionnaire.too_long", most=MOST_QUESTIONS)
    question = Question(questionnaire_id=questionnaire_id, sort=len(there), **values)
    question.options = [Option(sort=place, **option) for place, option in enumerate(options)]
    db.session.add(question)
    db.session.flush()
    _log("question.added", held.questionnaire, by, after={"question": question.id, "kind": plan.kind.value})
    return question.id


@command
def edit_question(questionnaire_id: int, question_id: int, plan: QuestionPlan, *, by: Actor) -> None:
    """Change it; once there are answers, its words only, and the old words are kept as the version before."""
    held = hold(questionnaire_id, by=by)
    question = _question(questionnaire_id, question_id)
    values, options = _examined(plan, held.questionnaire)
    before = _told(question)
    if held.answered:
        _require_same(question, values, options)
    for name, value in values.items():
        setattr(question, name, value)
    _put_options(question, options)
    after = _told(question)
    if not (db.session.dirty or db.session.new or db.session.deleted):
        return
    if held.answered and after != before:
        _keep_wording(question, before, clock.now(), by)
    _log("question.changed", held.questionnaire, by, after={"question": question.id, "version": question.version})


@command
def move_question(questionnaire_id: int, question_id: int, *, up: bool, by: Actor) -> None:
    """Change places with the question before or after it, also once there are answers; the first and the last stay."""
    held = hold(questionnaire_id, by=by)
    _question(questionnaire_id, question_id)
    rows = list(questions_of(held.questionnaire))
    here = next(place for place, each in enumerate(rows) if each.id == question_id)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for sort, each in enumerate(rows):
        each.sort = sort
    _log("question.sorted", held.questionnaire, by, after={"question": question_id, "sort": there + 1})


@command
def remove_question(questionnaire_id: int, question_id: int, *, by: Actor) -> None:
    """Take it out. Refuses once somebody has answered."""
    held = hold(questionnaire_id, by=by)
    question = _question(questionnaire_id, question_id)
    if held.answered:
        raise Refusal("questionnaire.answered")
    db.session.execute(delete(Wording).where(Wording.question_id == question.id))
    db.session.delete(question)
    _log("question.removed", held.questionnaire, by, after={"question": question_id})


def _require_own(questionnaire: Questionnaire) -> None:
    if questionnaire.asks_of_id:
        raise Refusal("questionnaire.asks_of_another")


def _question(questionnaire_id: int, question_id: int) -> Question:
    found = db.session.scalar(
        select(Question)
        .where(Question.id == question_id, Question.questionnaire_id == questionnaire_id)
        .options(selectinload(Question.options))
    )
    if found is None:
        raise NotFound("questionnaire.unknown")
    return found


def _examined(plan: QuestionPlan, of: Questionnaire) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The values of a question and of its options, of which those that belong to other kinds are emptied."""
    texts, problems = examined(plan, _IN_BOTH, {})
    choices, scale = plan.kind in CHOICES, plan.kind is QuestionKind.SCALE
    points = plan.points if choices and of.kind in TESTS else 0
    options = _options(plan, points, problems) if choices else []
    if not 0 <= points <= MOST_POINTS:
        problems["points"] = "points.range"
    if problems:
        raise Invalid(problems)
    if not scale:
        texts |= dict.fromkeys(("low_id", "low_en", "high_id", "high_en"), "")
    measures = plan.measures if scale and of.kind in (Kind.EVALUATION, Kind.OTHER) else None
    return {"kind": plan.kind, "measures": measures, "points": points, "required": plan.required, **texts}, options


def _options(plan: QuestionPlan, points: int, problems: Problems) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place, option in enumerate(plan.options[: MOST_OPTIONS + 1]):
        texts, wrong = examined(option, _OF_OPTION, {})
        problems |= {f"options-{place}-{name}": code for name, code in wrong.items()}
        found.append({**texts, "right": option.right and points > 0})
    right = sum(1 for option in found if option["right"])
    if not 2 <= len(found) <= MOST_OPTIONS:
        problems["options"] = "options.number"
    elif points and (not right or (plan.kind is QuestionKind.ONE and right > 1)):
        problems["options"] = "options.right"
    return found


def _require_same(question: Question, values: dict[str, Any], options: list[dict[str, Any]]) -> None:
    now = {name: getattr(question, name) for name in values if name not in _WORDS}
    same = now == {name: value for name, value in values.items() if name not in _WORDS}
    if not same or [each.right for each in question.options] != [each["right"] for each in options]:
        raise Refusal("question.answered")


def _put_options(question: Question, options: list[dict[str, Any]]) -> None:
    """By their place: the first stays the first, under its own id."""
    for place, values in enumerate(options):
        if place < len(question.options):
            for name, value in values.items():
                setattr(question.options[place], name, value)
        else:
            question.options.append(Option(sort=place, **values))
    del question.options[len(options) :]


def _told(question: Question) -> dict[str, Any]:
    words: dict[str, Any] = {name: getattr(question, name) for name in _WORDS}
    return {**words, "options": [[option.text_id, option.text_en] for option in question.options]}


def _keep_wording(question: Question, told: dict[str, Any], at: datetime, by: Actor) -> None:
    row = Wording(question_id=question.id, version=question.version, told=told, replaced_at=at, replaced_by=by.label)
    db.session.add(row)
    question.version += 1


def _log(act: str, of: Questionnaire, by: Actor, after: dict[str, Any]) -> None:
    told = {"questionnaire": of.id, **after}
    record(act, f"event:{of.event_id}", at=clock.now(), actor=by.label, after=told)
