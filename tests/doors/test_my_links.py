"""To whom the pages of a registration open, and that looking changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import BUDI, an_event, registered
from tests.doors.browsing import PAGES, everything
from tpbis_events.attendance.check_in import check_in
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.links import LIFE_AFTER_SESSION, open_link


def test_a_link_opens_its_own_registration_alone_and_no_altered_letter_opens_any(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 5})["51", "stakeholder"]
    budi, tono = registered(place, BUDI), registered(place)
    assert open_link(budi.token).id == budi.registration_id
    assert open_link(tono.token).id == tono.registration_id
    for position, letter in enumerate(budi.token):
        for other in {"A", "B", "-", ".", chr(ord(letter) ^ 1)} - {letter}:
            with pytest.raises(NotFound, match="link.unknown"):
                open_link(budi.token[:position] + other + budi.token[position + 1 :])
        for cut in (budi.token[:position], budi.token[position + 1 :]):
            with pytest.raises(NotFound, match="link.unknown"):
                open_link(cut)
    (payload, signature), (of_tono, other_signature) = (each.token.rsplit(".", 1) for each in (budi, tono))
    for mixed in (
        f"{payload}.{other_signature}",
        f"{of_tono}.{signature}",
        f"{payload}=.{signature}",
        f"{budi.token}=",
    ):
        with pytest.raises(NotFound, match="link.unknown"):
            open_link(mixed)


@pytest.mark.parametrize("page", PAGES)
def test_an_altered_link_is_answered_by_a_page_that_says_what_to_do(client: FlaskClient, page: str) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    for bad in (budi.token[:-3], "x", "é", budi.token + "%0A", "a." * 300):
        answer = client.get(f"/en/my/{bad}{page}")
        assert answer.status_code == 404
        assert "This link is not valid" in answer.text and 'href="/en/my"' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", PAGES)
def test_a_link_ends_400_days_after_its_session(client: FlaskClient, page: str) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    until = db.session.get_one(Session, place.session_id).ends_at + LIFE_AFTER_SESSION
    with clock.stopped_at(until):
        assert client.get(f"/my/{budi.token}{page}").status_code != 410
    with clock.stopped_at(until + timedelta(seconds=1)):
        answer = client.get(f"/en/my/{budi.token}{page}")
    assert answer.status_code == 410
    assert "This link is no longer valid" in answer.text and "Ask the organizer" in answer.text


def test_a_link_of_one_purpose_is_none_of_another(app: Flask) -> None:
    from tpbis_events.foundation import tokens

    budi = registered(an_event()["51", "stakeholder"], BUDI)
    until = clock.now() + timedelta(days=1)
    for purpose, facts in (("door", [budi.registration_id, 1]), ("registration", [budi.registration_id])):
        with pytest.raises(NotFound, match="link.unknown"):
            open_link(tokens.sign(purpose, facts, until=until))


# Looking changes nothing


def test_no_get_or_head_changes_a_row_in_any_state(client: FlaskClient) -> None:
    """Mail programs and chats open links before people do."""
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    budi, gone, waiting = registered(place, BUDI), registered(place), registered(place)
    _next, last = registered(place), registered(place)
    cancel(gone.registration_id, by=COMMAND_LINE, reason="berhalangan")
    cancel(last.registration_id, by=COMMAND_LINE, reason="berhalangan")
    session = db.session.get_one(Session, place.session_id)
    day, ends = session.days[0].id, session.ends_at
    with clock.stopped_at(session.starts_at):
        check_in(budi.registration_id, day, by=COMMAND_LINE)
    before = everything()
    assert before["registrations"] and before["mails"] and before["attendances"]
    for now in (clock.now(), ends + timedelta(days=1)):
        with clock.stopped_at(now):
            for each in (budi, gone, waiting, last):
                for page in (*PAGES, "/certificate"):
                    for ask in (client.get, client.head):
                        assert ask(f"/my/{each.token}{page}").status_code in (200, 303, 404, 405, 409)
    assert everything() == before
