"""The waiting list: first come, first served, each role of each session by itself."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from tests.builders import an_event, registered
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_seats import add_seats
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.waiting_list import place_in_line


def row(of: Registered) -> Registration:
    return db.session.get_one(Registration, of.registration_id, populate_existing=True)


def test_the_place_in_line_moves_up_when_somebody_before_leaves(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi, first, second, third = (registered(place) for _ in range(4))
    assert [place_in_line(row(each)) for each in (budi, first, second, third)] == [None, 1, 2, 3]
    cancel(first.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert [place_in_line(row(each)) for each in (first, second, third)] == [None, 1, 2]
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert [place_in_line(row(each)) for each in (second, third)] == [None, 1]


def test_lines_of_other_roles_and_sessions_are_lines_of_their_own(app: Flask) -> None:
    places = an_event(provinces=("51", "11"), roles={"stakeholder": 1, "village": 1})
    for place in places.values():
        registered(place)
    assert [registered(place).place for place in places.values()] == [1, 1, 1, 1]
    assert [registered(place).place for place in places.values()] == [2, 2, 2, 2]


def test_waiting_for_one_role_keeps_nobody_from_the_seats_of_another(app: Flask) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 2})
    registered(places["51", "stakeholder"])
    waiting = registered(places["51", "stakeholder"])
    assert registered(places["51", "village"]).state is State.SEATED
    assert row(waiting).state is State.WAITING


def test_a_seat_freed_while_closed_goes_to_who_waits_before_any_newcomer(app_on_each: Flask) -> None:
    """A seat freed after closing and a session opened anew: the free seat isn't the newcomer's."""
    place = an_event(roles={"stakeholder": 1}, closes_at=clock.now() + timedelta(days=1))["51", "stakeholder"]
    budi, first = registered(place), registered(place)
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    newcomer = registered(place)
    assert (newcomer.state, newcomer.place) == (State.WAITING, 1)
    assert row(first).state is State.SEATED


def test_a_higher_priority_is_served_first_and_shown_so(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    _budi, first, second = (registered(place) for _ in range(3))
    with transaction():
        row(second).priority = 1
    assert [place_in_line(row(each)) for each in (first, second)] == [2, 1]
    served = add_seats(place.quota_id, 1, reason="undangan khusus", by=COMMAND_LINE).served
    assert served == (second.reference,)
    assert place_in_line(row(first)) == 1
