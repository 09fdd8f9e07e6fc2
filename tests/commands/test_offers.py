"""Offers: a freed seat is held for the first who waits until she answers, or her time in working hours is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.builders import BUDI, Place, an_event, registered, somebody
from tests.cast import acting, made, sari
from tests.commands.kept import about, entries, mails, row, states, taken, told
from tests.doors.browsing import everything
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, Actor, participant
from tpbis_events.places.local_time import at_local
from tpbis_events.programmes.model import Serving, Session
from tpbis_events.registrations.answer_offer import accept, decline
from tpbis_events.registrations.answers import answers_of
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.change_priority import change_priority
from tpbis_events.registrations.change_seats import add_seats
from tpbis_events.registrations.change_ways import set_serving
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.lapse_offers import lapse_offers, remind_of_offers
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.serve_waiting import serve_waiting
from tpbis_events.registrations.waiting_list import place_in_line

BALI = "Asia/Makassar"
FRIDAY = datetime(2026, 8, 14, 4, tzinfo=UTC)  # 12.00 in Bali; Monday the 17th is Independence Day


def offering(seats: int = 1, *, hours: int = 16, reminder: int = 4, **event: object) -> Place:
    """An event that offers the seats that come free."""
    place = an_event(roles={"stakeholder": seats}, **event)["51", "stakeholder"]  # type: ignore[arg-type]
    set_serving(place.event_id, Serving.OFFER, offer_hours=hours, reminder_hours=reminder, by=COMMAND_LINE)
    return place


def leave(who: Registered) -> tuple[str, ...]:
    return cancel(who.registration_id, by=participant(who.registration_id)).seat_given_to


def own(who: Registered) -> Actor:
    return participant(who.registration_id)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of August 2026 on the clocks of Bali."""
    return at_local(datetime(2026, 8, day).date(), datetime(2026, 8, day, hour, minute).time(), BALI)


def ends(who: Registered) -> datetime:
    found = row(who).offer_ends_at
    assert found is not None
    return found


def test_a_freed_seat_is_held_for_the_first_who_waits_and_nobody_else_can_have_it(app_on_each: Flask) -> None:
    place = offering()
    leaves, first, second = (registered(place) for _ in range(3))
    seat = row(leaves).seat_id
    assert leave(leaves) == (first.reference,)
    assert states(first, second) == [State.OFFERED, State.WAITING]
    assert (row(first).seat_id, row(first).queue_number, taken(place)) == (seat, None, 1)
    assert told("offer") == about(first) and told("seated") == []
    assert mails("offer")[0].facts["offer_ends_at"] == ends(first).isoformat()
    newcomer = registered(place)
    assert (newcomer.state, newcomer.place, place_in_line(row(second))) == (State.WAITING, 2, 1)
    (entry,) = entries("registration.offered")
    assert (entry.before, entry.after) == ({"state": "waiting"}, {"state": "offered", "seat": 1})


def test_an_accepted_seat_is_hers_and_confirmed_once_however_often_she_presses(app_on_each: Flask) -> None:
    place = offering()
    leaves, first, second = (registered(place) for _ in range(3))
    leave(leaves)
    answers = {accept(first.registration_id, by=own(first)) for _ in range(3)}
    assert [(answer.reference, answer.state) for answer in answers] == [(first.reference, State.SEATED)]
    assert states(first, second) == [State.SEATED, State.WAITING]
    assert (row(first).offer_ends_at, row(first).offer_reminder_at, taken(place)) == (None, None, 1)
    assert told("confirmation") == about(leaves, first)
    assert "qr" in mails("confirmation")[-1].facts and "calendar" in mails("confirmation")[-1].facts
    assert len(entries("registration.accepted")) == 1


def test_a_declined_seat_is_offered_to_the_next_and_declined_once_however_often(app_on_each: Flask) -> None:
    place = offering()
    leaves, first, second, third = (registered(place) for _ in range(4))
    leave(leaves)
    assert decline(first.registration_id, by=own(first)).seat_given_to == (second.reference,)
    assert decline(first.registration_id, by=own(first)).seat_given_to == ()
    assert states(first, second, third) == [State.DECLINED, State.OFFERED, State.WAITING]
    assert (row(first).seat_id, row(first).ended_by, taken(place)) == (None, "participant", 1)
    assert told("offer") == about(first, second)
    with pytest.raises(Refusal, match="already_declined"):
        accept(first.registration_id, by=own(first))


def test_offers_go_by_priority_then_by_the_order_of_requests_and_one_to_a_person(app_on_each: Flask) -> None:
    place = offering(seats=3)
    sitting = [registered(place) for _ in range(3)]
    first, second, third, fourth = (registered(place) for _ in range(4))
    change_priority(third.registration_id, 1, reason="undangan khusus", by=COMMAND_LINE)
    assert [leave(each) for each in sitting] == [(third.reference,), (first.reference,), (second.reference,)]
    assert states(first, second, third, fourth) == [State.OFFERED] * 3 + [State.WAITING]
    assert add_seats(place.quota_id, 2, reason="ruang besar", by=COMMAND_LINE).served == (fourth.reference,)
    assert sorted(told("offer")) == sorted(about(first, second, third, fourth)), "each was offered one seat, and once"
    assert taken(place) == 4


def test_the_deadline_is_counted_in_working_hours_of_the_place_of_the_session(app_on_each: Flask) -> None:
    with clock.stopped_at(FRIDAY):
        place = offering(hours=8, reminder=3)
        leaves, first = registered(place), registered(place)
        leave(leaves)
    assert ends(first) == at(18, 12), "4 hours on Friday, none on the weekend and on Independence Day, 4 on Tuesday"
    assert row(first).offer_reminder_at == at(18, 9)


def test_an_offer_that_is_not_answered_lapses_and_the_next_has_it(app_on_each: Flask) -> None:
    with clock.stopped_at(FRIDAY):
        place = offering(hours=8)
        leaves, first, second, third = (registered(place) for _ in range(4))
        leave(leaves)
    with clock.stopped_at(at(18, 11, 59)):
        assert lapse_offers() == 0
    with clock.stopped_at(at(18, 12)):
        assert (lapse_offers(), lapse_offers()) == (1, 0)
        with pytest.raises(Refusal, match="already_lapsed"):
            accept(first.registration_id, by=own(first))
    assert states(first, second, third) == [State.LAPSED, State.OFFERED, State.WAITING]
    assert ends(second) == at(19, 12)
    assert (row(first).ended_by, row(first).ended_at, taken(place)) == ("worker", at(18, 12), 1)
    assert told("lapsed") == about(first) and told("offer") == about(first, second)
    assert mails("lapsed")[0].facts["offer_ends_at"] == at(18, 12).isoformat(), "she reads until when it was hers"
    assert len(entries("registration.lapsed")) == 1


def test_the_deadline_counts_also_while_no_worker_has_looked(app_on_each: Flask) -> None:
    with clock.stopped_at(FRIDAY):
        place = offering(hours=8)
        leaves, first, second = (registered(place) for _ in range(3))
        leave(leaves)
    before = everything()
    with clock.stopped_at(at(18, 12)), pytest.raises(Refusal, match="offer.over") as no:
        accept(first.registration_id, by=own(first))
    assert no.value.facts == {"ended": at(18, 12), "zone": BALI}
    assert everything() == before
    with clock.stopped_at(at(18, 11, 59)):
        assert accept(first.registration_id, by=own(first)).state is State.SEATED
    assert row(second).state is State.WAITING


def test_one_reminder_comes_before_the_end_and_none_to_who_has_answered(app_on_each: Flask) -> None:
    with clock.stopped_at(FRIDAY):
        place = offering(seats=2, hours=8, reminder=3)
        sitting, (first, second) = [registered(place) for _ in range(2)], [registered(place) for _ in range(2)]
        for each in sitting:
            leave(each)
        accept(second.registration_id, by=own(second))
        assert remind_of_offers() == 0
    with clock.stopped_at(at(18, 9)):
        assert (remind_of_offers(), remind_of_offers()) == (1, 0)
    assert told("offer_reminder") == about(first)
    with clock.stopped_at(at(18, 12)):
        lapse_offers()
        assert remind_of_offers() == 0


def test_an_offer_shorter_than_its_reminder_has_none(app: Flask) -> None:
    with clock.stopped_at(FRIDAY):
        place = offering(hours=8, reminder=3, closes_at=FRIDAY + timedelta(hours=1))
        leaves, first = registered(place), registered(place)
        leave(leaves)
    assert (ends(first), row(first).offer_reminder_at) == (FRIDAY + timedelta(hours=1), None)


def test_nobody_is_offered_a_seat_after_registration_has_closed(app_on_each: Flask) -> None:
    with clock.stopped_at(FRIDAY):
        place = offering(seats=2, hours=16, closes_at=at(18, 10))
        leaves, late, first, second = (registered(place) for _ in range(4))
        leave(leaves)
    assert ends(first) == at(18, 10), "an offer ends with registration at the latest"
    with clock.stopped_at(at(18, 10)):
        assert lapse_offers() == 1
        assert leave(late) == ()
        assert states(first, second) == [State.LAPSED, State.WAITING]
        assert serve_waiting(place.quota_id, by=COMMAND_LINE).offered is False
    assert row(second).state is State.SEATED, "the office can still give the seat, in order"
    assert told("offer") == about(first)


def test_nobody_is_offered_a_seat_once_the_session_has_begun_though_people_register_at_the_door(
    app_on_each: Flask,
) -> None:
    place = offering(seats=2, hours=16)
    with transaction():
        session = db.session.get_one(Session, place.session_id)
        session.registration_closes_at, begins = session.ends_at, session.starts_at
    with clock.stopped_at(begins - timedelta(minutes=5)):
        leaves, late, first, second = (registered(place) for _ in range(4))
        assert leave(leaves) == (first.reference,)
    assert ends(first) == begins
    with clock.stopped_at(begins):
        assert lapse_offers() == 1
        assert leave(late) == () and registered(place).state is State.WAITING
        assert states(first, second) == [State.LAPSED, State.WAITING]
        assert serve_waiting(place.quota_id, most=1, by=COMMAND_LINE).offered is False
    assert row(second).state is State.SEATED


def test_who_leaves_the_line_or_lets_an_offer_go_comes_again_at_its_end(app_on_each: Flask) -> None:
    with clock.stopped_at(FRIDAY):
        place = offering(hours=8)
        people = [somebody() for _ in range(3)]
        leaves, (first, second, third) = registered(place), [registered(place, who) for who in people]
        leave(second)
        again = registered(place, people[1])
        assert (again.state, again.place, place_in_line(row(third))) == (State.WAITING, 3, 2)
        leave(leaves)
        decline(first.registration_id, by=own(first))
        first_again = registered(place, people[0])
        assert (row(third).state, first_again.state, first_again.place) == (State.OFFERED, State.WAITING, 2)
    with clock.stopped_at(at(18, 12)):
        lapse_offers()
        third_again = registered(place, people[2])
        assert (row(again).state, third_again.place) == (State.OFFERED, 2)


def test_cancelling_after_accepting_does_not_bring_the_old_offer_back(app_on_each: Flask) -> None:
    with clock.stopped_at(FRIDAY):
        place = offering(hours=8)
        leaves, first, second = (registered(place) for _ in range(3))
        leave(leaves)
        accept(first.registration_id, by=own(first))
        assert leave(first) == (second.reference,)
        for answer in (accept, decline):
            with pytest.raises(Refusal, match="already_cancelled"):
                answer(first.registration_id, by=own(first))
        accept(second.registration_id, by=own(second))
    with clock.stopped_at(at(18, 12)):
        assert (lapse_offers(), remind_of_offers()) == (0, 0)
    assert states(first, second) == [State.CANCELLED, State.SEATED]
    assert told("offer") == about(first, second) and told("lapsed") == []


def test_who_cancels_instead_of_declining_gives_the_seat_on_as_well(app_on_each: Flask) -> None:
    place = offering()
    leaves, first, second = (registered(place) for _ in range(3))
    leave(leaves)
    assert leave(first) == (second.reference,)
    assert states(first, second) == [State.CANCELLED, State.OFFERED]
    assert "calendar" not in mails("cancelled")[-1].facts, "she never had a seat"


def test_an_offer_is_answered_by_her_alone_or_by_the_office_of_her_province(app: Flask) -> None:
    places = an_event(provinces=("51", "11"), roles={"stakeholder": 1})
    set_serving(places["51", "stakeholder"].event_id, Serving.OFFER, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    offered = {}
    for code in ("51", "11"):
        leaves, offered[code], tono = (registered(places[code, "stakeholder"]) for _ in range(3))
        leave(leaves)
    bali, aceh, of_bali = offered["51"], offered["11"], acting(made())
    before = everything()
    for answer in (accept, decline):
        for stranger in (own(tono), PUBLIC, of_bali):
            with pytest.raises(NotFound):
                answer(aceh.registration_id, by=stranger)
        with pytest.raises(Refusal, match="already_waiting"):
            answer(tono.registration_id, by=own(tono))
    assert everything() == before
    assert accept(bali.registration_id, by=of_bali).state is State.SEATED
    assert decline(aceh.registration_id, by=acting(sari())).seat_given_to == (tono.reference,)
    assert row(aceh).ended_by != "participant"


def test_who_changes_her_address_while_a_seat_is_offered_is_told_of_the_offer_at_the_new_one(
    app_on_each: Flask,
) -> None:
    place = offering()
    leaves, budi = registered(place), registered(place, BUDI)
    leave(leaves)
    until = ends(budi)
    answers = answers_of(row(budi))
    correct(budi.registration_id, somebody(full_name=answers.full_name, email="baru@example.id"), by=own(budi))
    assert [(mail.recipient, mail.facts["offer_ends_at"]) for mail in mails("offer")] == [
        ("budi@example.id", until.isoformat()),
        ("baru@example.id", until.isoformat()),
    ]
    assert told("confirmation") == about(leaves)
    assert states(budi) == [State.OFFERED]


def test_an_offer_ends_with_its_session(app_on_each: Flask) -> None:
    with clock.stopped_at(FRIDAY):
        place = offering(hours=8)
        leaves, first, second = (registered(place) for _ in range(3))
        leave(leaves)
        cancel_session(place.session_id, reason="banjir", by=COMMAND_LINE)
        with pytest.raises(Refusal, match="already_cancelled"):
            accept(first.registration_id, by=own(first))
    with clock.stopped_at(at(18, 12)):
        assert (lapse_offers(), remind_of_offers()) == (0, 0)
    assert states(first, second) == [State.CANCELLED] * 2 and taken(place) == 0
    assert sorted(mail.facts["before"] for mail in mails("session_cancelled")) == ["offered", "waiting"]


def test_seats_at_once_in_place_of_offers_leave_those_that_are_out_as_they_are(app: Flask) -> None:
    place = offering(seats=2)
    one, two, first, second, third = (registered(place) for _ in range(5))
    leave(one)
    set_serving(place.event_id, Serving.SEAT, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    leave(two)
    assert states(first, second, third) == [State.OFFERED, State.SEATED, State.WAITING]
    decline(first.registration_id, by=own(first))
    assert row(third).state is State.SEATED
