"""Hand in a questionnaire, once: tests are scored here, and what is anonymous is kept apart from who handed it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.programmes.model import Session
from tpbis_events.questionnaires.answers import Typed, Values, examined, scored
from tpbis_events.questionnaires.catalogue import questions_of
from tpbis_events.questionnaires.mix import put_among
from tpbis_events.questionnaires.model import TEXTS, HandedIn, NamedSheet, Question, Questionnaire
from tpbis_events.questionnaires.windows import When, window_of
from tpbis_events.registrations.model import Registration, State


@dataclass(frozen=True, slots=True)
class Received:
    """`already`: it was handed in before, and nothing was changed by this."""

    already: bool


@command
def hand_in(questionnaire_id: int, registration_id: int, typed: Typed, *, by: Actor) -> Received:
    """One person answers each questionnaire once: whatever is sent a second time changes nothing and is answered the same.

    Only she who holds the registration, and has a seat, while the questionnaire is open in her session by the server's clock.
    Refuses: a draft or another event's (404), no seat, not open yet, closed, answers that don't fit the questions
    (`q<question id>` -> code).
    """
    if by.registration_id != registration_id:
        raise NotFound("questionnaire.unknown")
    now = clock.now()
    questionnaire, registration = _held(questionnaire_id), _registration(registration_id)
    if questionnaire is None or registration is None or registration.event_id != questionnaire.event_id:
        raise NotFound("questionnaire.unknown")
    if db.session.get(HandedIn, (questionnaire.id, registration.id)):
        return Received(already=True)
    _require_open(questionnaire, registration, now)
    questions = questions_of(questionnaire)
    values, problems = examined(questions, typed)
    if problems:
        raise Invalid({f"q{question_id}": code for question_id, code in problems.items()})
    first = db.session.scalar(
        insert_on_conflict(HandedIn)
        .values(questionnaire_id=questionnaire.id, registration_id=registration.id)
        .on_conflict_do_nothing()
        .returning(HandedIn.registration_id)
    )
    if first is None:
        return Received(already=True)
    _keep(questionnaire, registration, questions, values, now)
    return Received(already=False)


def _keep(
    questionnaire: Questionnaire,
    registration: Registration,
    questions: Sequence[Question],
    values: Values,
    at: datetime,
) -> None:
    if questionnaire.anonymous:
        written = {each.id for each in questions if each.kind in TEXTS}
        ticked = {key: value for key, value in values.items() if int(key) not in written}
        texts = {int(key): value for key, value in values.items() if int(key) in written}
        put_among(questionnaire.id, registration.session_id, ticked, texts)
        return
    points = scored(questions, values)
    db.session.add(
        NamedSheet(
            questionnaire_id=questionnaire.id,
            registration_id=registration.id,
            session_id=registration.session_id,
            handed_in_at=at,
            points=points.got,
            of_points=points.of,
            answers=values,
        )
    )


def _held(questionnaire_id: int) -> Questionnaire | None:
    """Published, with what it asks held as it is: who corrects a question waits until the sheet is in, and the other way."""
    asked_of = select(Questionnaire.asks_of_id).where(Questionnaire.id == questionnaire_id)
    held = db.session.scalars(
        select(Questionnaire)
        .where((Questionnaire.id == questionnaire_id) | Questionnaire.id.in_(asked_of))
        .order_by(Questionnaire.id)
        .with_for_update(read=True)
    ).all()
    return next((each for each in held if each.id == questionnaire_id and each.published_at), None)


def _registration(registration_id: int) -> Registration | None:
    return db.session.scalar(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(joinedload(Registration.session).selectinload(Session.days), selectinload(Registration.event))
    )


def _require_open(questionnaire: Questionnaire, registration: Registration, now: datetime) -> None:
    if registration.state is not State.SEATED:
        raise Refusal("questionnaire.no_seat")
    window = window_of(questionnaire, registration.session)
    facts = {"at": window.opens_at, "zone": registration.session.zone}
    when = window.when(now)
    if when is When.NOT_YET:
        raise Refusal("questionnaire.not_open_yet", **facts)
    if when is When.OVER:
        raise Refusal("questionnaire.closed", **{**facts, "at": window.until(registration.session.zone)})
