"""Hold a questionnaire for a change: nobody hands it in meanwhile, and nobody else changes it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.questionnaires.catalogue import is_answered
from tpbis_events.questionnaires.model import Questionnaire


@dataclass(frozen=True, slots=True)
class Held:
    """`answered`: somebody has handed it in, or another one that asks its questions."""

    questionnaire: Questionnaire
    answered: bool


def hold(questionnaire_id: int, *, by: Actor) -> Held:
    """A step: refuses who may not question (403) and what isn't there (404)."""
    by.require(Act.QUESTION, None)
    found = db.session.scalar(select(Questionnaire).where(Questionnaire.id == questionnaire_id).with_for_update())
    if found is None:
        raise NotFound("questionnaire.unknown")
    return Held(found, is_answered(found.id))
