"""A focal point's page: names proposed in order, what became of each, one more proposed, one withdrawn."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.builders import Place, an_event, registered, somebody
from tests.commands.test_invite import by_way, come, invited
from tests.doors.browsing import everything
from tests.doors.test_invitations import page_of
from tests.doors.test_public_register import BUDI, hidden, how_many, words
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Origin, WayIn
from tpbis_events.registrations.decide import approve, reject
from tpbis_events.registrations.invite import Invited, revoke
from tpbis_events.registrations.links import token_of
from tpbis_events.registrations.model import Registration, State


@pytest.fixture
def place(app: Flask) -> Place:
    return by_way(an_event(roles={"delegate": 5})["51", "delegate"], WayIn.NOMINATION)


@pytest.fixture
def nomination(place: Place) -> Invited:
    return invited(place, kind="nomination", places=2)


def propose(client: FlaskClient, nomination: Invited, step: str, **changes: Any) -> TestResponse:
    answers = {name: value for name, value in {**BUDI, "step": step, **changes}.items() if value is not None}
    return client.post(f"{page_of(nomination)}/propose", data=answers)


def withdraw_page(nomination: Invited, reference: str) -> str:
    return f"{page_of(nomination)}/withdraw/{reference}"


def part(html: str, table: str) -> str:
    """The words of one table of the page: places, reserves, ended."""
    found = re.search(rf'<table[^>]+id="{table}".*?</table>', html, re.DOTALL)
    return words(found[0]) if found else ""


def test_the_page_begins_with_places_and_what_to_do(client: FlaskClient, nomination: Invited) -> None:
    page = client.get(page_of(nomination))
    text = words(page.text)
    assert page.status_code == 200
    assert "Nominations of Dinas Perpustakaan Bali" in text and "Your places 2" in text
    assert "Names that can still be proposed 4" in text and "No name is proposed yet" in text
    assert re.search(r"until \w+, \d+ \w+ \d{4}, \d\d:\d\d WITA", text)
    assert page.headers["Cache-Control"] == "no-store" and page.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in page.headers and "csrf_token" not in page.text


def test_a_name_is_proposed_by_the_same_questions_and_its_own_link_goes_to_the_nominee_alone(
    client: FlaskClient, nomination: Invited
) -> None:
    form = client.get(f"{page_of(nomination)}/propose").text
    assert "The person has read this, agrees, and knows that I give these data" in form
    assert "Your name" not in words(form) and "Name of the person" in form
    read_over = propose(client, nomination, "check")
    assert "This name is not proposed yet" in words(read_over.text)
    sent = {**hidden(read_over.text), "step": "confirm"}
    answer, again = (client.post(f"{page_of(nomination)}/propose", data=sent) for _time in range(2))
    registration = db.session.scalars(select(Registration)).one()
    assert registration.state is State.APPLIED
    assert (answer.status_code, answer.location) == (303, again.location)
    page = client.get(answer.location).text
    assert "Budi Santoso is proposed." in words(page) and "1. Budi Santoso" in part(page, "places")
    assert token_of(registration) not in page + answer.location, "who proposes never holds the nominee's own link"
    assert db.session.scalars(select(Mail.kind)).all() == ["applied"]


def test_names_without_the_nominees_consent_are_refused_beside_the_box(
    client: FlaskClient, nomination: Invited
) -> None:
    answer = propose(client, nomination, "confirm", consent=None)
    assert answer.status_code == 422 and 'id="consent-error"' in answer.text
    assert how_many() == 0


def test_names_stand_in_their_order_with_what_became_of_each_and_reserves_after_the_places(
    client: FlaskClient, place: Place, nomination: Invited
) -> None:
    people = [come(place, nomination, somebody(full_name=name)) for name in ("Ani", "Beni", "Citra", "Dewi")]
    reject([people[1].registration_id], reason="Peserta tahun lalu", by=COMMAND_LINE)
    approve([each.registration_id for each in (people[0], people[2], people[3])], by=COMMAND_LINE)
    page = client.get(page_of(nomination)).text
    assert re.findall(r"(\d)\. (\w+)", part(page, "places")) == [("1", "Ani"), ("2", "Citra")]
    assert part(page, "places").count("Has a seat") == 2
    assert re.findall(r"(\d)\. (\w+)", part(page, "reserves")) == [("3", "Dewi")]
    assert "On the waiting list" in part(page, "reserves")
    assert "Beni" in part(page, "ended") and "Not accepted" in part(page, "ended")
    assert "Peserta tahun lalu" not in page, "the reason is the nominee's to read"


def test_the_page_shows_nobody_elses_names_and_no_address_of_anybody(
    client: FlaskClient, place: Place, nomination: Invited
) -> None:
    other = invited(place, kind="nomination", places=1)
    come(place, nomination, somebody(full_name="Ani", email="ani@example.id"))
    stranger = come(place, other, somebody(full_name="Orang Asing"))
    page = client.get(page_of(nomination)).text
    assert "Ani" in page and "Orang Asing" not in page and "ani@example.id" not in page
    for answer in (
        client.get(withdraw_page(nomination, stranger.reference)),
        client.post(withdraw_page(nomination, stranger.reference), data={"step": "confirm"}),
        client.get(withdraw_page(nomination, "tidak-ada")),
    ):
        assert answer.status_code == 404
    said = client.get(f"{page_of(nomination)}?proposed={stranger.reference}&withdrawn=<b>").text
    assert "is proposed" not in words(said) and "<b>" not in said


def test_a_withdrawn_name_gives_its_seat_to_the_reserve_of_the_same_nomination(
    client: FlaskClient, place: Place, nomination: Invited
) -> None:
    people = [come(place, nomination, somebody(full_name=name)) for name in ("Ani", "Beni", "Citra")]
    approve([each.registration_id for each in people], by=COMMAND_LINE)
    asked = client.get(withdraw_page(nomination, people[0].reference))
    assert "Do you want to withdraw Ani?" in words(asked.text)
    answer = client.post(withdraw_page(nomination, people[0].reference), data={"step": "confirm", "reason": "Sakit"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Ani is no longer proposed" in words(page) and "Withdrawn by you" in part(page, "ended")
    assert "2. Citra" in part(page, "places") and part(page, "places").count("Has a seat") == 2
    twice = client.post(withdraw_page(nomination, people[0].reference), data={"step": "confirm"})
    assert twice.status_code == 409
    states = db.session.scalars(select(Registration.state).order_by(Registration.id)).all()
    assert states == [State.CANCELLED, State.SEATED, State.SEATED]


def test_looking_at_the_pages_of_a_nomination_changes_nothing(
    client: FlaskClient, place: Place, nomination: Invited
) -> None:
    came = come(place, nomination)
    before = everything()
    for path in (page_of(nomination), f"{page_of(nomination)}/propose", withdraw_page(nomination, came.reference)):
        assert client.get(path).status_code == 200
        client.head(path)
    for step in ("edit", "check", ""):  # only confirm withdraws
        assert client.post(withdraw_page(nomination, came.reference), data={"step": step}).status_code == 200
    assert everything() == before


def test_when_all_names_are_given_no_more_can_be_proposed_until_one_is_withdrawn(
    client: FlaskClient, place: Place, nomination: Invited
) -> None:
    people = [come(place, nomination) for _ in range(4)]
    page = client.get(page_of(nomination)).text
    assert "As many names as possible are proposed" in words(page) and "/propose" not in page
    refused = propose(client, nomination, "confirm")
    assert refused.status_code == 409 and "To propose another one, withdraw one first." in words(refused.text)
    client.post(withdraw_page(nomination, people[3].reference), data={"step": "confirm"})
    assert propose(client, nomination, "confirm").status_code == 303


def test_after_its_end_names_are_seen_and_withdrawn_but_none_is_proposed(
    client: FlaskClient, place: Place, nomination: Invited
) -> None:
    came = come(place, nomination, somebody(full_name="Ani"))
    with clock.stopped_at(clock.now() + timedelta(days=6)):
        page = client.get(page_of(nomination)).text
        assert "The time for proposals is over" in words(page) and "Ani" in page and "/propose" not in page
        assert propose(client, nomination, "confirm").status_code == 410
        assert client.post(withdraw_page(nomination, came.reference), data={"step": "confirm"}).status_code == 303
    assert how_many() == 1


def test_once_the_session_has_begun_nothing_can_be_withdrawn(
    client: FlaskClient, place: Place, nomination: Invited
) -> None:
    came = come(place, nomination)
    with clock.stopped_at(clock.now() + timedelta(days=31)):
        assert "/withdraw/" not in client.get(page_of(nomination)).text
        late = client.post(withdraw_page(nomination, came.reference), data={"step": "confirm"})
    assert late.status_code == 409 and "The session has begun" in words(late.text)


def test_a_nomination_that_was_taken_back_shows_no_names_any_more(
    client: FlaskClient, place: Place, nomination: Invited
) -> None:
    came = come(place, nomination, somebody(full_name="Ani"))
    revoke(nomination.invitation_id, by=COMMAND_LINE)
    for path in (page_of(nomination), f"{page_of(nomination)}/propose", withdraw_page(nomination, came.reference)):
        for answer in (client.get(path), client.post(path, data={"step": "confirm"})):
            assert answer.status_code in (405, 410) and "Ani" not in answer.text


def test_a_nominee_who_is_registered_already_is_refused_beside_her_address(
    client: FlaskClient, place: Place, nomination: Invited
) -> None:
    propose(client, nomination, "confirm", phone="")
    again = propose(client, nomination, "confirm", phone="", form_key="o" * 32)
    assert again.status_code == 409 and 'id="email-error"' in again.text
    assert how_many() == 1


def test_the_page_takes_as_many_queries_for_forty_names_as_for_one(client: FlaskClient, app: Flask) -> None:
    place = by_way(an_event(roles={"delegate": 5})["51", "delegate"], WayIn.NOMINATION)
    taken = []
    for number in (1, 40):
        nomination = invited(place, kind="nomination", places=40)
        for _ in range(number):
            come(place, nomination)
        db.session.remove()
        with counted() as statements:
            client.get(page_of(nomination))
        taken.append(len(statements))
    assert taken[0] == taken[1] <= 5


def test_an_agency_abroad_proposes_in_english_and_in_the_script_of_the_name(client: FlaskClient, app: Flask) -> None:
    place = by_way(an_event(roles={"delegate": 2}, origin=Origin.INTERNATIONAL)["51", "delegate"], WayIn.NOMINATION)
    nomination = invited(place, kind="nomination", places=1)
    changes = {"country_code": "LA", "own_script_name": "ບຸນມີ", "employment": None, "phone": "+856 20 55 123 456"}
    assert propose(client, nomination, "confirm", **changes).status_code == 303
    person = db.session.scalars(select(Registration)).one().person
    assert (person.own_script_name, person.language) == ("ບຸນມີ", "en")


def test_a_registration_by_herself_is_on_nobodys_list(client: FlaskClient, nomination: Invited) -> None:
    registered(an_event()["51", "stakeholder"])
    assert "No name is proposed yet" in words(client.get(page_of(nomination)).text)
    assert db.session.scalar(select(func.count()).where(Registration.invitation_id.is_not(None))) == 0
