"""Ways to a seat, and cancelling a session: for the national office alone."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Place, an_event, registered, somebody
from tests.cast import BALI, made, sari, sign_in
from tests.commands.kept import entries, row, states, told
from tests.doors.browsing import everything, post, shown
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Event, Limit, LimitedBy, Origin, Role, Serving, Session, WayIn
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_ways import set_limit, set_serving
from tpbis_events.registrations.model import State


def ways(place: Place, role: bool = False) -> str:
    return f"/office/events/{place.event_slug}/ways" + (f"/{place.role_slug}" if role else "")


def cancelling(place: Place) -> str:
    return f"/office/events/{place.event_slug}/sessions/{place.session_slug}/cancel"


def limits(place: Place) -> list[tuple[LimitedBy, str, int]]:
    db.session.rollback()
    role = db.session.get_one(Role, place.role_id, populate_existing=True)
    db.session.expire(role)
    return [(limit.limited_by, limit.value, limit.most) for limit in role.limits]


def test_how_waiting_lists_are_served_is_chosen_with_hours_that_fit(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    sign_in(client, sari())
    page = client.get(ways(place)).text
    assert re.search(r'<input[^>]* checked[^>]*value="seat"', page) and 'value="16"' in page
    before = everything()
    for how, hours, reminder, wrong in (
        ("offer", "0", "0", "offer_hours"),
        ("offer", "201", "4", "offer_hours"),
        ("offer", "8", "8", "offer_hours"),
        ("offer", "dua", "4", "offer_hours"),
        ("lottery", "8", "2", "serving"),
    ):
        refused = post(client, ways(place), serving=how, offer_hours=hours, reminder_hours=reminder)
        assert refused.status_code == 422 and f'id="{wrong}-error"' in refused.text, (how, hours, reminder)
        assert f'value="{hours}"' in refused.text
    assert everything() == before
    assert post(client, ways(place), serving="offer", offer_hours="8", reminder_hours="2").status_code == 303
    event = db.session.get_one(Event, place.event_id, populate_existing=True)
    assert (event.serving, event.offer_hours, event.reminder_hours) == (Serving.OFFER, 8, 2)
    (entry,) = entries("event.serving_changed")
    log = shown(client.get("/en/office/audit?act=event.serving_changed").text)
    assert entry.before and "seats that come free: A seat at once → An offer with a deadline" in log


def test_seats_that_were_kept_for_the_hand_are_given_when_it_ends_and_the_flash_says_to_whom(
    client: FlaskClient,
) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    set_serving(place.event_id, Serving.HAND, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    sits, waits = registered(place), registered(place, somebody(full_name="Ni Luh Wayan"))
    cancel(sits.registration_id, by=COMMAND_LINE, reason="berhalangan")
    sign_in(client, sari())
    done = post(client, "/en" + ways(place), serving="seat", offer_hours="16", reminder_hours="4")
    assert "now have a seat: Ni Luh Wayan." in shown(client.get(done.location).text)
    assert row(waits).state is State.SEATED


def test_the_way_into_a_role_is_chosen_and_who_is_registered_stays(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    budi = registered(place)
    sign_in(client, sari())
    assert "By approval" in client.get("/en" + ways(place, role=True)).text
    odd = post(client, ways(place, role=True), act="way", way_in="bribery")
    assert odd.status_code == 422
    assert post(client, ways(place, role=True), act="way", way_in="approval").status_code == 303
    assert db.session.get_one(Role, place.role_id, populate_existing=True).way_in is WayIn.APPROVAL
    assert states(budi) == [State.SEATED]
    assert "By approval" in client.get("/en" + ways(place)).text


def test_limits_are_added_changed_and_taken_away(client: FlaskClient) -> None:
    place = an_event(roles={"village": 3})[BALI, "village"]
    sign_in(client, sari())
    url = ways(place, role=True)
    set_it = {"act": "limit", "limited_by": "agency", "agency": " Dinas  Perpustakaan ", "most": "2"}
    assert post(client, url, **set_it).status_code == 303
    assert post(client, url, act="limit", limited_by="regency", regency="51.71", most="1").status_code == 303
    assert limits(place) == [(LimitedBy.AGENCY, "dinas perpustakaan", 2), (LimitedBy.REGENCY, "51.71", 1)]
    assert post(client, url, **{**set_it, "most": "5"}).status_code == 303
    page = shown(client.get("/en" + url).text)
    assert "at most 5: dinas perpustakaan" in page and "at most 1: Kota Denpasar" in page
    before = everything()
    for wrong, field in (
        ({"limited_by": "agency", "most": "banyak"}, "most"),
        ({"limited_by": "regency", "regency": "99.99", "most": "1"}, "regency"),
        ({"most": "1"}, "limited_by"),
    ):
        refused = post(client, url, act="limit", **wrong)
        assert refused.status_code == 422 and f'id="{field}-error"' in refused.text, wrong
    assert everything() == before
    gone = post(client, url, act="remove", limited_by="regency", value="51.71")
    assert gone.status_code == 303 and [each[0] for each in limits(place)] == [LimitedBy.AGENCY]
    assert "at most: 1 → none" in client.get("/en/office/audit?act=role.limit_changed").text


def test_a_limit_that_gives_way_serves_who_waited_for_it(client: FlaskClient) -> None:
    place = an_event(roles={"village": 3})[BALI, "village"]
    set_limit(place.role_id, LimitedBy.AGENCY, "", 1, by=COMMAND_LINE)
    registered(place)
    waits = registered(place, somebody(full_name="Ni Luh Wayan"))
    sign_in(client, sari())
    done = post(client, "/en" + ways(place, role=True), act="remove", limited_by="agency", value="")
    assert "now have a seat: Ni Luh Wayan." in shown(client.get(done.location).text)
    assert row(waits).state is State.SEATED and db.session.scalar(db.select(Limit)) is None


def test_a_role_for_guests_is_limited_by_country_and_not_by_regency(client: FlaskClient) -> None:
    place = an_event(origin=Origin.INTERNATIONAL)[BALI, "village"]
    sign_in(client, sari())
    page = client.get(ways(place, role=True)).text
    assert 'name="country"' in page and 'name="regency"' not in page
    assert (
        post(client, ways(place, role=True), act="limit", limited_by="country", country="LA", most="2").status_code
        == 303
    )
    assert limits(place) == [(LimitedBy.COUNTRY, "LA", 2)]


def test_made_changes_no_ways_and_cancels_no_session_not_even_in_bali(client: FlaskClient) -> None:
    here, there = an_event()[BALI, "village"], an_event(provinces=("12",))["12", "village"]
    sign_in(client, made())
    before = everything()
    for place, status in ((here, 403), (there, 404)):
        for url in (ways(place), ways(place, role=True), cancelling(place)):
            assert client.get(url).status_code == status, url
            sent = post(client, url, serving="hand", act="way", way_in="approval", reason="mau saya", step="confirm")
            assert sent.status_code == status, url
    assert everything() == before
    matrix = client.get(f"/office/events/{here.event_slug}").text
    roster = client.get(f"/office/events/{here.event_slug}/sessions/{here.session_slug}").text
    assert "/ways" not in matrix and "/cancel" not in roster


def test_a_session_is_cancelled_after_a_second_page_that_says_how_many_are_told(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    people = [registered(place), registered(place), registered(place, somebody(email="", phone="081234500061"))]
    sign_in(client, sari())
    url = cancelling(place)
    asked = shown(client.get("/en" + url).text)
    assert "3 people are registered and will be told: Seated: 1 Waiting list: 2" in asked
    assert "1 of them has no e-mail address and must be called" in asked
    assert post(client, url, step="ask", reason=" ").status_code == 422
    sure = post(client, "/en" + url, step="ask", reason="banjir di kota")
    assert sure.status_code == 200 and "This cannot be taken back" in sure.text
    assert re.search(r'type="hidden" name="reason" value="banjir di kota"', sure.text)
    assert states(*people) == [State.SEATED, State.WAITING, State.WAITING]
    assert post(client, url, step="confirm", reason="").status_code == 422
    done = post(client, "/en" + url, step="confirm", reason="banjir di kota")
    assert done.status_code == 303
    page = client.get(done.location).text
    assert "The session is cancelled. 3 registrations have ended." in page and "banjir di kota" in page
    assert "/register/village" not in page and "/cancel" not in page
    assert states(*people) == [State.CANCELLED] * 3 and len(told("session_cancelled")) == 2
    call = client.get(f"{done.location}?state=cancelled&no_email=1").text
    assert people[2].reference in call and people[0].reference not in call
    again = post(client, "/en" + url, step="confirm", reason="banjir di kota")
    assert again.status_code == 409 and "This session was cancelled" in again.text


@pytest.mark.parametrize("way", list(WayIn))
def test_every_page_of_ways_reads_the_same_from_both_databases(app_on_each: Flask, way: WayIn) -> None:
    place = an_event()[BALI, "village"]
    client = sign_in(app_on_each.test_client(), sari())
    assert post(client, ways(place, role=True), act="way", way_in=way.value).status_code == 303
    assert (
        post(client, ways(place, role=True), act="limit", limited_by="agency", agency="", most="0").status_code == 303
    )
    page = shown(client.get("/en" + ways(place)).text)
    assert "at most 0: each agency" in page
    assert client.get(cancelling(place)).status_code == 200
    assert post(client, cancelling(place), step="confirm", reason="banjir").status_code == 303
    assert db.session.get_one(Session, place.session_id, populate_existing=True).cancelled_at
