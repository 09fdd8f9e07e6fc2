"""Waiting lists in the office: who waits in order, serving by hand, offers that are out; and seats between roles."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Place, an_event, registered, somebody
from tests.cast import BALI, made, sari, sign_in
from tests.commands.kept import row, seats, states
from tests.doors.browsing import everything, post, shown
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.places.local_time import format_datetime
from tpbis_events.programmes.model import Serving
from tpbis_events.registrations import line
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_priority import change_priority
from tpbis_events.registrations.change_ways import set_serving
from tpbis_events.registrations.model import State


def served(place: Place, how: Serving) -> None:
    set_serving(place.event_id, how, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)


def list_of(place: Place) -> str:
    return f"/office/events/{place.event_slug}/sessions/{place.session_slug}/waiting/{place.role_slug}"


def in_order(page: str) -> list[str]:
    """References of those who wait, as they stand in the list."""
    table = page.split('id="waiting"')[1] if 'id="waiting"' in page else ""
    return re.findall(r"</span> <a href=\"[^\"]*/registrations/(\w+)\"", table)


def test_who_waits_stands_in_the_order_of_being_served_with_priority_and_contact(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    _sits, first = registered(place), registered(place)
    second = registered(place, somebody(email="", phone="081234500051"))
    third = registered(place)
    change_priority(third.registration_id, 2, reason="utusan resmi", by=COMMAND_LINE)
    sign_in(client, made())
    page = client.get("/en" + list_of(place)).text
    assert in_order(page) == [third.reference, first.reference, second.reference]
    words = shown(page)
    assert "number 1 in line" in words and "no e-mail, +6281234500051" in words
    assert "Each goes to the first who waits, at once." in words
    assert "Give seats to the first who wait" not in words  # no seat is free


def test_free_seats_are_given_by_hand_to_the_first_and_the_flash_names_them(client: FlaskClient) -> None:
    place = an_event(roles={"village": 2})[BALI, "village"]
    served(place, Serving.HAND)
    sitting = [registered(place) for _ in range(2)]
    first = registered(place, somebody(full_name="Ni Luh Wayan"))
    second = registered(place, somebody(full_name="I Made Rai", email="", phone="081234500052"))
    third = registered(place)
    for each in sitting:
        cancel(each.registration_id, by=COMMAND_LINE, reason="berhalangan")
    sign_in(client, made())
    page = client.get("/en" + list_of(place)).text
    assert re.search(r'name="number"[^>]*value="2"', page) and "Seats that come free stay free" in page
    for wrong in ("0", "dua", "", "-1"):
        refused = post(client, list_of(place), number=wrong)
        assert refused.status_code == 422 and 'id="number-error"' in refused.text
    assert states(first, second, third) == [State.WAITING] * 3
    done = post(client, "/en" + list_of(place), number="2")
    words = shown(client.get(done.location).text)
    assert "From the waiting list these now have a seat: Ni Luh Wayan, I Made Rai." in words
    assert "please call: I Made Rai (+6281234500052)" in words
    assert states(first, second, third) == [State.SEATED, State.SEATED, State.WAITING]
    again = post(client, "/en" + list_of(place), number="1")
    assert again.status_code == 409 and "Nobody could be given a seat" in again.text


def test_offers_that_are_out_stand_above_with_their_end_in_local_time(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    served(place, Serving.OFFER)
    sits, offered = registered(place), registered(place, somebody(full_name="Ni Luh Wayan"))
    behind = registered(place)
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    ends = row(offered).offer_ends_at
    assert ends
    sign_in(client, made())
    page = client.get("/en" + list_of(place)).text
    assert "Offers that are out" in page and format_datetime(ends, "Asia/Makassar", "en") in page
    assert in_order(page) == [behind.reference] and "for 16 working hours" in page


def test_after_closing_the_page_says_that_nobody_is_served_without_the_office(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1}, closes_at=clock.now() + timedelta(days=1))[BALI, "village"]
    served(place, Serving.OFFER)
    sits, waits = registered(place), registered(place)
    account = made()
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
        sign_in(client, account)
        page = shown(client.get("/en" + list_of(place)).text)
        assert "nobody is served without you" in page and "Give seats to the first who wait" in page
        assert post(client, list_of(place), number="1").status_code == 303
    assert row(waits).state is State.SEATED


def test_a_long_list_goes_on_page_by_page_in_order(app_on_each: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PAGE", 2)
    place = an_event(roles={"village": 1})[BALI, "village"]
    everybody = [registered(place).reference for _ in range(6)][1:]
    client = sign_in(app_on_each.test_client(), made())
    url, seen, numbers = list_of(place), [], []
    while url:
        page = client.get("/en" + url if not url.startswith("/en") else url).text
        seen += in_order(page)
        numbers += re.findall(r"number (\d) in line: ", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == everybody and numbers == ["1", "2", "3", "4", "5"]
    assert client.get(list_of(place) + "?after=99999999999999999999").status_code == 200


def test_made_finds_no_waiting_list_of_another_province_and_serves_nobody_there(client: FlaskClient) -> None:
    place = an_event(provinces=("12",), roles={"village": 1})["12", "village"]
    served(place, Serving.HAND)
    sits, waits = registered(place), registered(place)
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    sign_in(client, made())
    before = everything()
    assert client.get(list_of(place)).status_code == 404
    assert post(client, list_of(place), number="1").status_code == 404
    assert (
        post(client, f"/office/registrations/{waits.reference}/priority", priority="9", reason="x").status_code == 404
    )
    assert everything() == before


def test_the_list_asks_as_much_of_the_database_for_30_as_for_2(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    sign_in(client, made())

    def asked() -> int:
        db.session.remove()
        with counted() as sent:
            assert client.get(list_of(place)).status_code == 200
        return len(sent)

    registered(place), registered(place), registered(place)
    few = asked()
    for _ in range(28):
        registered(place)
    assert asked() == few <= 12


def test_seats_move_between_roles_by_the_seats_page(client: FlaskClient) -> None:
    places = an_event(roles={"stakeholder": 3, "village": 1})
    here, there = places[BALI, "stakeholder"], places[BALI, "village"]
    registered(there)
    waits = registered(there, somebody(full_name="Ni Luh Wayan"))
    sign_in(client, sari())
    url = f"/office/events/{here.event_slug}/sessions/{here.session_slug}/seats/stakeholder"
    page = client.get("/en" + url).text
    assert "Role village (1 of 1 taken)" in page and "Role stakeholder (" not in page
    before = everything()
    for answers, field in (
        ({"to": "", "number": "1", "reason": "desa"}, "to"),
        ({"to": "stakeholder", "number": "1", "reason": "desa"}, "to"),
        ({"to": "village", "number": "4", "reason": "desa"}, "number"),
        ({"to": "village", "number": "1", "reason": " "}, "reason"),
    ):
        refused = post(client, url, direction="move", **answers)
        assert refused.status_code == 422 and f'id="{field}-error"' in refused.text, answers
    assert everything() == before
    done = post(client, "/en" + url, direction="move", to="village", number="2", reason="desa lebih banyak")
    words = shown(client.get(done.location).text)
    assert "1 seats here and 3 there" in words and "now have a seat: Ni Luh Wayan." in words
    assert (seats(here), seats(there), row(waits).state) == (1, 3, State.SEATED)
    log = client.get("/en/office/audit?act=seats.added").text
    assert "desa lebih banyak" in log and "seats: 1 → 3" in log
