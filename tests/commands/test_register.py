"""Registering: a seat, or a place in line; once per person, once per form."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.builders import BUDI, an_event, registered, somebody
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.keep_words import kept_words
from tpbis_events.people.model import PersonWord
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import register


def test_a_free_seat_is_given_and_a_confirmation_is_owed(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    outcome = registered(place, BUDI)
    assert outcome.state is State.SEATED
    mails = db.session.scalars(select(Mail)).all()
    assert [(mail.kind, mail.recipient) for mail in mails] == [("confirmation", "budi@example.id")]


def test_every_answer_is_kept_as_it_was_cleaned_with_the_words_she_is_found_by(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    applicant = replace(
        BUDI,
        own_script_name="ᬩᬸᬤᬶ",
        employment="pns",
        nip="19850412 201001 1 003",
        province_code="51",
        regency_code="51.03",
        support_needed="kursi roda, pintu masuk tanpa tangga",
    )
    outcome = registered(place, applicant)
    db.session.rollback()
    person = db.session.get_one(Registration, outcome.registration_id).person
    for name in ("full_name", "own_script_name", "email", "institution", "position", "employment", "support_needed"):
        assert getattr(person, name) == getattr(applicant, name), name
    assert (person.phone, person.nip) == ("+6281234567890", "198504122010011003")
    assert (person.province_code, person.regency_code, person.country_code) == ("51", "51.03", "ID")
    words = db.session.scalars(select(PersonWord.word).where(PersonWord.person_id == person.id))
    assert set(words) == kept_words(person)


def test_a_registration_reads_what_it_asks_in_one_statement_under_the_lock(app_on_each: Flask) -> None:
    """One more statement is a column that seats.py doesn't name, fetched by itself. Waiting costs one more: the number drawn."""
    place, somebody_else = an_event(roles={"stakeholder": 1})["51", "stakeholder"], somebody()
    db.session.rollback()
    at_most = 7 if db.engine.dialect.name == "postgresql" else 9
    with counted() as seated:
        registered(place, BUDI)
    with counted() as waiting:
        registered(place, somebody_else)
    assert (len(seated), len(waiting)) == (at_most, at_most + 1), [*seated, *waiting]


def test_a_full_role_gives_a_place_in_line_while_other_roles_have_seats(app_on_each: Flask) -> None:
    places = an_event(roles={"stakeholder": 1, "village": 1})
    registered(places["51", "stakeholder"])
    second = registered(places["51", "stakeholder"])
    third = registered(places["51", "stakeholder"])
    assert (second.state, second.place, third.place) == (State.WAITING, 1, 2)
    assert registered(places["51", "village"]).state is State.SEATED


def test_a_person_has_one_live_registration_in_an_event_and_may_come_again_after_withdrawing(
    app_on_each: Flask,
) -> None:
    places = an_event(roles={"stakeholder": 2, "village": 1})
    first = registered(places["51", "stakeholder"], BUDI)
    with pytest.raises(Refusal, match="already_registered"):
        registered(places["51", "village"], replace(BUDI, email="BUDI@example.id", phone=""))
    with pytest.raises(Refusal, match="already_registered"):
        registered(places["51", "village"], replace(BUDI, email="", phone="+62 812-3456-7890"))
    cancel(first.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert registered(places["51", "stakeholder"], BUDI).state is State.SEATED


def test_colleagues_may_share_the_address_of_their_office_and_each_gets_a_mail(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    shared = replace(BUDI, phone="", shared_address=True)
    registered(place, shared)
    registered(place, replace(shared, full_name="Wayan Sudarma"))
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 2
    with pytest.raises(Refusal, match="already_registered"):
        registered(place, replace(shared, full_name="  budi   SANTOSO "))


def test_the_same_form_sent_again_is_answered_by_what_it_made(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    first = register(place.session_id, place.role_id, BUDI, key="one form")
    again = register(place.session_id, place.role_id, BUDI, key="one form")
    assert (again.reference, again.token, again.replayed) == (first.reference, first.token, True)
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 1
    with pytest.raises(Refusal, match="form_changed"):
        register(place.session_id, place.role_id, replace(BUDI, full_name="Orang Lain"), key="one form")


def test_a_form_that_failed_may_be_sent_again_with_its_key(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    with pytest.raises(Invalid):
        register(place.session_id, place.role_id, replace(BUDI, full_name=""), key="one form")
    assert register(place.session_id, place.role_id, BUDI, key="one form").state is State.SEATED


def test_a_closed_session_refuses_even_with_seats_free_by_the_servers_clock(app: Flask) -> None:
    place = an_event(in_days=3)["51", "stakeholder"]
    with clock.stopped_at(clock.now() + timedelta(days=4)), pytest.raises(Refusal, match="registration.closed"):
        registered(place)
    with clock.stopped_at(clock.now() - timedelta(days=20)), pytest.raises(Refusal, match="not_open_yet"):
        registered(place)
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 0


def test_a_role_of_another_event_is_unknown_here(app: Flask) -> None:
    here, there = an_event()["51", "stakeholder"], an_event()["51", "stakeholder"]
    with pytest.raises(NotFound, match="role.unknown"):
        register(here.session_id, there.role_id, somebody(), key="mixed")
