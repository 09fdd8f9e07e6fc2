"""Begin a questionnaire of an edition: a draft, empty or with ready-made questions."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event
from tpbis_events.questionnaires import starting_sets
from tpbis_events.questionnaires.model import TESTS, Kind, Questionnaire


class Start(StrEnum):
    """What to begin with."""

    EVALUATION_SET = "evaluation-set"
    PAIR_SET = "pair-set"  # a pre-test, and a post-test that asks the same
    SAME_POST_TEST = "same-post-test"  # as the pre-test that is there
    EVALUATION = "evaluation"
    PRE_TEST = "pre-test"
    POST_TEST = "post-test"
    OTHER = "other"
    OTHER_ANONYMOUS = "other-anonymous"


_KINDS = {
    Start.EVALUATION_SET: Kind.EVALUATION,
    Start.PAIR_SET: Kind.PRE_TEST,
    Start.SAME_POST_TEST: Kind.POST_TEST,
    Start.EVALUATION: Kind.EVALUATION,
    Start.PRE_TEST: Kind.PRE_TEST,
    Start.POST_TEST: Kind.POST_TEST,
}


@command
def begin_questionnaire(event_id: int, start: Start, *, by: Actor) -> int:
    """Its id (of a pair, that of the pre-test). An edition has one pre-test and one post-test at most.

    Refuses a second one, and a post-test with the questions of a pre-test that isn't there.
    """
    by.require(Act.QUESTION, None)
    event = db.session.scalar(select(Event).where(Event.id == event_id).with_for_update())
    if event is None:
        raise NotFound("event.unknown")
    there = db.session.scalars(select(Questionnaire).where(Questionnaire.event_id == event_id)).all()
    tests = {each.kind: each for each in there if each.kind in TESTS}
    kind = _KINDS.get(start, Kind.OTHER)
    if kind in tests or (start is Start.PAIR_SET and tests):
        raise Refusal("questionnaire.test_there")
    pre_test = tests.get(Kind.PRE_TEST)
    if start is Start.SAME_POST_TEST and (pre_test is None or pre_test.asks_of_id):
        raise Refusal("questionnaire.no_pre_test")
    anonymous = start in (Start.EVALUATION_SET, Start.EVALUATION, Start.OTHER_ANONYMOUS)
    made = starting_sets.questionnaire(kind, event_id, anonymous=anonymous)
    if start is Start.SAME_POST_TEST and pre_test:
        made.asks_of_id = pre_test.id
    db.session.add(made)
    db.session.flush()
    if start in (Start.EVALUATION_SET, Start.PAIR_SET):
        db.session.add_all(starting_sets.questions(kind, made.id))
    if start is Start.PAIR_SET:
        post_test = starting_sets.questionnaire(Kind.POST_TEST, event_id, anonymous=False)
        post_test.asks_of_id = made.id
        db.session.add(post_test)
    record("questionnaire.begun", f"event:{event_id}", at=clock.now(), actor=by.label, after={"start": start.value})
    return made.id
