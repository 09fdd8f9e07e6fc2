"""Attendance: who has a seat is checked in once per day, on the day; a mistake is undone and stays as history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.at_once import at_once
from tests.builders import Place, an_event, registered
from tests.cast import acting, door, made, sari
from tpbis_events.attendance.check_in import CheckedIn, check_in
from tpbis_events.attendance.model import Attendance
from tpbis_events.attendance.presence import Presence, attended_days, names_of
from tpbis_events.attendance.undo import undo
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, participant
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.registrations.cancel import cancel
from tpbis_events.web.refusals import sentence


def a_day(place: Place, number: int = 1) -> SessionDay:
    days = db.session.get_one(Session, place.session_id).days
    return next(day for day in days if day.number == number)


@contextmanager
def on(day: SessionDay, minutes: int = 0) -> Iterator[int]:
    """The clock stands some minutes after a day's beginning; gives the day's id."""
    with clock.stopped_at(day.starts_at + timedelta(minutes=minutes)):
        yield day.id


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_a_check_in_says_since_when_and_by_whom_and_the_second_changes_nothing(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place).registration_id
    pintu, her = acting(door()), acting(made())
    day = a_day(place)
    with on(day) as day_id:
        first = check_in(budi, day_id, by=pintu)
    with on(day, minutes=40):
        second = check_in(budi, day_id, by=her)
    assert first == CheckedIn(a_day(place).starts_at, pintu.label, already=False)
    assert second == CheckedIn(first.at, pintu.label, already=True)
    assert attended_days([budi]) == {budi: {day_id: Presence(first.at, pintu.label)}}
    assert names_of([pintu.label, "worker"]) == {pintu.label: "Pintu"}
    written = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "attendance.checked_in")).all()
    assert [(entry.actor, entry.subject, entry.province_code) for entry in written] == [
        (pintu.label, f"registration:{budi}", "51")
    ]


def test_eight_check_ins_at_once_record_one(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place).registration_id
    with on(a_day(place)) as day_id:
        outcomes = at_once(app_on_each, [lambda: check_in(budi, day_id, by=COMMAND_LINE)] * 8)
    assert sorted(outcome.already for outcome in outcomes) == [False] + [True] * 7
    assert rows() == 1


def test_the_database_itself_refuses_a_second_standing_check_in(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place).registration_id
    day_id = a_day(place).id
    with pytest.raises(IntegrityError), transaction():
        db.session.add_all(
            Attendance(registration_id=budi, day_id=day_id, checked_in_at=clock.now(), checked_in_by="x")
            for _ in range(2)
        )


def test_a_waiting_and_a_cancelled_person_cannot_be_checked_in(app: Flask) -> None:
    place = an_event(roles={"village": 1})["51", "village"]
    seated, waiting = registered(place).registration_id, registered(place).registration_id
    with on(a_day(place)) as day_id, pytest.raises(Refusal, match="attendance.not_seated"):
        check_in(waiting, day_id, by=COMMAND_LINE)
    cancel(seated, by=COMMAND_LINE, reason="berhalangan")
    with on(a_day(place)):
        with pytest.raises(Refusal, match="attendance.cancelled"):
            check_in(seated, day_id, by=COMMAND_LINE)
        assert not check_in(waiting, day_id, by=COMMAND_LINE).already, "she has the seat now"
    assert rows() == 1


def test_a_day_of_another_session_and_unknown_ones_are_refused(app: Flask) -> None:
    places = an_event(provinces=("51", "52"))
    budi = registered(places["51", "stakeholder"]).registration_id
    with on(a_day(places["52", "stakeholder"])) as elsewhere:
        with pytest.raises(Refusal, match="attendance.other_session") as no:
            check_in(budi, elsewhere, by=COMMAND_LINE)
        with pytest.raises(NotFound, match="attendance.unknown_day"):
            check_in(budi, 9999, by=COMMAND_LINE)
        with pytest.raises(NotFound, match="registration.unknown"):
            check_in(9999, elsewhere, by=COMMAND_LINE)
    assert no.value.facts == {"city": "Denpasar"}
    assert rows() == 0


def test_a_day_begins_at_midnight_of_the_sessions_own_zone(app: Flask) -> None:
    place = an_event(provinces=("94",))["94", "stakeholder"]  # Papua: WIT, nine hours before UTC
    budi = registered(place).registration_id
    day = a_day(place)
    midnight = day.starts_at - timedelta(hours=8, minutes=30)
    with clock.stopped_at(midnight - timedelta(minutes=1)), pytest.raises(Refusal, match="day_not_begun") as no:
        check_in(budi, day.id, by=COMMAND_LINE)
    assert no.value.facts == {"date": day.local_date}
    with app.test_request_context("/en/door/", environ_overrides={"tpbis.language": "en"}):
        assert f"{day.local_date.day} {day.local_date:%B %Y}" in sentence(no.value)[1]
    with clock.stopped_at(midnight):
        assert not check_in(budi, day.id, by=COMMAND_LINE).already


def test_the_door_checks_in_on_the_day_alone_and_the_office_also_later(app: Flask) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    budi = registered(place).registration_id
    pintu, her = acting(door()), acting(made())
    first, second = a_day(place, 1), a_day(place, 2)
    with on(second):
        with pytest.raises(Refusal, match="attendance.day_over"):
            check_in(budi, first.id, by=pintu)
        assert not check_in(budi, second.id, by=pintu).already
    with clock.stopped_at(second.ends_at + timedelta(days=3)):
        assert not check_in(budi, first.id, by=her).already
    assert set(attended_days([budi])[budi]) == {first.id, second.id}


def test_nobody_checks_in_without_the_right_in_that_province(app: Flask) -> None:
    place = an_event(provinces=("52",))["52", "stakeholder"]
    budi = registered(place).registration_id
    strangers = (PUBLIC, participant(budi), acting(made()))
    with on(a_day(place)) as day_id:
        for nobody in strangers:
            with pytest.raises(NotFound, match="actor.out_of_reach"):
                check_in(budi, day_id, by=nobody)
            with pytest.raises(NotFound, match="actor.out_of_reach"):
                undo(budi, day_id, reason="salah", by=nobody)
    assert rows() == 0


def test_an_undone_check_in_stays_as_history_and_the_person_may_be_checked_in_anew(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place).registration_id
    her = acting(sari())
    with on(a_day(place)) as day_id:
        check_in(budi, day_id, by=her)
        with pytest.raises(Refusal, match="attendance.reason_missing"):
            undo(budi, day_id, reason="  ", by=her)
        undo(budi, day_id, reason="salah orang", by=her)
        assert attended_days([budi]) == {budi: {}}
        with pytest.raises(Refusal, match="attendance.not_checked_in"):
            undo(budi, day_id, reason="salah orang", by=her)
        assert not check_in(budi, day_id, by=her).already
    history = db.session.scalars(select(Attendance).order_by(Attendance.id)).all()
    assert [(row.undone_by, row.undo_reason) for row in history] == [(her.label, "salah orang"), (None, None)]
    undone = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "attendance.undone")).one()
    assert (undone.actor, undone.reason) == (her.label, "salah orang")


def test_presence_of_nobody_asks_nothing(app: Flask) -> None:
    assert attended_days([]) == {}
