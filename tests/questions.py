"""Small questionnaires for tests, and people who answer them. Needs an app context."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from tests.builders import Place, registered, somebody
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import Session
from tpbis_events.questionnaires.begin_questionnaire import Start, begin_questionnaire
from tpbis_events.questionnaires.catalogue import of_event, questions_of
from tpbis_events.questionnaires.hand_in import hand_in
from tpbis_events.questionnaires.model import Kind, Question, Questionnaire
from tpbis_events.questionnaires.publish_questionnaire import publish_questionnaire
from tpbis_events.questionnaires.windows import window_of


def a_questionnaire(place: Place, start: Start = Start.EVALUATION_SET) -> int:
    """A published one with the ready-made questions; of a pair both are published, and this is the pre-test."""
    made = begin_questionnaire(place.event_id, start, by=COMMAND_LINE)
    publish_questionnaire(made, by=COMMAND_LINE)
    if start is Start.PAIR_SET:
        publish_questionnaire(of_kind(place, Kind.POST_TEST), by=COMMAND_LINE)
    return made


def of_kind(place: Place, kind: Kind) -> int:
    return next(each.id for each in of_event(place.event_id) if each.kind is kind)


def questions(questionnaire_id: int) -> list[Question]:
    return list(questions_of(db.session.get_one(Questionnaire, questionnaire_id)))


def while_open(questionnaire_id: int, place: Place) -> datetime:
    """A moment at which it can be answered in the session of a place."""
    return window_of(db.session.get_one(Questionnaire, questionnaire_id), _session(place)).opens_at


def when_over(questionnaire_id: int, place: Place) -> datetime:
    return window_of(db.session.get_one(Questionnaire, questionnaire_id), _session(place)).closes_at


def _session(place: Place) -> Session:
    return db.session.scalars(select(Session).where(Session.id == place.session_id)).one()


def filled(questionnaire_id: int, rating: int = 4, *, right: bool = True, words: str = "") -> dict[int, list[str]]:
    """Every question answered: each scale with one rating, each choice right or wrong, each text with the words given."""
    typed: dict[int, list[str]] = {}
    for question in questions(questionnaire_id):
        if question.kind == "scale":
            typed[question.id] = [str(rating)]
        elif question.options:
            chosen = [option.id for option in question.options if option.right is right] or [question.options[0].id]
            typed[question.id] = [str(each) for each in (chosen if question.kind == "several" else chosen[:1])]
        else:
            typed[question.id] = [words]
    return typed


def answered(
    questionnaire_id: int, place: Place, rating: int = 4, *, right: bool = True, words: str = "", number: int = 1
) -> list[int]:
    """So many newly registered people hand it in alike while it is open; the ids of their registrations."""
    people = [registered(place, somebody()).registration_id for _ in range(number)]
    typed = filled(questionnaire_id, rating, right=right, words=words)
    with clock.stopped_at(while_open(questionnaire_id, place)):
        for each in people:
            hand_in(questionnaire_id, each, typed, by=participant(each))
    return people
