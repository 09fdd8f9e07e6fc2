"""Serving by hand: free seats go to the first who wait, in order, also after registration has closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.builders import Place, an_event, registered, somebody
from tests.cast import acting, made, sari
from tests.commands.kept import about, entries, row, states, taken, told
from tests.doors.browsing import everything
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, participant
from tpbis_events.programmes.model import LimitedBy, Serving, Session
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.change_priority import change_priority
from tpbis_events.registrations.change_seats import add_seats
from tpbis_events.registrations.change_ways import set_limit, set_serving
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.serve_waiting import Served, serve_waiting


def by_hand(seats: int = 1) -> Place:
    place = an_event(roles={"stakeholder": seats})["51", "stakeholder"]
    set_serving(place.event_id, Serving.HAND, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    return place


def freed(*people: Registered) -> None:
    for each in people:
        cancel(each.registration_id, by=COMMAND_LINE, reason="berhalangan")


def references(*people: Registered) -> tuple[str, ...]:
    return tuple(each.reference for each in people)


def test_free_seats_stay_free_until_they_are_given_by_hand_to_the_first_who_wait(app_on_each: Flask) -> None:
    place = by_hand(seats=3)
    sitting = [registered(place) for _ in range(3)]
    waiting = [registered(place) for _ in range(4)]
    freed(*sitting)
    assert taken(place) == 0 and states(*waiting) == [State.WAITING] * 4
    assert serve_waiting(place.quota_id, by=COMMAND_LINE, most=1) == Served(references(waiting[0]), False)
    assert serve_waiting(place.quota_id, by=COMMAND_LINE) == Served(references(*waiting[1:3]), False)
    assert states(*waiting) == [State.SEATED] * 3 + [State.WAITING]
    assert told("seated") == about(*waiting[:3])
    assert len(entries("registration.seated")) == 3


def test_serving_when_nobody_could_be_served_is_refused_and_changes_nothing(app_on_each: Flask) -> None:
    place = by_hand()
    sits, waits = registered(place), registered(place)
    before = everything()
    with pytest.raises(Refusal, match="waiting_list.nobody_served"):
        serve_waiting(place.quota_id, by=COMMAND_LINE)  # no seat is free
    assert everything() == before
    freed(waits, sits)
    with pytest.raises(Refusal, match="waiting_list.nobody_served"):
        serve_waiting(place.quota_id, by=COMMAND_LINE)  # nobody waits


def test_after_closing_nobody_is_served_by_herself_and_the_office_seats_without_offers(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1}, closes_at=clock.now() + timedelta(days=1))["51", "stakeholder"]
    set_serving(place.event_id, Serving.OFFER, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    sits, first, second = (registered(place) for _ in range(3))
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        freed(sits)
        assert states(first, second) == [State.WAITING, State.WAITING]
        assert serve_waiting(place.quota_id, by=COMMAND_LINE) == Served(references(first), offered=False)
    assert states(first, second) == [State.SEATED, State.WAITING]
    assert (told("seated"), told("offer")) == (about(first), [])


def test_while_registration_is_open_an_event_of_offers_offers_by_hand_too(app_on_each: Flask) -> None:
    place = by_hand()
    sits, first, second = (registered(place) for _ in range(3))
    freed(sits)
    # By hand it stays free; from now on it is offered, to the first alone.
    assert set_serving(place.event_id, Serving.OFFER, offer_hours=8, reminder_hours=2, by=COMMAND_LINE).served == (
        first.reference,
    )
    assert states(first, second) == [State.OFFERED, State.WAITING]
    with pytest.raises(Refusal, match="nobody_served"):
        serve_waiting(place.quota_id, by=COMMAND_LINE)  # the offer holds the seat
    assert told("offer") == about(first)


def test_who_has_a_higher_priority_is_served_first_and_then_who_came_first(app_on_each: Flask) -> None:
    place = by_hand(seats=2)
    sitting = [registered(place) for _ in range(2)]
    first, second, third = (registered(place) for _ in range(3))
    outcome = change_priority(third.registration_id, 5, reason="utusan daerah terluar", by=COMMAND_LINE)
    assert (outcome.priority, outcome.place) == (5, 1)
    freed(*sitting)
    assert serve_waiting(place.quota_id, by=COMMAND_LINE).references == references(third, first)
    assert states(second) == [State.WAITING]


def test_who_is_over_a_limit_is_passed_and_the_next_is_served(app_on_each: Flask) -> None:
    place = by_hand(seats=2)
    set_limit(place.role_id, LimitedBy.AGENCY, "", 1, by=COMMAND_LINE)
    dinas = {"institution": "Dinas Perpustakaan"}
    sits, leaves = registered(place, somebody(**dinas)), registered(place, somebody(institution="Dinas Sosial"))
    over, next_one = registered(place, somebody(**dinas)), registered(place, somebody(institution="Desa Sukamaju"))
    freed(leaves)
    assert serve_waiting(place.quota_id, by=COMMAND_LINE).references == references(next_one)
    assert states(sits, over, next_one) == [State.SEATED, State.WAITING, State.SEATED]


def test_nobody_is_served_once_the_session_is_over_or_cancelled(app: Flask) -> None:
    place = by_hand()
    sits, _waits = registered(place), registered(place)
    freed(sits)
    ends = db.session.get_one(Session, place.session_id).ends_at
    with clock.stopped_at(ends), pytest.raises(Refusal, match="session.over"):
        serve_waiting(place.quota_id, by=COMMAND_LINE)
    cancel_session(place.session_id, reason="banjir", by=COMMAND_LINE)
    with pytest.raises(Refusal, match="session.cancelled"):
        serve_waiting(place.quota_id, by=COMMAND_LINE)


def test_seats_that_are_added_wait_for_the_office_s_hand_too(app_on_each: Flask) -> None:
    place = by_hand()
    _sits, waits = registered(place), registered(place)
    assert add_seats(place.quota_id, 1, reason="ruang lebih besar", by=COMMAND_LINE).served == ()
    assert registered(place).place == 2  # and nobody passes who waits
    assert serve_waiting(place.quota_id, by=COMMAND_LINE).references == references(waits)


def test_a_pic_serves_in_her_province_alone(app: Flask) -> None:
    places = an_event(provinces=("51", "11"), roles={"stakeholder": 1})
    here, there = places["51", "stakeholder"], places["11", "stakeholder"]
    set_serving(here.event_id, Serving.HAND, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    for place in (here, there):
        sits, waits = registered(place), registered(place)
        freed(sits)
    of_bali = acting(made())
    for by in (of_bali, PUBLIC, participant(waits.registration_id)):
        with pytest.raises(NotFound):
            serve_waiting(there.quota_id, by=by)
    assert len(serve_waiting(here.quota_id, by=of_bali).references) == 1
    assert len(serve_waiting(there.quota_id, by=acting(sari())).references) == 1
    assert row(waits).state is State.SEATED
