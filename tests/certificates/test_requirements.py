"""All that an event may ask for a certificate, and what counts as done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.builders import an_event, registered
from tests.commands.test_certificates import an_agenda, attend, change_event
from tpbis_events.certificates import earning
from tpbis_events.certificates.earning import earned_by
from tpbis_events.certificates.rules import Asked, Done, Need, requirements, standing
from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import AttendanceBy
from tpbis_events.questionnaires.model import Kind
from tpbis_events.questionnaires.standing import Points
from tpbis_events.registrations.model import Registration

DAYS = standing(2, 2, 100)


def test_an_event_that_asks_for_days_alone_lists_days_alone() -> None:
    assert [each.what for each in requirements(DAYS, 0, Asked(), Done())] == [Need.DAYS]


@pytest.mark.parametrize(
    ("asked", "done", "missing"),
    [
        (Asked(jp=8), Done(), [Need.JP]),
        (Asked(jp=7), Done(), []),
        (Asked(points=70), Done(), [Need.POINTS]),
        (Asked(points=70), Done(points=69), [Need.POINTS]),
        (Asked(points=70), Done(points=70), []),
        (Asked(evaluation=True, commitment=True), Done(), [Need.EVALUATION, Need.COMMITMENT]),
        (Asked(evaluation=True, commitment=True), Done(evaluation=True), [Need.COMMITMENT]),
        (Asked(evaluation=True, commitment=True), Done(evaluation=True, commitment=True), []),
    ],
)
def test_what_is_missing_is_named(asked: Asked, done: Done, missing: list[Need]) -> None:
    assert [each.what for each in requirements(DAYS, 7, asked, done) if not each.met] == missing


def test_a_day_that_is_missing_is_counted() -> None:
    first = requirements(standing(3, 1, 100), 0, Asked(), Done())[0]
    assert (first.needed, first.done, first.missing, first.met) == (3, 1, 2, False)


def test_questionnaires_are_asked_of_the_database_only_where_the_event_asks(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place).registration_id
    attend(place, budi)
    looked: list[str] = []

    def answering(name: str, answer: object) -> Callable[[list[int]], object]:
        def read(_ids: list[int]) -> object:
            looked.append(name)
            return answer

        return read

    monkeypatch.setattr(earning, "points_of", answering("points", {budi: Points(7, 10)}))
    monkeypatch.setattr(earning, "handed_in", answering("handed in", {budi: frozenset({Kind.EVALUATION})}))
    monkeypatch.setattr(earning, "commitments_of", answering("commitments", {}))
    assert earned_by(db.session.get_one(Registration, budi)).earned and looked == []
    change_event(place, certificate_design={"points_needed": 70, "evaluation_needed": True, "commitment_needed": True})
    found = earned_by(db.session.get_one(Registration, budi))
    assert [each.what for each in found.requirements if not each.met] == [Need.COMMITMENT]
    assert looked == ["points", "handed in", "commitments"]


def test_the_lessons_are_those_of_attended_days_with_jp_and_their_sum_is_stated(app: Flask) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    an_agenda(place, (1, 3), (1, 0), (2, 4), (0, 8))
    budi = registered(place).registration_id
    attend(place, budi, days=(2,))
    found = earned_by(db.session.get_one(Registration, budi))
    assert [(each.day, each.jp) for each in found.lessons] == [(2, 4)] and found.jp == 4
    change_event(place, attendance_by=AttendanceBy.ITEM)
    found = earned_by(db.session.get_one(Registration, budi))
    assert (found.lessons, found.jp) == ((), 0)
