"""A clone of an edition takes its questionnaires along, as drafts, with their questions and without any answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload

from tpbis_events.foundation.database import Base, db
from tpbis_events.programmes.clone import ALONG
from tpbis_events.questionnaires.catalogue import of_event
from tpbis_events.questionnaires.model import Option, Question, Questionnaire

_LEFT = frozenset("id event_id questionnaire_id question_id asks_of_id published_at version".split())


def carry_over(old_event_id: int, new_event_id: int) -> None:
    """A step of `clone`."""
    new: dict[int, Questionnaire] = {}
    for each in of_event(old_event_id):
        new[each.id] = Questionnaire(event_id=new_event_id, **_columns(each))
    if not new:
        return
    db.session.add_all(new.values())
    db.session.flush()
    for old in of_event(old_event_id):
        if old.asks_of_id in new:
            new[old.id].asks_of_id = new[old.asks_of_id].id
    questions = db.session.scalars(
        select(Question).where(Question.questionnaire_id.in_(list(new))).options(selectinload(Question.options))
    )
    for question in questions.all():
        options = [Option(**_columns(option)) for option in question.options]
        here = new[question.questionnaire_id].id
        db.session.add(Question(questionnaire_id=here, options=options, **_columns(question)))


def _columns(row: Base) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs if each.key not in _LEFT}


ALONG.append(carry_over)
