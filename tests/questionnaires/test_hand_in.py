"""Handing in: once, while it is open, by the one who holds the registration; tests are scored by the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.at_once import at_once
from tests.builders import an_event, registered
from tests.questions import a_questionnaire, answered, filled, of_kind, questions, when_over, while_open
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, participant
from tpbis_events.questionnaires.begin_questionnaire import Start, begin_questionnaire
from tpbis_events.questionnaires.hand_in import Received, hand_in
from tpbis_events.questionnaires.model import AnonymousSheet, HandedIn, Kind, NamedSheet
from tpbis_events.questionnaires.standing import Points, handed_in, points_of
from tpbis_events.registrations.cancel import cancel


def number_of(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("start", [Start.EVALUATION_SET, Start.PAIR_SET])
def test_a_sheet_that_is_sent_by_eight_threads_at_once_is_one_sheet(app_on_each: Flask, start: Start) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place, start)
    budi = registered(place).registration_id
    typed = filled(asked)
    acts: list[Callable[[], Received]] = [lambda: hand_in(asked, budi, typed, by=participant(budi))] * 8
    with clock.stopped_at(while_open(asked, place)):
        outcomes = at_once(app_on_each, acts)
    assert sorted(each.already for each in outcomes) == [False] + [True] * 7
    table = AnonymousSheet if start is Start.EVALUATION_SET else NamedSheet
    assert (number_of(HandedIn), number_of(table)) == (1, 1)


def test_thirty_who_hand_in_at_once_all_arrive(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 12})["51", "stakeholder"]
    asked = a_questionnaire(place)
    people = [registered(place).registration_id for _ in range(12)]
    typed = filled(asked, words="Baik")

    def act(person: int) -> Callable[[], Received]:
        return lambda: hand_in(asked, person, typed, by=participant(person))

    with clock.stopped_at(while_open(asked, place)):
        at_once(app_on_each, [act(person) for person in people])
    assert (number_of(HandedIn), number_of(AnonymousSheet)) == (12, 12)


def test_what_is_sent_again_with_other_answers_changes_nothing(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place, Start.PAIR_SET)
    budi = registered(place).registration_id
    with clock.stopped_at(while_open(asked, place)):
        assert not hand_in(asked, budi, filled(asked), by=participant(budi)).already
        assert hand_in(asked, budi, filled(asked, right=False), by=participant(budi)).already
    with clock.stopped_at(when_over(asked, place)):  # and a reload after the closing is no fright
        assert hand_in(asked, budi, {}, by=participant(budi)).already
    sheet = db.session.scalars(select(NamedSheet)).one()
    assert (sheet.points, sheet.of_points) == (100, 100)


def test_it_opens_and_closes_to_the_second_by_the_clocks_of_the_session(app: Flask) -> None:
    place = an_event(provinces=("94",), days=2)["94", "stakeholder"]  # Papua, nine hours before Greenwich
    asked = a_questionnaire(place)
    budi = registered(place).registration_id
    second = timedelta(seconds=1)
    opens, closes = while_open(asked, place), when_over(asked, place)
    for moment, code in ((opens - second, "questionnaire.not_open_yet"), (closes, "questionnaire.closed")):
        with clock.stopped_at(moment), pytest.raises(Refusal) as no:
            hand_in(asked, budi, filled(asked), by=participant(budi))
        assert no.value.code == code
    assert number_of(HandedIn) == number_of(AnonymousSheet) == 0
    with clock.stopped_at(closes - second):
        assert not hand_in(asked, budi, filled(asked), by=participant(budi)).already


def test_only_she_who_holds_the_registration_and_has_a_seat_can_answer(app: Flask) -> None:
    places = an_event(roles={"stakeholder": 1})
    place = places["51", "stakeholder"]
    asked = a_questionnaire(place)
    budi, waiting = registered(place).registration_id, registered(place).registration_id
    gone = registered(an_event()["51", "stakeholder"]).registration_id  # of another event
    draft = begin_questionnaire(place.event_id, Start.PAIR_SET, by=COMMAND_LINE)
    with clock.stopped_at(while_open(asked, place)):
        for questionnaire, person, by, code in (
            (asked, budi, PUBLIC, "questionnaire.unknown"),
            (asked, budi, participant(waiting), "questionnaire.unknown"),
            (asked, gone, participant(gone), "questionnaire.unknown"),
            (asked, 999, participant(999), "questionnaire.unknown"),
            (999, budi, participant(budi), "questionnaire.unknown"),
            (draft, budi, participant(budi), "questionnaire.unknown"),
            (asked, waiting, participant(waiting), "questionnaire.no_seat"),
        ):
            with pytest.raises(Refusal) as no:
                hand_in(questionnaire, person, filled(asked), by=by)
            assert no.value.code == code
            assert isinstance(no.value, NotFound) == (code == "questionnaire.unknown")
    cancel(budi, by=COMMAND_LINE, reason="Sakit")
    with clock.stopped_at(while_open(asked, place)), pytest.raises(Refusal, match="no_seat"):
        hand_in(asked, budi, filled(asked), by=participant(budi))
    assert number_of(HandedIn) == 0


def test_every_wrong_answer_is_named_and_nothing_is_stored(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    asked = a_questionnaire(place)
    budi = registered(place).registration_id
    typed = filled(asked)
    rows = questions(asked)
    first, second, third = (question.id for question in rows[:3])
    choice, text = next(q.id for q in rows if q.options), next(q.id for q in rows if q.kind == "long")
    typed |= {first: [], second: ["6"], third: ["4", "5"], choice: ["999999"], text: ["x" * 2001]}
    with clock.stopped_at(while_open(asked, place)), pytest.raises(Invalid) as no:
        hand_in(asked, budi, typed, by=participant(budi))
    assert no.value.problems == {
        f"q{first}": "answer.missing",
        f"q{second}": "answer.unknown",
        f"q{third}": "answer.unknown",
        f"q{choice}": "answer.unknown",
        f"q{text}": "answer.too_long",
    }
    assert number_of(HandedIn) == number_of(AnonymousSheet) == 0


def test_points_are_given_for_exactly_the_right_options(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 4})["51", "stakeholder"]
    a_questionnaire(place, Start.PAIR_SET)
    post = of_kind(place, Kind.POST_TEST)
    several = next(q for q in questions(post) if q.kind == "several")
    right = [str(option.id) for option in several.options if option.right]
    best, worst = *answered(post, place), *answered(post, place, right=False)
    one_short, one_more = registered(place).registration_id, registered(place).registration_id
    with clock.stopped_at(while_open(post, place)):
        hand_in(post, one_short, filled(post) | {several.id: right[:2]}, by=participant(one_short))
        every = [str(option.id) for option in several.options]
        hand_in(post, one_more, filled(post) | {several.id: every}, by=participant(one_more))
    found = points_of([best, worst, one_short, one_more])
    assert found == {
        best: Points(100, 100),
        worst: Points(0, 100),
        one_short: Points(80, 100),
        one_more: Points(80, 100),
    }
    assert found[one_short].percent == 80
    assert handed_in([best, 999]) == {best: frozenset({Kind.POST_TEST}), 999: frozenset()}
