"""Publish a questionnaire, so that it opens by its window; take it back, or away, as long as nobody has answered it."""

from __future__ import annotations

from sqlalchemy import delete, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.questionnaires.catalogue import questions_of
from tpbis_events.questionnaires.hold import hold
from tpbis_events.questionnaires.model import TESTS, Option, Question, Questionnaire, Wording


@command
def publish_questionnaire(questionnaire_id: int, *, by: Actor) -> None:
    """Everybody with a seat meets it from now on, on her own page. Published already: nothing changes.

    Refuses one without questions, and a test without points.
    """
    row = hold(questionnaire_id, by=by).questionnaire
    if row.published_at:
        return
    questions = questions_of(row)
    if not questions:
        raise Refusal("questionnaire.empty")
    if row.kind in TESTS and not any(question.points for question in questions):
        raise Refusal("questionnaire.no_points")
    row.published_at = clock.now()
    record("questionnaire.published", f"event:{row.event_id}", at=row.published_at, actor=by.label, after=_named(row))


@command
def take_back_questionnaire(questionnaire_id: int, *, by: Actor) -> None:
    """A draft again. Refuses once somebody has answered it."""
    held = hold(questionnaire_id, by=by)
    if held.answered:
        raise Refusal("questionnaire.answered")
    row = held.questionnaire
    if row.published_at:
        row.published_at = None
        record("questionnaire.taken_back", f"event:{row.event_id}", at=clock.now(), actor=by.label, after=_named(row))


@command
def remove_questionnaire(questionnaire_id: int, *, by: Actor) -> None:
    """Gone with its questions. Refuses once somebody has answered it, and while another one asks its questions."""
    held = hold(questionnaire_id, by=by)
    row = held.questionnaire
    if held.answered:
        raise Refusal("questionnaire.answered")
    if db.session.scalar(select(Questionnaire.id).where(Questionnaire.asks_of_id == row.id).limit(1)):
        raise Refusal("questionnaire.asked_by_another")
    questions = select(Question.id).where(Question.questionnaire_id == row.id)
    for table in (Option, Wording):
        db.session.execute(delete(table).where(table.question_id.in_(questions)))
    db.session.execute(delete(Question).where(Question.questionnaire_id == row.id))
    db.session.delete(row)
    record("questionnaire.removed", f"event:{row.event_id}", at=clock.now(), actor=by.label, before=_named(row))


def _named(row: Questionnaire) -> dict[str, str]:
    return {"kind": row.kind.value, "title_id": row.title_id}
