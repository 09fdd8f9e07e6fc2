"""Seats added are served to those who wait; seats taken away are free ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import an_event, registered
from tests.cast import acting, made, sari
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound, Refusal
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import Seat
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_seats import add_seats, remove_seats
from tpbis_events.registrations.model import Registration, State


def numbers(quota_id: int) -> list[int]:
    return list(db.session.scalars(select(Seat.number).where(Seat.quota_id == quota_id).order_by(Seat.number)))


def test_added_seats_are_given_to_those_who_wait_in_order_and_at_once(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    waiting = [registered(place) for _ in range(4)][1:]
    outcome = add_seats(place.quota_id, 2, reason="ruang lebih besar", by=COMMAND_LINE)
    assert (outcome.total, outcome.served) == (3, (waiting[0].reference, waiting[1].reference))
    states = [db.session.get_one(Registration, each.registration_id).state for each in waiting]
    assert states == [State.SEATED, State.SEATED, State.WAITING]
    told = db.session.scalars(select(Mail.subject).where(Mail.kind == "seated").order_by(Mail.id)).all()
    assert told == [f"registration:{each.registration_id}" for each in waiting[:2]]
    assert registered(place).place == 2


def test_added_seats_that_nobody_waits_for_are_free(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    registered(place)
    assert add_seats(place.quota_id, 1, reason="ruang lebih besar", by=COMMAND_LINE).served == ()
    assert [registered(place).state for _ in range(2)] == [State.SEATED, State.WAITING]


def test_seats_are_not_taken_from_under_people(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    budi, second = registered(place), registered(place)
    with pytest.raises(Refusal, match="seats.taken") as refused:
        remove_seats(place.quota_id, 2, reason="ruang lebih kecil", by=COMMAND_LINE)
    assert refused.value.facts == {"free": 1}
    assert numbers(place.quota_id) == [1, 2, 3]
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert remove_seats(place.quota_id, 2, reason="ruang lebih kecil", by=COMMAND_LINE).total == 1
    assert numbers(place.quota_id) == [2]
    assert db.session.get_one(Registration, second.registration_id).state is State.SEATED
    with pytest.raises(Refusal, match="seats.taken"):
        remove_seats(place.quota_id, 1, reason="ruang lebih kecil", by=COMMAND_LINE)


def test_a_seat_added_after_one_was_removed_has_a_number_of_its_own(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    remove_seats(place.quota_id, 1, reason="ruang lebih kecil", by=COMMAND_LINE)
    add_seats(place.quota_id, 2, reason="ruang lebih besar", by=COMMAND_LINE)
    assert numbers(place.quota_id) == [1, 3, 4]


def test_seats_added_after_closing_are_given_by_the_office_alone(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1}, closes_at=clock.now() + timedelta(days=1))["51", "stakeholder"]
    registered(place), registered(place)
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        assert add_seats(place.quota_id, 1, reason="ruang lebih besar", by=COMMAND_LINE).served == ()


@pytest.mark.parametrize("number", [0, -1, 501])
def test_a_number_of_seats_is_from_1_to_500(app: Flask, number: int) -> None:
    place = an_event()["51", "stakeholder"]
    for change in (add_seats, remove_seats):
        with pytest.raises(Refusal, match="seats.number"):
            change(place.quota_id, number, reason="salah ketik", by=COMMAND_LINE)


def test_seats_change_with_a_reason_that_the_log_keeps(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    with pytest.raises(Refusal, match="reason_missing"):
        add_seats(place.quota_id, 1, reason=" \x00 ", by=COMMAND_LINE)
    add_seats(place.quota_id, 3, reason="ruang\x00 lebih besar", by=COMMAND_LINE)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "seats.added")).one()
    assert (entry.before, entry.after, entry.reason) == ({"seats": 2}, {"seats": 5}, "ruang lebih besar")
    assert (entry.subject, entry.province_code) == (f"quota:{place.quota_id}", "51")


def test_seats_are_changed_by_the_national_office_alone(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place)
    with pytest.raises(Forbidden):
        add_seats(place.quota_id, 1, reason="mau saya", by=acting(made()))
    with pytest.raises(NotFound):
        add_seats(place.quota_id, 1, reason="mau saya", by=participant(budi.registration_id))
    assert add_seats(place.quota_id, 1, reason="ruang lebih besar", by=acting(sari())).total == 3
    with pytest.raises(NotFound, match="role.unknown"):
        add_seats(999_999, 1, reason="tidak ada", by=COMMAND_LINE)
