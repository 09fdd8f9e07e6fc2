"""Seats between the roles of a session: free ones move, with a reason; who waits there has them at once."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import an_event, registered
from tests.cast import acting, made, sari
from tests.commands.kept import about, entries, seats, states, taken, told
from tests.doors.browsing import everything
from tpbis_events.foundation.errors import Forbidden, NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_seats import SeatsMoved, add_seats, move_seats
from tpbis_events.registrations.model import State


def test_free_seats_move_and_who_waits_there_has_them_at_once_and_in_order(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 4, "village": 1})
    here, there = places["51", "stakeholder"], places["51", "village"]
    registered(here)
    sits, first, second, third = (registered(there) for _ in range(4))
    outcome = move_seats(here.quota_id, there.quota_id, 2, reason="desa lebih banyak", by=COMMAND_LINE)
    assert outcome == SeatsMoved(2, 3, (first.reference, second.reference))
    assert (seats(here), seats(there), taken(here), taken(there)) == (2, 3, 1, 3)
    assert states(sits, first, second, third) == [State.SEATED] * 3 + [State.WAITING]
    assert told("seated") == about(first, second)
    (gave,), (took,) = entries("seats.removed"), entries("seats.added")
    assert (gave.subject, gave.before, gave.after) == (f"quota:{here.quota_id}", {"seats": 4}, {"seats": 2})
    assert (took.subject, took.before, took.after) == (f"quota:{there.quota_id}", {"seats": 1}, {"seats": 3})
    assert gave.reason == took.reason == "desa lebih banyak"


def test_seats_are_not_moved_from_under_people(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 2, "village": 1})
    here, there = places["51", "stakeholder"], places["51", "village"]
    budi = registered(here)
    before = everything()
    with pytest.raises(Refusal, match="seats.taken") as refused:
        move_seats(here.quota_id, there.quota_id, 2, reason="desa lebih banyak", by=COMMAND_LINE)
    assert refused.value.facts == {"free": 1} and everything() == before
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert move_seats(here.quota_id, there.quota_id, 2, reason="desa lebih banyak", by=COMMAND_LINE).left == 0
    assert registered(here).state is State.WAITING


def test_seats_do_not_leak_into_another_session_or_nowhere(app_on_each: Flask) -> None:
    places = an_event(provinces=("51", "11"))
    here, aceh = places["51", "stakeholder"], places["11", "stakeholder"]
    before = everything()
    with pytest.raises(Refusal, match="seats.other_session"):
        move_seats(here.quota_id, aceh.quota_id, 1, reason="pindah", by=COMMAND_LINE)
    for other in (here.quota_id, 999_999):
        with pytest.raises(NotFound, match="role.unknown"):
            move_seats(here.quota_id, other, 1, reason="pindah", by=COMMAND_LINE)
    assert everything() == before


def test_moving_seats_needs_the_right_a_number_and_a_reason(app: Flask) -> None:
    places = an_event()
    here, there = places["51", "stakeholder"].quota_id, places["51", "village"].quota_id
    with pytest.raises(Forbidden):
        move_seats(here, there, 1, reason="mau saya", by=acting(made()))
    for number, reason, code in ((0, "x", "seats.number"), (501, "x", "seats.number"), (1, " ", "reason_missing")):
        with pytest.raises(Refusal, match=code):
            move_seats(here, there, number, reason=reason, by=COMMAND_LINE)
    assert move_seats(here, there, 1, reason="desa lebih banyak", by=acting(sari())).there == 2


def test_seats_beyond_the_plan_need_the_right_and_a_reason_and_stand_in_the_audit_log(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    with pytest.raises(Forbidden):
        add_seats(place.quota_id, 8, reason="tamu tambahan", by=acting(made()))
    her = acting(sari())
    with pytest.raises(Refusal, match="seats.reason_missing"):
        add_seats(place.quota_id, 8, reason="", by=her)
    assert add_seats(place.quota_id, 8, reason="tamu tambahan", by=her).total == 38
    (entry,) = entries("seats.added")
    assert (entry.actor, entry.before, entry.after) == (her.label, {"seats": 30}, {"seats": 38})
    assert (entry.reason, entry.province_code) == ("tamu tambahan", "51")
