"""What stands behind the lock: a path that forgot it, and writes a seat by hand, fails on both databases and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from tests.builders import Place, an_event, registered, somebody
from tests.races.world import seen
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Seat, Serving
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_seats import add_seats
from tpbis_events.registrations.change_ways import set_serving
from tpbis_events.registrations.model import Registration, State

Places = dict[tuple[str, str], Place]


def _seat(place: Place, number: int) -> int:
    return db.session.scalars(select(Seat.id).where(Seat.quota_id == place.quota_id, Seat.number == number)).one()


HERE, OTHER_ROLE, OTHER_SESSION = ("51", "stakeholder"), ("51", "village"), ("12", "stakeholder")

# Who is changed (the seated, the waiting or the one who withdrew), and to what.
BY_HAND: dict[str, tuple[int, Callable[[Places], dict[str, object]]]] = {
    "a seat that is taken": (1, lambda places: _seated(_seat(places[HERE], 1))),
    "a seat of another role": (1, lambda places: _seated(_seat(places[OTHER_ROLE], 1))),
    "a seat of another session": (1, lambda places: _seated(_seat(places[OTHER_SESSION], 1))),
    "a seat that isn't there": (1, lambda places: _seated(9999)),
    "a seat without the state": (1, lambda places: {"seat_id": _seat(places[HERE], 2)}),
    "a seat for who withdrew": (2, lambda places: {"seat_id": _seat(places[HERE], 2)}),
    "the state without a seat": (2, lambda places: {"state": State.SEATED}),
    "an offer without a seat": (2, lambda places: {"state": State.OFFERED, "offer_ends_at": clock.now()}),
    "an offer without an end": (2, lambda places: {"state": State.OFFERED, "seat_id": _seat(places[HERE], 2)}),
    "an end without an offer": (0, lambda places: {"offer_ends_at": clock.now()}),
    "waiting without a number": (2, lambda places: {"state": State.WAITING}),
    "a number without waiting": (2, lambda places: {"queue_number": 7}),
    "waiting with a seat": (0, lambda places: {"state": State.WAITING, "queue_number": 7}),
    "a withdrawal that keeps the seat": (0, lambda places: {"state": State.CANCELLED}),
    "a session without its quota": (1, lambda places: {"session_id": places[OTHER_SESSION].session_id}),
    "a role without its quota": (1, lambda places: {"role_id": places[OTHER_ROLE].role_id}),
    "a quota without its session": (1, lambda places: {"quota_id": places[OTHER_SESSION].quota_id}),
    "a move that leaves the seat behind": (0, lambda places: _at(places[OTHER_ROLE])),
    "the e-mail address of another": (1, lambda places: {"email_key": "peserta1@example.id"}),
}


def _seated(seat_id: int) -> dict[str, object]:
    return {"state": State.SEATED, "seat_id": seat_id, "queue_number": None}


def _at(place: Place) -> dict[str, object]:
    return {"session_id": place.session_id, "role_id": place.role_id, "quota_id": place.quota_id}


def _world() -> tuple[Places, list[int]]:
    """In the role: who is seated, who waits, who withdrew; and a second seat, free, that waits for the office."""
    places = an_event(provinces=("51", "12"), roles={"stakeholder": 1, "village": 1})
    here = places[HERE]
    people = [registered(here, somebody(number)).registration_id for number in (1, 2, 3)]
    cancel(people[2], by=COMMAND_LINE, reason="berhalangan")
    set_serving(here.event_id, Serving.HAND, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    add_seats(here.quota_id, 1, reason="ruang lebih besar", by=COMMAND_LINE)
    db.session.remove()
    return places, people


@pytest.mark.parametrize("what", BY_HAND)
def test_who_writes_a_seat_by_hand_is_stopped_by_the_database(app_on_each: Flask, each_url: str, what: str) -> None:
    places, people = _world()
    before = seen(each_url)
    number, change = BY_HAND[what]
    values = change(places)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Registration).where(Registration.id == people[number]).values(**values))
    assert seen(each_url) == before


def test_the_same_by_the_right_values_is_no_error(app_on_each: Flask) -> None:
    """So it is the values above that are refused, and not the way in which they are written."""
    places, people = _world()
    with transaction():
        free = _seated(_seat(places[HERE], 2))
        db.session.execute(update(Registration).where(Registration.id == people[1]).values(**free))
    assert db.session.get_one(Registration, people[1]).seat_id == free["seat_id"]


def test_a_seat_on_which_somebody_sits_can_not_be_deleted(app_on_each: Flask, each_url: str) -> None:
    places, _people = _world()
    before = seen(each_url)
    taken, free = _seat(places[HERE], 1), _seat(places[HERE], 2)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(delete(Seat).where(Seat.id == taken))
    assert seen(each_url) == before
    with transaction():
        db.session.execute(delete(Seat).where(Seat.id == free))
    assert set(seen(each_url).seats) == set(before.seats) - {free}
