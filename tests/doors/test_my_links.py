"""To whom the pages of a registration open, and that looking changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.builders import BUDI, an_event, registered
from tests.conftest import settings_for
from tests.doors.browsing import PAGES, everything, form_of
from tests.queries import counted
from tpbis_events import create_app
from tpbis_events.attendance.check_in import check_in
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.answers import answers_of
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.links import LIFE_AFTER_SESSION, open_link
from tpbis_events.web.guards import limiter
from tpbis_events.web.my import links


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
    assert "This link is no longer valid" in answer.text and f"{LIFE_AFTER_SESSION.days} days" in answer.text


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


# Asking for the link again


def mails_of_links() -> int:
    return db.session.scalar(select(func.count()).select_from(Mail).where(Mail.kind == "links")) or 0


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_known_and_an_unknown_address_get_the_same_answer_to_the_byte(client: FlaskClient, language: str) -> None:
    registered(an_event()["51", "stakeholder"], BUDI)
    answers = []
    for email in ("budi@example.id", "tono@example.id", "budi@example.id"):
        first = client.post(f"{language}/my", data={"email": email, "step": "send"})
        then = client.get(first.headers["Location"])
        answers.append((first.status_code, sorted(first.headers), first.data, then.status_code, then.data))
        assert first.headers["Location"] == f"{language}/my/asked"
        assert "Set-Cookie" not in first.headers and "Set-Cookie" not in then.headers
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 303 and answers[0][3] == 200
    assert mails_of_links() == 1


def test_a_known_and_an_unknown_address_ask_about_as_much_of_the_database(client: FlaskClient) -> None:
    """The same reads and the same write, so that the time tells as little as the page; a mail that is owed is one insert more."""
    registered(an_event()["51", "stakeholder"], BUDI)
    client.post("/my", data={"email": "first@example.id"})
    with counted() as known:
        client.post("/my", data={"email": "budi@example.id"})
    with counted() as unknown:
        client.post("/my", data={"email": "tono@example.id"})
    with counted() as again:
        client.post("/my", data={"email": "budi@example.id"})
    assert [each.split()[0] for each in known] == ["INSERT", "SELECT", "INSERT"]
    assert unknown == again == known[:2]


def test_the_answer_says_when_the_mail_comes_and_what_to_do_if_it_does_not(client: FlaskClient) -> None:
    page = client.get("/en/my/asked").text
    for words in (
        "within 5 minutes",
        "after 15 minutes",
        "in 10 minutes",
        "400 days",
        "phone number",
        "library office",
    ):
        assert words in page
    assert 'href="/en/my"' in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("typed", ["budi", "budi@", "0812 3456 7890", "a@b@c.id", "\x00", "x" * 300 + "@example.id"])
def test_a_wrong_address_is_said_beside_the_field_and_what_was_typed_stays(client: FlaskClient, typed: str) -> None:
    answer = client.post("/en/my", data={"email": typed, "step": "send"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text and "<title>Problem:" in answer.text
    assert "not a complete e-mail address" in answer.text and f'value="{typed}"' in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("data", [{}, {"email": ""}, {"email": "  \u200b"}])
def test_without_an_address_the_page_asks_for_one(client: FlaskClient, data: dict[str, str]) -> None:
    answer = client.post("/en/my", data=data)
    assert answer.status_code == 422
    assert "Enter your e-mail address." in answer.text


def test_a_typed_address_survives_the_change_of_language_and_nothing_is_sent(client: FlaskClient) -> None:
    registered(an_event()["51", "stakeholder"], BUDI)
    wrong = client.post("/my", data={"email": "budi@", "step": "send"}).text
    assert 'form="ask-link"' in wrong and 'formaction="/en/my"' in wrong
    before = everything()
    page = client.post("/en/my", data={"email": "budi@example.id", "step": "edit"})
    assert page.status_code == 200 and 'value="budi@example.id"' in page.text
    assert everything() == before


def test_looking_at_the_pages_of_asking_changes_nothing_and_needs_no_cookie(client: FlaskClient) -> None:
    registered(an_event()["51", "stakeholder"], BUDI)
    before = everything()
    for address in ("/my", "/my/asked", "/my?email=budi@example.id", "/en/my", "/en/my/asked"):
        for ask in (client.get, client.head):
            answer = ask(address)
            assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert everything() == before
    assert form_of(client, "/my").keys() == {"email"}, "no token in the form"


def test_from_every_dead_link_the_way_leads_to_asking_and_the_mail_brings_one_that_opens(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    answers = replace(answers_of(open_link(budi.token)), email="santoso@example.id")
    newer = correct(budi.registration_id, answers, by=participant(budi.registration_id)).token
    until = db.session.get_one(Session, place.session_id).ends_at + LIFE_AFTER_SESSION
    tampered, replaced = client.get(f"/en/my/{newer[:-2]}"), client.get(f"/en/my/{budi.token}")
    with clock.stopped_at(until + timedelta(seconds=1)):
        expired = client.get(f"/en/my/{newer}")
    assert [each.status_code for each in (tampered, replaced, expired)] == [404, 410, 410]
    for answer in (tampered, replaced, expired, client.get("/en/no-such-page")):
        assert '<a href="/en/my">Have the link to your registration sent to you again</a>' in answer.text
    client.post("/my", data={"email": "santoso@example.id"})
    (mail,) = db.session.scalars(select(Mail).where(Mail.kind == "links"))
    from tpbis_events.outbox import write

    text = write.written(write.owed(mail)).text
    assert f"http://127.0.0.1:8000/my/{newer}\n" in text and budi.token not in text
    assert client.get(f"/my/{newer}").status_code == 200


@pytest.fixture
def limited(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setattr(links, "LIMIT", "3 per minute")
    app = create_app({**settings_for(sqlite_url, tmp_path), "RATELIMIT_ENABLED": True})
    with app.app_context():
        yield app.test_client()
        limiter.reset()
        limiter.enabled = False
        db.session.remove()
        db.engine.dispose()


def test_one_client_cannot_ask_for_one_address_after_another_and_others_go_on(limited: FlaskClient) -> None:
    asked = [limited.post("/my", data={"email": f"tono{n}@example.id"}).status_code for n in range(4)]
    assert asked == [303, 303, 303, 429]
    assert limited.get("/my").status_code == 200, "looking is not limited"
    other = {"REMOTE_ADDR": "203.0.113.9"}
    assert limited.post("/my", data={"email": "tono@example.id"}, environ_base=other).status_code == 303
