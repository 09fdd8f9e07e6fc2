"""Cancelling on one's own page."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.builders import BUDI, an_event, registered
from tests.doors.browsing import everything, row
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import Session


def test_cancelling_asks_first_then_gives_the_seat_on_and_says_so(client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi, first = registered(place, BUDI), registered(place)
    address = f"/en/my/{budi.token}/cancel"
    assert "Do you want to cancel your registration?" in client.get(address).text
    answer = client.post(address, data={"reason": "sakit"})
    assert (answer.status_code, answer.location) == (303, f"/en/my/{budi.token}")
    page = client.get(answer.location).text
    assert "You cancelled it on" in page and "sakit" in page
    assert "The seat went to the first on the waiting list or is free for others." in page
    assert "You have a seat" in client.get(f"/en/my/{first.token}").text


def test_cancelling_twice_is_refused_on_page_and_post(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    address = f"/en/my/{budi.token}/cancel"
    assert client.post(address).status_code == 303
    before = everything()
    for answer in (client.get(address), client.post(address), client.get(f"/en/my/{budi.token}/correct")):
        assert answer.status_code == 409
        assert "This registration is cancelled already" in answer.text
    assert everything() == before


def test_after_the_session_began_nobody_cancels_here(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).starts_at):
        for ask in (client.get, client.post):
            answer = ask(f"/en/my/{budi.token}/cancel")
            assert answer.status_code == 409
            assert "The session has begun" in answer.text
        assert "Cancel my registration" not in client.get(f"/en/my/{budi.token}").text


def test_a_reason_that_is_too_long_is_kept_in_the_form(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    answer = client.post(f"/en/my/{budi.token}/cancel", data={"reason": "a" * 501})
    assert answer.status_code == 422
    assert "a" * 501 in answer.text and "at most 500 characters" in answer.text
    assert row(budi).ended_at is None
    assert client.post(f"/en/my/{budi.token}/cancel", data={"reason": "a", "step": "edit"}).status_code == 200
    assert row(budi).ended_at is None
