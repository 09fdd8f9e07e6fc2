"""Acts on many in the office: from the roster to the effect, to the act, to what became of each."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.builders import Place, an_account, an_event, registered
from tests.cast import BALI, made, sari, sign_in
from tests.doors.browsing import everything
from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail
from tpbis_events.people.model import Right
from tpbis_events.registrations.bulk_model import Bulk
from tpbis_events.registrations.model import Registration, State, Tag
from tpbis_events.web.office import bulk as pages


def bulk_of(place: Place) -> str:
    return f"/en/office/events/{place.event_slug}/bulk"


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/account").text)
    assert found
    return found.group(1)


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of the last form of a page."""
    form = page[page.rindex("<form") :]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def send(client: FlaskClient, url: str, **data: object) -> TestResponse:
    return client.post(url, data={"csrf_token": token(client), **data})


def test_ticked_people_are_cancelled_after_the_effect_was_shown_and_a_double_click_acts_once(
    client: FlaskClient,
) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    people = [registered(place) for _number in range(3)]
    sign_in(client, made())
    before = everything()
    picked = {"session": place.session_slug, "act": "cancel", "who": "ticked", "pick": [people[0].reference]}
    assert send(client, bulk_of(place), **picked).status_code == 200
    refused = send(client, f"{bulk_of(place)}/act", **picked, step="check", reason=" ")
    assert refused.status_code == 422 and "A reason is missing" not in refused.text and "Say why" in refused.text
    page = send(client, f"{bulk_of(place)}/act", **picked, step="check", reason="Sakit").text
    assert "1 seat comes free" in page and "1 who waits gets one" in page
    assert everything() == before
    form = {**hidden(page), "step": "do", "csrf_token": token(client)}
    first = client.post(f"{bulk_of(place)}/act", data=form)
    assert first.status_code == 303
    assert client.post(f"{bulk_of(place)}/act", data=form).location == first.location
    db.session.rollback()
    rows = [db.session.get_one(Registration, person.registration_id).state for person in people]
    assert rows == [State.CANCELLED, State.SEATED, State.WAITING]
    assert db.session.scalar(select(func.count()).where(Mail.kind == "cancelled")) == 1
    result = client.get(first.location).text
    assert "Peserta Nomor" in result and "From the waiting list these now have a seat" in result
    other = client.application.test_client()  # type: ignore[attr-defined]
    sign_in(other, sari())
    assert other.get(first.location).status_code == 404


def test_all_who_match_are_meant_and_shown_again_when_they_are_others_by_then(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 9})
    people = [registered(places[BALI, "village"]), registered(places["12", "village"])]
    sign_in(client, sari())
    place = places[BALI, "village"]
    asked = {"act": "tag", "who": "all", "state": "seated", "word": "VIP", "step": "check"}
    page = send(client, f"{bulk_of(place)}/act", **asked).text
    people.append(registered(place))
    form = {**hidden(page), "step": "do", "csrf_token": token(client)}
    changed = client.post(f"{bulk_of(place)}/act", data=form)
    assert changed.status_code == 409 and "The list has changed meanwhile" in changed.text
    assert db.session.scalar(select(func.count()).select_from(Tag)) == 0
    form = {**hidden(changed.text), "step": "do", "csrf_token": token(client)}
    assert client.post(f"{bulk_of(place)}/act", data=form).status_code == 303
    assert set(db.session.scalars(select(Tag.registration_id))) == {person.registration_id for person in people}


def test_made_acts_on_nobody_elsewhere_by_tick_by_search_or_by_place(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"))
    own, other = registered(places[BALI, "village"]), registered(places["12", "village"])
    sign_in(client, made())
    url, act = bulk_of(places[BALI, "village"]), f"{bulk_of(places[BALI, 'village'])}/act"
    for picked in ([other.reference], [own.reference, other.reference], ["AAAAAAAA"]):
        assert send(client, url, act="tag", who="ticked", pick=picked).status_code == 404
        assert send(client, act, act="tag", who="ticked", pick=picked, word="x", step="do").status_code == 404
    elsewhere = {"act": "tag", "who": "all", "session": places["12", "village"].session_slug}
    assert send(client, url, **elsewhere).status_code == 404
    page = send(client, act, act="tag", who="all", word="x", step="check").text
    assert own.reference in page and other.reference not in page
    there = {"quota_id": places["12", "village"].quota_id, "reason": "x"}
    assert send(client, act, act="move", who="ticked", pick=[own.reference], step="check", **there).status_code == 404


def test_an_auditor_has_no_acts_and_is_refused_them(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    person = registered(place)
    sign_in(client, an_account("Rini", Right.AUDITOR))
    assert send(client, bulk_of(place), act="tag", who="ticked", pick=[person.reference]).status_code == 403


def test_nobody_ticked_and_too_many_are_said_and_a_slow_act_goes_on_by_its_button(
    app: Flask, client: FlaskClient, monkeypatch: object
) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    people = [registered(place) for _number in range(2)]
    sign_in(client, sari())
    nobody = send(client, bulk_of(place), act="tag", who="ticked")
    assert nobody.status_code == 422 and "Nobody is chosen" in nobody.text
    picked = {"act": "tag", "who": "ticked", "pick": [person.reference for person in people], "word": "vip"}
    page = send(client, f"{bulk_of(place)}/act", **picked, step="check").text
    form = {**hidden(page), "step": "do", "csrf_token": token(client)}
    pages.run_bulk, run = (lambda _bulk_id, by: 0), pages.run_bulk  # as if the process had ended here
    try:
        answer = client.post(f"{bulk_of(place)}/act", data=form)
    finally:
        pages.run_bulk = run
    assert "Not everything is done yet" in client.get(answer.location).text
    assert send(client, answer.location).status_code == 303
    assert "Not everything is done yet" not in client.get(answer.location).text
    assert db.session.scalar(select(func.count()).select_from(Tag)) == 2
    assert db.session.scalar(select(Bulk.ended_at)) is not None


def test_a_letter_to_the_ticked_begins_as_a_message_and_no_longer_as_an_act(client: FlaskClient) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    people = [registered(place) for _number in range(3)]
    sign_in(client, made())
    picked = {"act": "mail", "who": "ticked", "session": place.session_slug, "pick": [people[0].reference]}
    page = send(client, bulk_of(place), **picked)
    assert page.status_code == 200 and "To 1 person as things stand" in page.text
    assert people[0].reference in page.text and people[1].reference not in page.text
    assert send(client, f"{bulk_of(place)}/act", **picked, step="do").status_code == 400
