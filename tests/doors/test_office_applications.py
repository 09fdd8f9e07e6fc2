"""Deciding who applied: the list by session and role, oldest first; several at once; what it asks of the database."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Place, an_event, registered, somebody
from tests.cast import BALI, made, sari, sign_in
from tests.commands.kept import mails, row, states, told
from tests.doors.browsing import everything, post, shown
from tests.queries import counted
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import WayIn
from tpbis_events.registrations import applications
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.change_ways import set_way_in
from tpbis_events.registrations.model import State


def by_approval(provinces: tuple[str, ...] = (BALI,), **roles: int) -> dict[tuple[str, str], Place]:
    places = an_event(provinces=provinces, roles=roles or {"stakeholder": 2, "village": 1})
    for role_id in {place.role_id for place in places.values()}:
        set_way_in(role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    return places


def list_of(place: Place, **query: object) -> str:
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/office/events/{place.event_slug}/applications" + (f"?{words}" if words else "")


def picks(page: str) -> list[str]:
    return re.findall(r'name="pick" value="(\w+)"', page)


def test_all_who_applied_stand_by_session_and_role_oldest_first_with_the_free_seats(client: FlaskClient) -> None:
    places = by_approval((BALI, "12"))
    village, here, there = places[BALI, "village"], places[BALI, "stakeholder"], places["12", "stakeholder"]
    order = [village, here, there, here, village]
    people = [registered(place) for place in order]
    sign_in(client, sari())
    page = client.get("/en" + list_of(here)).text
    sessions = sorted({here, there}, key=lambda place: place.session_id)
    expected = [
        person.reference
        for place in (here, village, there)
        for person, at in zip(people, order, strict=True)
        if at == place
    ]
    assert sorted(picks(page)) == sorted(expected) and len(sessions) == 2
    for place in (here, village, there):
        own = [person.reference for person, at in zip(people, order, strict=True) if at == place]
        at = [picks(page).index(reference) for reference in own]
        assert at == list(range(at[0], at[0] + len(own))), "together, oldest first"
    assert "5 requests wait for your decision." in shown(page) and "2 seats free" in page and "1 seat free" in page


def test_several_are_approved_at_once_in_the_order_of_their_requests(client: FlaskClient) -> None:
    place = by_approval(village=1)[BALI, "village"]
    first, second, third = (registered(place) for _ in range(3))
    sign_in(client, made())
    ticked = [second.reference, first.reference]
    done = post(
        client, "/en" + list_of(place, session=place.session_slug), pick=ticked, act="approve", reason="lengkap"
    )
    assert (done.status_code, done.location) == (303, "/en" + list_of(place, session=place.session_slug))
    page = client.get(done.location).text
    assert "Approved, with a seat: 1 person. Approved, on the waiting list: 1 person." in shown(page)
    assert picks(page) == [third.reference]
    assert states(first, second, third) == [State.SEATED, State.WAITING, State.APPLIED]


def test_several_are_told_no_with_a_reason_that_is_asked_for_with_the_ticks_kept(client: FlaskClient) -> None:
    place = by_approval()[BALI, "stakeholder"]
    first, second, third = (registered(place) for _ in range(3))
    sign_in(client, made())
    refused = post(client, list_of(place), pick=[first.reference, third.reference], act="reject", reason=" ")
    assert refused.status_code == 422 and 'id="reason-error"' in refused.text
    assert re.findall(r'value="(\w+)" checked', refused.text) == [first.reference, third.reference]
    done = post(client, list_of(place), pick=[first.reference, third.reference], act="reject", reason="penuh")
    assert done.status_code == 303
    assert states(first, second, third) == [State.REJECTED, State.APPLIED, State.REJECTED]
    assert [mail.facts["reason"] for mail in mails("rejected")] == ["penuh", "penuh"]


def test_nobody_ticked_or_one_that_was_decided_meanwhile_refuses_the_whole(client: FlaskClient) -> None:
    place = by_approval()[BALI, "stakeholder"]
    first, second = registered(place), registered(place)
    sign_in(client, made())
    nobody = post(client, "/en" + list_of(place), act="approve", reason="lengkap")
    assert nobody.status_code == 409 and "Nobody is chosen" in nobody.text and "lengkap" in nobody.text
    cancel(second.registration_id, by=COMMAND_LINE, reason="berhalangan")
    before = everything()
    both = [first.reference, second.reference]
    late = post(client, "/en" + list_of(place), pick=both, act="approve")
    assert late.status_code == 409 and "cancelled already" in late.text
    assert re.findall(r'value="(\w+)" checked', late.text) == [first.reference]
    assert post(client, list_of(place), pick=[first.reference, "00000000"], act="approve").status_code == 404
    assert post(client, list_of(place), pick=[first.reference]).status_code == 400  # neither yes nor no
    assert everything() == before


def test_made_sees_and_decides_those_of_bali_alone(client: FlaskClient) -> None:
    places = by_approval((BALI, "12"))
    mine, theirs = registered(places[BALI, "village"]), registered(places["12", "village"])
    sign_in(client, made())
    page = client.get("/en" + list_of(places[BALI, "village"])).text
    assert picks(page) == [mine.reference] and "1 request waits" in page
    assert places["12", "village"].session_slug not in page
    hidden = client.get(list_of(places[BALI, "village"], session=places["12", "village"].session_slug)).text
    assert picks(hidden) == []
    before = everything()
    forged = post(client, list_of(places[BALI, "village"]), pick=[mine.reference, theirs.reference], act="approve")
    assert forged.status_code == 404
    assert everything() == before
    elsewhere = by_approval(("12",))["12", "village"]
    assert client.get(list_of(elsewhere)).status_code == 404


def test_the_list_is_narrowed_by_session_and_role_and_says_how_many_there_are(client: FlaskClient) -> None:
    places = by_approval((BALI, "12"))
    place = places[BALI, "village"]
    wanted = [registered(place) for _ in range(2)]
    registered(places[BALI, "stakeholder"]), registered(places["12", "village"])
    sign_in(client, sari())
    page = client.get("/en" + list_of(place, session=place.session_slug, role="village")).text
    assert picks(page) == [each.reference for each in wanted] and "2 requests wait" in page
    assert "SHM Bali (3)" in page and "Role village (3)" in page
    assert "Nobody is found" in client.get("/en" + list_of(place, session="atlantis")).text


def test_the_list_goes_on_page_by_page_and_shows_everybody_once(
    app_on_each: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applications, "PAGE", 2)
    places = by_approval((BALI, "12"))
    client = app_on_each.test_client()
    people = [registered(place) for place in [*places.values(), *reversed(places.values())]]
    sign_in(client, sari())
    url, seen, pages = list_of(next(iter(places.values()))), [], 0
    while url:
        page = client.get(url).text
        seen += picks(page)
        pages += 1
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following.group(1).replace("&amp;", "&") if following else ""
    assert pages == 4 and sorted(seen) == sorted(each.reference for each in people)


def test_all_on_a_page_are_ticked_by_an_address_that_changes_nothing(client: FlaskClient) -> None:
    place = by_approval()[BALI, "stakeholder"]
    people = [registered(place) for _ in range(3)]
    sign_in(client, made())
    before = everything()
    page = client.get(list_of(place, all=1)).text
    assert page.count(" checked>") == 3 and everything() == before
    assert states(*people) == [State.APPLIED] * 3


def test_the_count_stands_on_home_matrix_and_roster_and_leads_to_the_list(client: FlaskClient) -> None:
    places = by_approval((BALI, "12"))
    place = places[BALI, "village"]
    sign_in(client, made())
    roster = f"/office/events/{place.event_slug}/sessions/{place.session_slug}"
    pages = ("/office/", f"/office/events/{place.event_slug}", roster)
    for url in pages:
        assert "/applications" not in client.get(url).text
    registered(place), registered(place), registered(places["12", "village"])
    for url in pages:
        found = re.findall(r'href="([^"]*/applications[^"]*)">(\d+)', client.get(url).text)
        assert {number for _address, number in found} == {"2"}, url
    assert found[0][0] == list_of(place, session=place.session_slug)


def test_the_list_asks_as_much_of_the_database_for_40_as_for_2(client: FlaskClient) -> None:
    places = by_approval((BALI, "12"))
    place = places[BALI, "stakeholder"]
    sign_in(client, sari())

    def asked() -> int:
        db.session.remove()
        with counted() as sent:
            assert client.get(list_of(place)).status_code == 200
        return len(sent)

    for each in places.values():
        registered(each)
    few = asked()
    for number in range(36):
        registered(list(places.values())[number % 4], somebody())
    assert asked() == few <= 11


def test_deciding_by_mistake_twice_tells_people_once(client: FlaskClient) -> None:
    place = by_approval()[BALI, "stakeholder"]
    budi = registered(place)
    sign_in(client, made())
    assert post(client, list_of(place), pick=[budi.reference], act="approve").status_code == 303
    assert post(client, list_of(place), pick=[budi.reference], act="approve").status_code == 409
    assert len(told("approved")) == 1 and row(budi).state is State.SEATED
