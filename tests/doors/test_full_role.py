"""A full role has a page of its own: how its waiting list works, where there are seats, and the same form below."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import Place, an_event, registered, somebody
from tests.commands.test_invite import by_way
from tests.doors.test_public_register import hidden, how_many, path_of, send, words
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Event, LimitedBy, Origin, Role, Serving, Session, Wave, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.change_ways import set_limit, set_serving
from tpbis_events.registrations.model import Registration, State

BALI_NTB_SUMUT_SULUT = ("51", "52", "12", "71")


def full(**changes: Any) -> dict[tuple[str, str], Place]:
    """An event whose role of stakeholders is full in Bali, with nobody waiting."""
    places = an_event(**{"roles": {"stakeholder": 1, "village": 2}, **changes})
    registered(places["51", "stakeholder"])
    return places


def neighbours(html: str) -> list[str]:
    return re.findall(r'session-card__title"><a href="[^"]+">([^<]+)<', html)


def test_a_full_role_is_a_page_with_the_waiting_list_other_roles_and_the_same_form(
    client: FlaskClient, app: Flask
) -> None:
    place = full()["51", "stakeholder"]
    registered(place)
    page = client.get(path_of(place))
    text = words(page.text)
    assert page.status_code == 200
    assert re.search(r"<h1>\s*All seats of this role are taken\s*</h1>", page.text)
    assert "This role has 1 seat. 1 person is waiting." in text
    assert "How the waiting list works" in text and "goes to the first in line at once" in text
    assert "Role village" in text and "2 of 2 seats free" in text
    assert "You would be number 2 in line." in text
    assert page.text.count("<form") == 1 and "error-summary" not in page.text


def test_the_form_of_the_full_page_is_one_request_that_ends_on_the_waiting_list(
    client: FlaskClient, app: Flask
) -> None:
    place = full()["51", "stakeholder"]
    key = hidden(client.get(path_of(place)).text)["form_key"]
    read_over = send(client, place, "check", form_key=key)
    assert "place 1 on the waiting list" in words(read_over.text)
    assert "expected" not in hidden(read_over.text)
    answer = client.post(path_of(place), data={**hidden(read_over.text), "step": "confirm"})
    assert answer.status_code == 303 and "meanwhile" not in answer.location
    assert db.session.scalars(select(Registration.state).order_by(Registration.id)).all()[-1] is State.WAITING


@pytest.mark.parametrize(
    ("serving", "said"),
    [
        (Serving.SEAT, "goes to the first in line at once"),
        (Serving.OFFER, "Whoever does not accept it within 16 working hours loses it to the next."),
        (Serving.HAND, "The office gives seats that become free to those who wait, in the order of the line."),
    ],
)
def test_the_page_says_how_this_event_serves_its_waiting_list(
    client: FlaskClient, app: Flask, serving: Serving, said: str
) -> None:
    place = full()["51", "stakeholder"]
    set_serving(place.event_id, serving, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    assert said in words(client.get(path_of(place)).text)
    assert said in words(client.get(path_of(place).split("/register/")[0]).text), "on the session's page as well"


def test_free_seats_that_belong_to_those_who_wait_are_not_promised_to_a_newcomer(
    client: FlaskClient, app: Flask
) -> None:
    place = full()["51", "stakeholder"]
    set_serving(place.event_id, Serving.HAND, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    waiting = registered(place)
    seated = db.session.scalars(select(Registration.id).where(Registration.state == State.SEATED)).one()
    cancel(seated, by=COMMAND_LINE, reason="berhalangan")
    page = client.get(path_of(place))
    assert waiting.state is State.WAITING
    assert "The free seats of this role belong to those who wait" in words(page.text)
    assert "All seats" not in words(page.text.split("<h1>")[1])


def test_other_roles_are_those_that_fit_and_that_she_may_ask_for_herself(client: FlaskClient, app: Flask) -> None:
    roles = {"stakeholder": 1, "approved": 1, "invited": 1, "nominated": 1, "abroad": 1, "taken": 1}
    places = full(roles=roles)
    for slug, way in (("approved", "approval"), ("invited", "invitation"), ("nominated", "nomination")):
        by_way(places["51", slug], WayIn(way))
    with transaction():
        db.session.get_one(Role, places["51", "abroad"].role_id).origin = Origin.INTERNATIONAL
    registered(places["51", "taken"])
    page = client.get(path_of(places["51", "stakeholder"])).text
    others = re.findall(r'/register/([a-z]+)">', page.split('id="elsewhere"')[1].split("</section>")[0])
    assert others == ["approved"]
    assert "the office decides" in words(page)


def test_the_nearest_sessions_with_a_free_seat_come_first_by_wave_zone_and_day(client: FlaskClient, app: Flask) -> None:
    codes = ("51", "52", "53", "12", "13", "71")
    places = full(provinces=codes)
    registered(places["53", "stakeholder"])  # full as well
    with transaction():
        event = db.session.get_one(Event, places["51", "village"].event_id)
        waves = [Wave(event=event, number=number) for number in (1, 2)]
        db.session.add_all(waves)
        for code, wave, days in (("51", 0, 0), ("52", 1, 1), ("12", 0, 3), ("13", 0, 2), ("71", 1, 0), ("53", 0, 0)):
            session = db.session.get_one(Session, places[code, "village"].session_id)
            session.wave = waves[wave]
            session.starts_at += timedelta(days=days)
    page = client.get(path_of(places["51", "stakeholder"])).text
    assert neighbours(page) == ["West Sumatra", "North Sumatra", "North Sulawesi", "West Nusa Tenggara"]
    assert "A session is meant for those who work in its province" in words(page)


def test_a_session_that_is_cancelled_or_takes_no_registrations_is_no_neighbour(client: FlaskClient, app: Flask) -> None:
    places = full(provinces=BALI_NTB_SUMUT_SULUT)
    cancel_session(places["52", "village"].session_id, reason="Gempa bumi", by=COMMAND_LINE)
    with transaction():
        closed = db.session.get_one(Session, places["12", "village"].session_id)
        closed.registration_closes_at = clock.now() - timedelta(hours=1)
    assert neighbours(client.get(path_of(places["51", "stakeholder"])).text) == ["North Sulawesi"]


def test_where_nothing_is_free_the_page_offers_the_waiting_list_alone(client: FlaskClient, app: Flask) -> None:
    page = client.get(path_of(full(roles={"stakeholder": 1})["51", "stakeholder"])).text
    assert 'id="elsewhere"' not in page and 'href="#elsewhere"' not in page
    assert 'id="waiting-list"' in page


def test_the_page_asks_the_database_as_often_for_33_sessions_as_for_two(client: FlaskClient, app: Flask) -> None:
    taken = []
    for provinces in (
        ("51", "52"),
        ("51", *(f"{n}" for n in (11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34))),
    ):
        place = full(provinces=provinces)["51", "stakeholder"]
        db.session.remove()
        with counted() as statements:
            client.get(path_of(place))
        taken.append(len(statements))
    assert taken[0] == taken[1] <= 11


def test_who_finds_the_last_seat_gone_when_she_confirms_is_told_kindly_and_shown_others(
    client: FlaskClient, app: Flask
) -> None:
    places = an_event(provinces=("51", "52"), roles={"stakeholder": 1, "village": 1})
    place = places["51", "stakeholder"]
    read_over = send(client, place, "check")
    assert "A seat is free now" in words(read_over.text)
    registered(place)
    form = {**hidden(read_over.text), "step": "confirm"}
    answer, again = client.post(path_of(place), data=form), client.post(path_of(place), data=form)
    assert answer.status_code == 303 and answer.location == again.location
    done = client.get(answer.location)
    text = words(done.text)
    assert done.status_code == 200 and "You are number 1 on the waiting list" in text
    assert "somebody else took the last seat" in text
    assert "You keep your place in line." in text and "Role village" in text
    assert neighbours(done.text) == ["West Nusa Tenggara"]
    usual = words(client.get(answer.location.split("?")[0]).text)
    assert "You keep your place in line." not in usual


def test_a_mistake_in_a_form_for_a_full_role_is_said_beside_its_field_without_the_long_page(
    client: FlaskClient, app: Flask
) -> None:
    place = full()["51", "stakeholder"]
    answer = send(client, place, "check", full_name="")
    assert answer.status_code == 422
    assert "How the waiting list works" not in answer.text and "All seats of this role are taken" in answer.text


def test_a_role_by_approval_says_on_every_step_that_the_office_decides(client: FlaskClient, app: Flask) -> None:
    place = by_way(an_event()["51", "stakeholder"], WayIn.APPROVAL)
    session_page = words(client.get(path_of(place).split("/register/")[0]).text)
    assert "The office decides on each request." in session_page and "Send a request" in session_page
    form = words(client.get(path_of(place)).text)
    assert "The office decides on each request. You read the decision by mail" in form
    read_over = send(client, place, "check")
    assert "Your request is not sent yet" in words(read_over.text) and "Send my request" in read_over.text
    assert "A seat is free now" not in words(read_over.text)
    answer = client.post(path_of(place), data={**hidden(read_over.text), "step": "confirm"})
    assert db.session.scalars(select(Registration.state)).one() is State.APPLIED
    assert "We have your request" in words(client.get(answer.location).text)


def test_a_full_role_by_approval_still_takes_requests_and_says_what_they_lead_to(
    client: FlaskClient, app: Flask
) -> None:
    place = by_way(full()["51", "stakeholder"], WayIn.APPROVAL)
    text = words(client.get(path_of(place)).text)
    assert "Whoever is approved joins the line." in text and "Send a request all the same" in text
    assert "You would be number" not in text


@pytest.mark.parametrize(
    ("way", "note", "title"),
    [
        (WayIn.INVITATION, "By invitation only.", "This role is by invitation"),
        (WayIn.NOMINATION, "By nomination: an agency or a country proposes who comes.", "This role is by nomination"),
    ],
)
def test_a_role_that_nobody_comes_to_by_herself_has_a_note_and_no_button_and_no_form(
    client: FlaskClient, app: Flask, way: WayIn, note: str, title: str
) -> None:
    place = by_way(an_event()["51", "stakeholder"], way)
    session_page = client.get(path_of(place).split("/register/")[0]).text
    assert note in words(session_page)
    assert "/register/stakeholder" not in session_page and "/register/village" in session_page
    assert note in words(client.get(f"/en/events/{place.event_slug}").text)
    looked = client.get(path_of(place))
    assert looked.status_code == 200 and title in words(looked.text) and "<form" not in looked.text
    for step in ("check", "edit", "confirm"):
        sent = send(client, place, step)
        assert sent.status_code == 409 and title in words(sent.text)
    assert how_many() == 0


def test_sub_quotas_are_told_in_plain_words_on_the_pages_of_event_session_and_form(
    client: FlaskClient, app: Flask
) -> None:
    place = an_event(roles={"delegate": 9}, origin=Origin.INTERNATIONAL)["51", "delegate"]
    for by, value, most in ((LimitedBy.COUNTRY, "", 2), (LimitedBy.COUNTRY, "LA", 1), (LimitedBy.AGENCY, "", 3)):
        set_limit(place.role_id, by, value, most, by=COMMAND_LINE)
    for path in (path_of(place), path_of(place).split("/register/")[0], f"/en/events/{place.event_slug}"):
        text = words(client.get(path).text)
        assert "At most 2 seats for each country." in text
        assert "At most 1 seat is for Laos." in text and "At most 3 seats for each institution." in text


def test_who_is_over_a_limit_is_told_so_before_she_confirms(client: FlaskClient, app: Flask) -> None:
    place = an_event(roles={"delegate": 9}, origin=Origin.INTERNATIONAL)["51", "delegate"]
    set_limit(place.role_id, LimitedBy.COUNTRY, "", 1, by=COMMAND_LINE)
    registered(place, somebody(country_code="LA", employment=""))
    laos = send(client, place, "check", country_code="LA", employment=None, phone="+856 20 55 123 456")
    assert "At most 1 seat of this role is for your country, and it is taken." in words(laos.text)
    assert "expected" not in hidden(laos.text)
    nepal = send(client, place, "check", country_code="NP", employment=None, phone="+856 20 55 123 456")
    assert "A seat is free now." in words(nepal.text)


def test_a_cancelled_session_says_so_on_its_page_and_takes_nobody(client: FlaskClient, app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    cancel_session(place.session_id, reason="Gempa bumi", by=COMMAND_LINE)
    for path in (path_of(place), path_of(place).split("/register/")[0]):
        page = client.get(path).text
        assert "This session was cancelled" in words(page) and "<form" not in page
    assert "Cancelled" in words(client.get(f"/en/events/{place.event_slug}").text)
    assert send(client, place, "confirm").status_code == 409
