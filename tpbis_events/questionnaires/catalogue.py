"""Reads of what is asked: the questionnaires of an event, their questions, how many have answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Event, Session
from tpbis_events.questionnaires.model import HandedIn, Kind, NamedSheet, Question, Questionnaire
from tpbis_events.questionnaires.standing import Points
from tpbis_events.questionnaires.windows import Window, window_of
from tpbis_events.registrations.model import Registration, State

_ORDER = tuple(Kind)


def event_for(slug: str, *, by: Actor, act: Act) -> Event:
    """An event with its sessions, waves and days. Refuses what is out of the actor's reach (404), and what she sees but may not
    do (403). Three queries.
    """
    event = db.session.scalars(
        select(Event)
        .where(Event.slug == slug)
        .options(selectinload(Event.sessions).options(joinedload(Session.wave), selectinload(Session.days)))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if event is None:
        raise NotFound("event.unknown")
    if not within(event, by, act):
        if by.may_somewhere(act) or not within(event, by, Act.SEE_ROSTER):
            raise NotFound("actor.out_of_reach", act=act.value)
        raise Forbidden("actor.forbidden", act=act.value)
    return event


def within(event: Event, by: Actor, act: Act) -> bool:
    """Whether the actor may do this in one of the event's sessions, or everywhere."""
    provinces = by.provinces_for(act)
    return provinces is None or any(session.province_code in provinces for session in event.sessions)


def of_event(event_id: int) -> list[Questionnaire]:
    """In the order in which people meet them: pre-test, post-test, evaluation, others."""
    found = db.session.scalars(select(Questionnaire).where(Questionnaire.event_id == event_id)).all()
    return sorted(found, key=lambda each: (_ORDER.index(each.kind), each.id))


def questionnaire_in(event: Event, questionnaire_id: int) -> Questionnaire:
    """One of this event's; another's is answered like one that there isn't."""
    found = db.session.get(Questionnaire, questionnaire_id)
    if found is None or found.event_id != event.id:
        raise NotFound("questionnaire.unknown")
    return found


def questions_of(questionnaire: Questionnaire) -> Sequence[Question]:
    """What it asks, in order, with the options; its own, or those of the one that it asks of. Two queries."""
    return db.session.scalars(
        select(Question)
        .where(Question.questionnaire_id == (questionnaire.asks_of_id or questionnaire.id))
        .options(selectinload(Question.options))
        .order_by(Question.sort, Question.id)
    ).all()


def numbers_of(event_id: int) -> tuple[dict[int, int], dict[int, int]]:
    """Questionnaire id -> how many questions are its own, and how many have handed it in. Two queries."""
    ours = select(Questionnaire.id).where(Questionnaire.event_id == event_id)
    questions = db.session.execute(
        select(Question.questionnaire_id, func.count())
        .where(Question.questionnaire_id.in_(ours))
        .group_by(Question.questionnaire_id)
    )
    handed = db.session.execute(
        select(HandedIn.questionnaire_id, func.count())
        .where(HandedIn.questionnaire_id.in_(ours))
        .group_by(HandedIn.questionnaire_id)
    )
    return dict(questions.all()), dict(handed.all())


def is_answered(questionnaire_id: int) -> bool:
    """Whether anybody has handed it in, or another one that asks its questions."""
    asking = select(Questionnaire.id).where(
        (Questionnaire.id == questionnaire_id) | (Questionnaire.asks_of_id == questionnaire_id)
    )
    return bool(db.session.scalar(select(select(HandedIn).where(HandedIn.questionnaire_id.in_(asking)).exists())))


@dataclass(frozen=True, slots=True)
class Hers:
    """A questionnaire as one participant meets it; `points` only where the organizer lets her see them."""

    questionnaire: Questionnaire
    window: Window
    handed_in: bool
    points: Points | None


def for_registration(registration: Registration) -> list[Hers]:
    """What is published for her session, whether she has answered, and how a test went. Two queries; nothing without a seat."""
    if registration.state is not State.SEATED:
        return []
    asked = [each for each in of_event(registration.event_id) if each.published_at]
    if not asked:
        return []
    rows = db.session.execute(
        select(HandedIn.questionnaire_id, NamedSheet.points, NamedSheet.of_points)
        .outerjoin(
            NamedSheet,
            (NamedSheet.questionnaire_id == HandedIn.questionnaire_id)
            & (NamedSheet.registration_id == HandedIn.registration_id),
        )
        .where(HandedIn.registration_id == registration.id)
    )
    found = {questionnaire_id: Points(got, of) if of else None for questionnaire_id, got, of in rows}
    return [
        Hers(
            each,
            window_of(each, registration.session),
            each.id in found,
            found.get(each.id) if each.shows_score else None,
        )
        for each in asked
    ]


def not_yet(questionnaire_id: int, session: Session, *, by: Actor) -> list[tuple[str, str]]:
    """(reference, name) of who has a seat in a session and hasn't handed it in: who has is known, and never what. One query, and
    none for who may not see the roster there.
    """
    if not by.may(Act.SEE_ROSTER, session.province_code):
        return []
    handed = select(HandedIn.registration_id).where(HandedIn.questionnaire_id == questionnaire_id)
    rows = db.session.execute(
        select(Registration.reference, Person.full_name)
        .join(Person, Registration.person_id == Person.id)
        .where(
            Registration.session_id == session.id,
            Registration.state == State.SEATED,
            Registration.id.not_in(handed),
        )
        .order_by(Person.name_key, Registration.id)
    )
    return [(reference, name) for reference, name in rows]


def open_in(session: Session, now: datetime) -> list[tuple[Questionnaire, Window]]:
    """The published questionnaires of a session that can be answered now or later, for the door. One query."""
    asked = [(each, window_of(each, session)) for each in of_event(session.event_id) if each.published_at]
    return [(each, window) for each, window in asked if now < window.closes_at]


def handed_in_reach(event: Event, *, by: Actor) -> dict[int, int]:
    """Questionnaire id -> how many have handed it in, in the sessions whose results the actor may see. One query."""
    sessions = [each.id for each in event.sessions if by.may(Act.SEE_RESULTS, each.province_code)]
    rows = db.session.execute(
        select(HandedIn.questionnaire_id, func.count())
        .join(Registration, HandedIn.registration_id == Registration.id)
        .where(Registration.session_id.in_(sessions))
        .group_by(HandedIn.questionnaire_id)
    )
    return dict(rows.all())
