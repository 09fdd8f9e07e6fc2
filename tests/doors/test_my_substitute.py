"""Naming who comes in one's place, on one's own page."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote_from_bytes

import pytest
from flask.testing import FlaskClient

from tests.builders import BUDI, Place, an_event, registered, somebody
from tests.doors.browsing import everything, form_of, row
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import LimitedBy, Session, WayIn
from tpbis_events.registrations.change_ways import set_limit, set_way_in
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.substitute import substitute

WAYAN = {
    "full_name": "I Wayan Sudarma",
    "email": "wayan@example.id",
    "phone": "",
    "position": "Kepala",
    "employment": "community",
    "consent": "y",
}


def budi_is_seated() -> tuple[Place, Registered, str]:
    """The place, his registration, and the address of the form."""
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    budi = registered(place, BUDI)
    return place, budi, f"/en/my/{budi.token}/substitute"


def hand_on(client: FlaskClient, address: str, **changes: str) -> Registration:
    """Confirm the form; who comes now."""
    answer = client.post(address, data=form_of(client, address) | WAYAN | changes | {"step": "confirm"})
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    return db.session.query(Registration).order_by(Registration.id.desc()).first()  # type: ignore[return-value]


def own_links(page: str) -> list[str]:
    """The whole addresses of registrations on a page."""
    return re.findall(r'href="http://127\.0\.0\.1:8000((?:/en)?/my/[^"]+)"', page)


def test_the_form_is_asked_read_back_and_only_the_last_press_hands_the_seat_on(client: FlaskClient) -> None:
    _place, budi, address = budi_is_seated()
    assert f'href="{address}"' in client.get(f"/en/my/{budi.token}").text
    form = form_of(client, address)
    assert (form["full_name"], form["email"], form["institution"]) == ("", "", BUDI.institution), "a colleague"
    before = everything()
    check = client.post(address, data=form | WAYAN | {"step": "check"})
    assert check.status_code == 200
    for said in (
        "I Wayan Sudarma",
        "wayan@example.id",
        "This decision cannot be taken back",
        "your QR code no longer counts",
    ):
        assert said in check.text
    edit = client.post(address, data=form | WAYAN | {"step": "edit"})
    assert edit.status_code == 200 and 'value="I Wayan Sudarma"' in edit.text
    assert everything() == before
    wayan = hand_on(client, address)
    assert (wayan.state, wayan.person.full_name, wayan.person.language) == (State.SEATED, "I Wayan Sudarma", "en")
    assert row(budi).state is State.SUBSTITUTED


def test_the_old_page_says_who_comes_and_the_new_one_for_whom(client: FlaskClient) -> None:
    _place, budi, address = budi_is_seated()
    ticket = grouped(row(budi).ticket)
    wayan = hand_on(client, address)
    page = client.get(f"/en/my/{budi.token}").text
    assert "Somebody else comes in your place" in page and "I Wayan Sudarma comes in your place" in page
    assert "went by mail to the person who comes" in page and own_links(page) == []
    assert ticket not in page and grouped(wayan.ticket) not in page and "qr.png" not in page
    link = re.search(r"http://127\.0\.0\.1:8000(/en/my/\S+)", _mail_text(wayan))
    assert link
    theirs = client.get(link.group(1)).text
    assert "You have a seat" in theirs and "You come in the place of Budi Santoso." in theirs
    assert grouped(wayan.ticket) in theirs


def _mail_text(who: Registration) -> str:
    from tpbis_events.outbox import write

    mail = db.session.query(Mail).filter(Mail.subject == f"registration:{who.id}").one()
    return write.written(write.owed(mail)).text


def test_pressed_again_the_same_page_answers_and_nobody_else_comes(client: FlaskClient) -> None:
    _place, budi, address = budi_is_seated()
    hand_on(client, address)
    before = everything()
    for data in ({**WAYAN, "step": "confirm"}, {**WAYAN, "full_name": "Tono", "step": "confirm"}, {"step": "check"}):
        answer = client.post(address, data=data)
        assert (answer.status_code, answer.location) == (303, f"/en/my/{budi.token}")
    assert client.get(address).location == f"/en/my/{budi.token}"
    assert everything() == before


def test_whom_no_mail_reaches_gets_the_link_from_who_named_her_until_she_has_her_own(client: FlaskClient) -> None:
    place, budi, address = budi_is_seated()
    check = client.post(address, data=form_of(client, address) | WAYAN | {"email": "", "phone": "081234500002"})
    assert "you will see the link to hand over" in check.text
    wayan = hand_on(client, address, email="", phone="081234500002")
    page = client.get(f"/my/{budi.token}").text
    (link,) = own_links(page)
    assert link.startswith("/en/my/"), "in the language in which she was registered"
    assert "You have a seat" in client.get(link).text
    with clock.stopped_at(db.session.get_one(Session, place.session_id).starts_at):
        assert own_links(client.get(f"/my/{budi.token}").text) == []
    answers = somebody(full_name="I Wayan Sudarma", email="wayan@example.id")
    correct(wayan.id, answers, by=participant(wayan.id))
    assert own_links(client.get(f"/my/{budi.token}").text) == []
    assert client.get(link).status_code == 410


def test_a_substitute_whom_the_office_chose_is_named_and_her_link_is_not_shown(client: FlaskClient) -> None:
    _place, budi, _address = budi_is_seated()
    by_phone = somebody(full_name="I Wayan Sudarma", email="", phone="081234500002")
    substitute(budi.registration_id, by_phone, by=COMMAND_LINE, reason="penugasan")
    page = client.get(f"/en/my/{budi.token}").text
    assert "I Wayan Sudarma comes in your place" in page and "penugasan" in page
    assert own_links(page) == []


def test_what_breaks_a_rule_is_named_beside_its_field_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    _place, _budi, address = budi_is_seated()
    before = everything()
    for step in ("check", "confirm"):
        answer = client.post(
            address, data=form_of(client, address) | WAYAN | {"full_name": "", "email": "wayan@", "step": step}
        )
        assert answer.status_code == 422
        assert "not a complete e-mail address" in answer.text and 'id="full_name-error"' in answer.text
        assert 'value="wayan@"' in answer.text and 'value="Kepala"' in answer.text
    without = {name: value for name, value in (form_of(client, address) | WAYAN).items() if name != "consent"}
    assert 'id="consent-error"' in client.post(address, data={**without, "step": "confirm"}).text
    assert everything() == before


def test_somebody_who_is_registered_already_is_named_beside_the_field(client: FlaskClient) -> None:
    place, budi, address = budi_is_seated()
    registered(place, somebody(email="wayan@example.id"))
    answer = client.post(address, data=form_of(client, address) | WAYAN | {"step": "confirm"})
    assert answer.status_code == 409 and 'id="email-error"' in answer.text
    assert "already holds a registration for this event" in answer.text
    assert row(budi).state is State.SEATED


def test_in_a_role_whose_people_the_office_chooses_the_page_says_whom_to_ask(client: FlaskClient) -> None:
    place, budi, address = budi_is_seated()
    set_way_in(place.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    page = client.get(f"/en/my/{budi.token}").text
    assert address not in page and "the organizer chooses who comes in your place" in page
    assert address not in client.get(f"/en/my/{budi.token}/cancel").text
    for answer in (client.get(address), client.post(address, data={**WAYAN, "step": "confirm"})):
        assert answer.status_code == 409
        assert "the office chooses who comes" in answer.text and f'href="/en/my/{budi.token}"' in answer.text
    assert row(budi).state is State.SEATED


def test_after_the_session_began_nobody_is_named_here_though_the_form_was_open(client: FlaskClient) -> None:
    place, budi, address = budi_is_seated()
    form = form_of(client, address) | WAYAN
    with clock.stopped_at(db.session.get_one(Session, place.session_id).starts_at):
        answer = client.post(address, data=form | {"step": "confirm"})
        assert answer.status_code == 409 and "The session has begun" in answer.text
        assert address not in client.get(f"/en/my/{budi.token}").text
    assert row(budi).state is State.SEATED


def test_a_limit_that_the_substitute_would_go_over_is_said_and_the_seat_stays(client: FlaskClient) -> None:
    place, budi, address = budi_is_seated()
    registered(place, somebody(regency_code="51.02"))
    set_limit(place.role_id, LimitedBy.REGENCY, "51.02", 1, by=COMMAND_LINE)
    form = form_of(client, address) | WAYAN | {"regency_code": "51.02", "step": "confirm"}
    answer = client.post(address, data=form)
    assert answer.status_code == 409 and "A limit inside this role is reached" in answer.text
    assert f'href="/en/my/{budi.token}"' in answer.text
    assert row(budi).state is State.SEATED


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_pages_speak_both_languages_are_kept_nowhere_and_set_no_cookie(client: FlaskClient, language: str) -> None:
    _place, budi, _address = budi_is_seated()
    address = f"{language}/my/{budi.token}/substitute"
    form = form_of(client, address) | WAYAN
    for answer in (client.get(address), client.post(address, data=form)):
        assert answer.status_code == 200 and f'<html lang="{"en" if language else "id"}">' in answer.text
        assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in answer.headers and "csrf_token" not in answer.text
        other = "" if language else "/en"
        assert f'formaction="{other}/my/{budi.token}/substitute"' in answer.text, "the switch keeps what was typed"


def test_hostile_names_are_text_on_every_page(client: FlaskClient) -> None:
    name = "<script>alert(1)</script> \" onload='x'"
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    budi = registered(place, replace(BUDI, full_name=name))
    address = f"/my/{budi.token}/substitute"
    check = client.post(address, data=form_of(client, address) | WAYAN | {"full_name": name})
    wayan = hand_on(client, address, full_name=name, email="", phone="081234500002")
    (link,) = own_links(client.get(f"/my/{budi.token}").text)
    assert wayan.person.full_name == name
    for page in (check.text, client.get(address, follow_redirects=True).text, client.get(link).text):
        assert "<script>alert" not in page and " onload='x'" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("junk", [b"\x00", b"\xed\xa0\xbd", b"a" * 100_000, "\u202e".encode(), b"[]", b"\xff"])
def test_anything_may_be_sent_and_is_answered(client: FlaskClient, junk: bytes) -> None:
    _place, budi, address = budi_is_seated()
    fields = form_of(client, address) | WAYAN | {"step": "confirm"}
    assert client.post(address, data={}).status_code == 422
    for value in (junk, b"B" + junk):
        sent = b"&".join(name.encode() + b"=" + quote_from_bytes(value).encode() for name in fields)
        answer = client.post(address, data=sent, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 422
    for step in ("accept", "decline"):
        assert client.post(f"/my/{budi.token}/{step}", data={"step": junk[:400]}).status_code in (303, 409)
    assert row(budi).state is State.SEATED
