"""Deciding: who applied gets a seat in the order of the requests, a place in line, or a no with its reason."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import Place, an_event, registered
from tests.cast import acting, made, sari
from tests.commands.kept import about, entries, mails, row, states, taken, told
from tests.doors.browsing import everything
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, participant
from tpbis_events.programmes.model import LimitedBy, Session, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_ways import set_limit, set_way_in
from tpbis_events.registrations.decide import MOST_AT_ONCE, Decided, approve, reject
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register import Registered


def by_approval(seats: int = 2, province: str = "51") -> Place:
    place = an_event(provinces=(province,), roles={"stakeholder": seats})[province, "stakeholder"]
    set_way_in(place.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    return place


def ids(*people: Registered) -> list[int]:
    return [each.registration_id for each in people]


def test_who_applies_has_no_seat_until_the_office_decides_and_is_told_so(app_on_each: Flask) -> None:
    place = by_approval()
    budi = registered(place)
    assert (budi.state, budi.place, taken(place)) == (State.APPLIED, None, 0)
    assert (told("applied"), told("confirmation")) == (about(budi), [])


def test_the_approved_are_seated_in_the_order_of_their_requests_whatever_the_order_of_the_ticks(
    app_on_each: Flask,
) -> None:
    place = by_approval(seats=2)
    first, second, third, fourth = (registered(place) for _ in range(4))
    outcome = approve(ids(third, fourth, first), by=COMMAND_LINE, note="lengkap")
    assert outcome == Decided(seated=(first.reference, third.reference), waiting=(fourth.reference,))
    assert states(first, second, third, fourth) == [State.SEATED, State.APPLIED, State.SEATED, State.WAITING]
    assert (told("approved"), told("waiting")) == (about(first, third), about(fourth))
    assert told("confirmation") == [] and mails("waiting")[0].facts["approved"] is True
    assert mails("waiting")[0].facts["place"] == 1
    assert {entry.reason for entry in entries("registration.approved")} == {"lengkap"}


def test_who_waits_is_not_passed_by_who_is_approved(app_on_each: Flask) -> None:
    place = by_approval(seats=1)
    sits, waits, later = (registered(place) for _ in range(3))
    approve(ids(sits, waits), by=COMMAND_LINE)
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert approve(ids(later), by=COMMAND_LINE).waiting == (later.reference,)
    assert states(sits, waits, later) == [State.CANCELLED, State.SEATED, State.WAITING]


def test_who_is_not_accepted_is_told_why_and_takes_no_seat(app_on_each: Flask) -> None:
    place = by_approval()
    budi, other = registered(place), registered(place)
    assert reject(ids(budi), reason="di luar sasaran", by=COMMAND_LINE) == Decided(rejected=(budi.reference,))
    now = row(budi)
    assert (now.state, now.end_reason, now.ended_by) == (State.REJECTED, "di luar sasaran", COMMAND_LINE.label)
    assert [(mail.subject, mail.facts["reason"]) for mail in mails("rejected")] == [(about(budi)[0], "di luar sasaran")]
    assert states(other) == [State.APPLIED]


def test_who_waits_may_be_told_no_and_the_line_moves_up(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    sits, first, second = (registered(place) for _ in range(3))
    reject(ids(first), reason="di luar sasaran", by=COMMAND_LINE)
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert states(first, second) == [State.REJECTED, State.SEATED]


def test_a_decision_is_for_all_or_for_none(app_on_each: Flask) -> None:
    place = by_approval()
    first, second = registered(place), registered(place)
    cancel(second.registration_id, by=participant(second.registration_id))
    before = everything()
    for decide in (
        lambda: approve(ids(first, second), by=COMMAND_LINE),
        lambda: reject(ids(first, second), reason="tidak", by=COMMAND_LINE),
    ):
        with pytest.raises(Refusal, match="registration.already_cancelled"):
            decide()
    with pytest.raises(NotFound, match="registration.unknown"):
        approve([*ids(first), 999_999], by=COMMAND_LINE)
    assert everything() == before


def test_a_decision_is_made_once(app_on_each: Flask) -> None:
    place = by_approval()
    budi = registered(place)
    approve(ids(budi), by=COMMAND_LINE)
    with pytest.raises(Refusal, match="registration.already_seated"):
        approve(ids(budi), by=COMMAND_LINE)
    with pytest.raises(Refusal, match="registration.already_seated"):
        reject(ids(budi), reason="terlambat", by=COMMAND_LINE)
    assert told("approved") == about(budi)


def test_a_no_needs_a_reason_and_a_decision_somebody(app: Flask) -> None:
    place = by_approval()
    budi = registered(place)
    with pytest.raises(Refusal, match="decision.reason_missing"):
        reject(ids(budi), reason=" \x00", by=COMMAND_LINE)
    for nobody in ([], list(range(1, MOST_AT_ONCE + 2))):
        with pytest.raises(Refusal, match="decision.nobody"):
            approve(nobody, by=COMMAND_LINE)
    assert states(budi) == [State.APPLIED]


def test_limits_hold_for_the_approved(app_on_each: Flask) -> None:
    place = by_approval(seats=5)
    set_limit(place.role_id, LimitedBy.AGENCY, "", 2, by=COMMAND_LINE)
    people = [registered(place) for _ in range(3)]  # all of one institution
    outcome = approve(ids(*people), by=COMMAND_LINE)
    assert outcome == Decided(tuple(each.reference for each in people[:2]), (people[2].reference,))


def test_nobody_is_approved_for_a_session_that_is_over_but_still_told_no(app: Flask) -> None:
    place = by_approval()
    budi = registered(place)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        with pytest.raises(Refusal, match="session.over"):
            approve(ids(budi), by=COMMAND_LINE)
        reject(ids(budi), reason="sudah lewat", by=COMMAND_LINE)
    assert states(budi) == [State.REJECTED]


def test_a_pic_decides_in_her_province_alone(app: Flask) -> None:
    bali, aceh = by_approval(), by_approval(province="11")
    in_bali, in_aceh = registered(bali), registered(aceh)
    of_bali = acting(made())
    for by in (of_bali, PUBLIC, participant(in_aceh.registration_id)):
        with pytest.raises(NotFound):
            approve(ids(in_bali, in_aceh), by=by)
        with pytest.raises(NotFound):
            reject(ids(in_aceh), reason="mau saya", by=by)
    assert states(in_bali, in_aceh) == [State.APPLIED, State.APPLIED]
    assert approve(ids(in_bali), by=of_bali).seated == (in_bali.reference,)
    assert approve(ids(in_aceh), by=acting(sari())).seated == (in_aceh.reference,)
