"""Reinstating: who has ended comes back only to a free seat that nobody waits for."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import BUDI, an_event, registered
from tests.cast import acting, made, sari
from tests.commands.kept import about, entries, row, states, taken, told
from tests.doors.browsing import everything
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import Serving, Session
from tpbis_events.registrations.answer_offer import decline
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.change_ways import set_serving
from tpbis_events.registrations.decide import reject
from tpbis_events.registrations.lapse_offers import lapse
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.reinstate import Reinstated, reinstate


def ended(of: Registered) -> Registered:
    cancel(of.registration_id, by=COMMAND_LINE, reason="berhalangan")
    return of


def back(of: Registered, reason: str = "salah dibatalkan") -> Reinstated:
    return reinstate(of.registration_id, reason=reason, by=COMMAND_LINE)


def test_who_was_cancelled_has_a_seat_again_with_a_new_qr_code_and_is_told(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi = registered(place)
    old = row(budi).ticket
    ended(budi)
    assert (row(budi).end_reason, taken(place)) == ("berhalangan", 0)
    assert back(budi) == Reinstated(budi.reference)
    now = row(budi)
    assert (now.state, taken(place)) == (State.SEATED, 1) and now.ticket != old
    assert (now.ended_at, now.ended_by, now.end_reason) == (None, None, None)
    assert told("confirmation") == about(budi) * 2  # one for each time she got a seat
    (entry,) = entries("registration.reinstated")
    assert (entry.before, entry.reason) == ({"state": "cancelled"}, "salah dibatalkan")


def test_reinstating_needs_a_free_seat_that_nobody_waits_for(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    set_serving(place.event_id, Serving.HAND, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    budi = ended(registered(place))
    sits = registered(place)
    before = everything()
    with pytest.raises(Refusal, match="role.full"):
        back(budi)
    assert everything() == before
    waits = registered(place)
    ended(sits)
    before = everything()
    with pytest.raises(Refusal, match="role.line"):
        back(budi)
    assert everything() == before
    assert states(budi, sits, waits) == [State.CANCELLED, State.CANCELLED, State.WAITING]


def test_a_seat_that_was_given_on_is_not_taken_back(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi, waits = registered(place), registered(place)
    ended(budi)
    with pytest.raises(Refusal, match="role.full"):
        back(budi)
    assert states(budi, waits) == [State.CANCELLED, State.SEATED]


def test_each_way_to_end_but_being_substituted_can_be_mended(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 4})["51", "stakeholder"]
    set_serving(place.event_id, Serving.OFFER, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    sitting = [registered(place) for _ in range(4)]
    rejected, declined, lapsed = (registered(place) for _ in range(3))
    reject([rejected.registration_id], reason="tidak sesuai", by=COMMAND_LINE)
    for each in sitting[:2]:
        ended(each)
    assert states(declined, lapsed) == [State.OFFERED, State.OFFERED]
    decline(declined.registration_id, by=COMMAND_LINE)
    ends = row(lapsed).offer_ends_at
    assert ends
    with clock.stopped_at(ends):
        assert lapse(lapsed.registration_id)
        ended(sitting[2])
        assert states(rejected, declined, lapsed) == [State.REJECTED, State.DECLINED, State.LAPSED]
        for each in (rejected, declined, lapsed):
            back(each)
    assert states(rejected, declined, lapsed) == [State.SEATED] * 3
    assert taken(place) == 4


def test_withdrawing_and_registering_again_works_and_then_the_old_one_stays_ended(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    first = ended(registered(place, BUDI))
    again = registered(place, BUDI)
    assert again.state is State.SEATED and again.reference != first.reference
    before = everything()
    with pytest.raises(Refusal, match="registration.already_registered"):
        back(first)
    assert everything() == before


def test_who_has_not_ended_cannot_be_reinstated(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi, waits = registered(place), registered(place)
    for each, code in ((budi, "already_seated"), (waits, "already_waiting")):
        with pytest.raises(Refusal, match=code):
            back(each)


def test_nobody_comes_back_to_a_session_that_is_over_or_cancelled_nor_without_a_reason(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = ended(registered(place))
    with pytest.raises(Refusal, match="reinstate.reason_missing"):
        back(budi, reason=" ")
    ends = db.session.get_one(Session, place.session_id).ends_at
    with clock.stopped_at(ends), pytest.raises(Refusal, match="session.over"):
        back(budi)
    cancel_session(place.session_id, reason="banjir", by=COMMAND_LINE)
    with pytest.raises(Refusal, match="session.cancelled"):
        back(budi)
    assert states(budi) == [State.CANCELLED]


def test_the_office_reinstates_in_its_province_and_nobody_herself(app: Flask) -> None:
    places = an_event(provinces=("51", "11"))
    in_bali, in_aceh = ended(registered(places["51", "stakeholder"])), ended(registered(places["11", "stakeholder"]))
    of_bali = acting(made())
    for who, by in ((in_aceh, of_bali), (in_bali, participant(in_bali.registration_id))):
        with pytest.raises(NotFound):
            reinstate(who.registration_id, reason="mau saya", by=by)
    assert reinstate(in_bali.registration_id, reason="salah dibatalkan", by=of_bali).reference == in_bali.reference
    reinstate(in_aceh.registration_id, reason="salah dibatalkan", by=acting(sari()))
