"""Substitutes: seat and role stay, the new person gives her own data, and the history names both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from tests.builders import BUDI, Place, an_event, registered, somebody
from tests.cast import acting, made, sari
from tests.commands.kept import about, entries, mails, row, states, taken, told
from tests.doors.browsing import everything
from tpbis_events.attendance.check_in import check_in
from tpbis_events.certificates.issue import issue
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.calendar import calendar_text
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, Actor, participant
from tpbis_events.programmes.model import LimitedBy, Role, Serving, Session, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_ways import set_limit, set_serving, set_way_in
from tpbis_events.registrations.decide import approve
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.reinstate import reinstate
from tpbis_events.registrations.rules import Applicant
from tpbis_events.registrations.substitute import Substituted, substitute

WAYAN = replace(BUDI, full_name="I Wayan Sudarma", email="wayan@example.id", phone="081234500002", position="Kepala")


def stand_in(budi: Registered, applicant: Applicant = WAYAN, by: Actor | None = None, reason: str = "") -> Substituted:
    return substitute(budi.registration_id, applicant, by=by or participant(budi.registration_id), reason=reason)


def coming(outcome: Substituted) -> Registration:
    return db.session.get_one(Registration, outcome.registration_id, populate_existing=True)


def session_of(place: Place) -> Session:
    return db.session.get_one(Session, place.session_id)


def test_the_seat_and_the_role_stay_and_the_new_person_has_her_own_data_reference_link_and_code(
    app_on_each: Flask,
) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi = registered(place, BUDI)
    seat, ticket = row(budi).seat_id, row(budi).ticket
    outcome = stand_in(budi)
    now = coming(outcome)
    assert (now.state, now.seat_id, now.quota_id, now.role_id) == (
        State.SEATED,
        seat,
        place.quota_id,
        place.role_id,
    )
    assert (now.person.full_name, now.person.email, now.person.position) == (
        "I Wayan Sudarma",
        "wayan@example.id",
        "Kepala",
    )
    assert now.ticket != ticket and now.reference != budi.reference == outcome.old_reference
    assert open_link(outcome.token).id == now.id and open_link(budi.token).id == budi.registration_id
    old = row(budi)
    assert (old.state, old.seat_id, old.ended_by, taken(place)) == (State.SUBSTITUTED, None, "participant", 1)
    assert (old.person.full_name, old.substitute, now.substitute_of) == ("Budi Santoso", now, old)


def test_both_are_told_and_the_history_names_both(app_on_each: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    outcome = stand_in(budi, by=COMMAND_LINE, reason="Budi bertugas di tempat lain")
    (to_budi,) = mails("substituted")
    assert (to_budi.recipient, to_budi.facts["substitute"]) == ("budi@example.id", "I Wayan Sudarma")
    assert (to_budi.facts["reason"], to_budi.facts["by_office"]) == ("Budi bertugas di tempat lain", True)
    assert "METHOD:CANCEL" in calendar_text(to_budi.facts, "id") and "qr" not in to_budi.facts
    to_wayan = mails("confirmation")[-1]
    assert (to_wayan.recipient, to_wayan.facts["in_place_of"]) == ("wayan@example.id", "Budi Santoso")
    assert to_wayan.facts["qr"] == coming(outcome).ticket
    history = {entry.subject: entry.after for entry in entries("registration.substituted")}
    assert history == {
        f"registration:{budi.registration_id}": {"state": "substituted", "seat": 1, "by": outcome.reference},
        f"registration:{outcome.registration_id}": {"state": "seated", "seat": 1, "for": budi.reference},
    }
    assert {entry.reason for entry in entries("registration.substituted")} == {"Budi bertugas di tempat lain"}


def test_nobody_who_waits_is_served_by_a_seat_that_is_handed_on(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi, first = registered(place), registered(place)
    outcome = stand_in(budi)
    assert row(first).state is State.WAITING and told("seated") == []
    assert cancel(outcome.registration_id, by=participant(outcome.registration_id)).seat_given_to == (first.reference,)


def test_attendance_and_certificate_go_to_who_came(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    outcome = stand_in(budi)
    day = session_of(place).days[0]
    with clock.stopped_at(day.starts_at):
        with pytest.raises(Refusal, match="attendance"):
            check_in(budi.registration_id, day.id, by=COMMAND_LINE)
        check_in(outcome.registration_id, day.id, by=COMMAND_LINE)
    with clock.stopped_at(session_of(place).ends_at):
        assert issue(outcome.registration_id, by=participant(outcome.registration_id)).number
        with pytest.raises(Refusal, match="certificate.not_seated"):
            issue(budi.registration_id, by=participant(budi.registration_id))


def test_only_who_has_a_seat_can_hand_it_on(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 1})
    here, village = places["51", "stakeholder"], places["51", "village"]
    leaves, offered, waits = (registered(here) for _ in range(3))
    set_serving(here.event_id, Serving.OFFER, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
    set_way_in(village.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    applied = registered(village)
    assert states(leaves, offered, waits, applied) == [State.CANCELLED, State.OFFERED, State.WAITING, State.APPLIED]
    before = everything()
    for who in (leaves, offered, waits, applied):
        for by in (participant(who.registration_id), COMMAND_LINE):
            with pytest.raises(Refusal, match=f"already_{row(who).state.value}"):
                stand_in(who, by=by)
    assert everything() == before


def test_where_the_office_chose_the_person_it_chooses_the_substitute_too(app_on_each: Flask) -> None:
    place, office = an_event()["51", "stakeholder"], acting(sari())
    for way_in in (WayIn.APPROVAL, WayIn.NOMINATION):
        set_way_in(place.role_id, WayIn.OPEN, by=COMMAND_LINE)
        budi = registered(place)
        set_way_in(place.role_id, way_in, by=COMMAND_LINE)
        with pytest.raises(Refusal, match="substitute.by_office"):
            stand_in(budi, somebody())
        assert coming(stand_in(budi, somebody(), by=office)).state is State.SEATED


def test_who_was_approved_keeps_her_seat_while_somebody_applies(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    set_way_in(place.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    budi = registered(place)
    approve([budi.registration_id], by=COMMAND_LINE)
    outcome = stand_in(budi, by=COMMAND_LINE)
    assert (row(budi).state, coming(outcome).state, taken(place)) == (State.SUBSTITUTED, State.SEATED, 1)


def test_by_herself_until_the_session_begins_by_the_office_until_it_is_over(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi, tono = registered(place), registered(place)
    session = session_of(place)
    begins, ends = session.starts_at, session.ends_at
    with clock.stopped_at(begins):
        with pytest.raises(Refusal, match="session.has_begun"):
            stand_in(budi)
        assert coming(stand_in(budi, by=COMMAND_LINE)).state is State.SEATED
    with clock.stopped_at(ends), pytest.raises(Refusal, match="session.over"):
        stand_in(tono, by=COMMAND_LINE)
    assert row(tono).state is State.SEATED


def test_answers_that_break_a_rule_change_nothing(app_on_each: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    before = everything()
    with pytest.raises(Invalid) as wrong:
        stand_in(budi, replace(WAYAN, full_name="", email="wayan@", consent=False))
    assert set(wrong.value.problems) == {"full_name", "email", "consent"}
    assert everything() == before


def test_somebody_who_is_registered_in_the_event_cannot_take_a_second_seat(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 2, "village": 1})
    budi = registered(places["51", "stakeholder"], BUDI)
    registered(places["51", "village"], WAYAN)
    before = everything()
    with pytest.raises(Refusal, match="already_registered"):
        stand_in(budi)
    assert everything() == before


def test_a_colleague_may_come_under_the_same_address_since_the_first_one_is_free_again(app_on_each: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    outcome = stand_in(budi, replace(BUDI, full_name="I Wayan Sudarma"))
    assert coming(outcome).person.email == "budi@example.id"
    assert [mail.recipient for mail in mails("confirmation")] == ["budi@example.id"] * 2


def test_a_limit_holds_for_who_comes_and_is_not_reached_by_the_seat_that_she_takes_over(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    with transaction():
        db.session.get_one(Role, place.role_id).regency_required = True
    set_limit(place.role_id, LimitedBy.REGENCY, "", 1, by=COMMAND_LINE)
    badung, tabanan = "51.03", "51.02"
    budi = registered(place, replace(BUDI, regency_code=badung))
    registered(place, somebody(regency_code=tabanan))
    before = everything()
    with pytest.raises(Refusal, match="limit.reached"):
        stand_in(budi, replace(WAYAN, regency_code=tabanan))
    assert everything() == before
    assert coming(stand_in(budi, replace(WAYAN, regency_code=badung))).state is State.SEATED


def test_nobody_hands_on_anothers_seat_and_a_pic_only_in_her_province(app: Flask) -> None:
    places = an_event(provinces=("51", "11"))
    budi, tono = registered(places["11", "stakeholder"]), registered(places["11", "stakeholder"])
    before = everything()
    for stranger in (participant(tono.registration_id), PUBLIC):
        with pytest.raises(NotFound):
            stand_in(budi, by=stranger)
    assert everything() == before
    with pytest.raises(NotFound):
        stand_in(budi, by=acting(made()))
    with pytest.raises(NotFound, match="registration.unknown"):
        substitute(999_999, WAYAN, by=COMMAND_LINE)


def test_a_seat_is_handed_on_once_and_the_substitute_may_hand_it_on_again(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi = registered(place, BUDI)
    wayan = stand_in(budi)
    before = everything()
    with pytest.raises(Refusal, match="already_substituted"):
        stand_in(budi, somebody())
    with pytest.raises(Refusal, match="already_substituted"):
        reinstate(budi.registration_id, reason="kembali", by=COMMAND_LINE)
    assert everything() == before
    third = substitute(wayan.registration_id, somebody(), by=participant(wayan.registration_id))
    assert (coming(wayan).state, coming(third).state, taken(place)) == (State.SUBSTITUTED, State.SEATED, 1)
    assert coming(third).substitute_of is coming(wayan)
    assert told("substituted") == [*about(budi), f"registration:{wayan.registration_id}"]


def test_who_handed_her_seat_on_may_register_again_at_the_end_of_the_line(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi = registered(place, BUDI)
    stand_in(budi)
    registered(place)
    again = registered(place, BUDI)
    assert (again.state, again.place) == (State.WAITING, 2)


def test_whom_no_mail_reaches_is_owed_none_and_her_link_opens_all_the_same(app_on_each: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    outcome = stand_in(budi, replace(WAYAN, email=""))
    assert told("confirmation") == about(budi) and told("substituted") == about(budi)
    assert open_link(outcome.token).person.phone == "+6281234500002"
