"""Registering through the page: asked, read back, confirmed; every odd input gets a clear answer."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.builders import Place, an_event, registered
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Origin, Role, Session
from tpbis_events.registrations import rules
from tpbis_events.registrations.model import FormKey, Registration, State
from tpbis_events.web.registration_form import PROBLEMS

KEY = "k" * 32
BUDI = {
    "full_name": "Budi Santoso",
    "email": "budi@example.id",
    "phone": "081234567890",
    "institution": "Perpustakaan Desa Sukamaju",
    "position": "Pustakawan",
    "employment": "community",
    "consent": "y",
    "form_key": KEY,
}


def path_of(place: Place) -> str:
    return f"/en/events/{place.event_slug}/sessions/{place.session_slug}/register/{place.role_slug}"


def send(client: FlaskClient, place: Place, step: str, **changes: Any) -> TestResponse:
    answers = {name: value for name, value in {**BUDI, "step": step, **changes}.items() if value is not None}
    return client.post(path_of(place), data=answers)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def hidden(html: str) -> dict[str, str]:
    """The answers that a page carries on, as a browser would send them back."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in fields}


def how_many(table: Any = Registration) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def place(app: Flask) -> Place:
    return an_event()["51", "stakeholder"]


def test_the_form_asks_with_a_key_of_its_own_each_time(client: FlaskClient, place: Place) -> None:
    keys = [re.search(r'name="form_key" value="([\w-]{32})"', client.get(path_of(place)).text) for _time in range(2)]
    assert keys[0] and keys[1] and keys[0][1] != keys[1][1]


def test_looking_at_the_form_and_reading_answers_over_writes_nothing(client: FlaskClient, place: Place) -> None:
    with counted() as statements:
        client.get(path_of(place))
        client.head(path_of(place))
        send(client, place, "check")
        send(client, place, "edit")
    assert {statement.split()[0] for statement in statements} == {"SELECT"}
    assert how_many() == how_many(FormKey) == 0


def test_budi_reads_his_answers_over_and_gets_a_seat(client: FlaskClient, place: Place) -> None:
    read_over = send(client, place, "check", full_name="  Budi   Santoso ", phone="0812-3456-7890")
    assert read_over.status_code == 200
    text = words(read_over.text)
    assert "Full name Budi Santoso" in text and "+6281234567890" in text and "Province Bali" in text
    assert "A seat is free now" in text
    answer = client.post(path_of(place), data={**hidden(read_over.text), "step": "confirm"})
    assert answer.status_code == 303
    registration = db.session.scalars(select(Registration)).one()
    assert registration.state is State.SEATED
    assert re.fullmatch(r"/en/my/[\w.-]+/done", answer.headers["Location"])
    assert (registration.person.phone, registration.person.language) == ("+6281234567890", "en")


def test_a_form_sent_twice_is_one_registration_and_answers_the_same(client: FlaskClient, place: Place) -> None:
    first, second = send(client, place, "confirm"), send(client, place, "confirm")
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert how_many() == 1


def test_the_same_form_sent_with_other_answers_is_told_that_it_was_used(client: FlaskClient, place: Place) -> None:
    send(client, place, "confirm")
    answer = send(client, place, "confirm", full_name="Budi Santoso, S.IP.")
    assert answer.status_code == 409
    assert "This form was used before" in answer.text and "begin a new form" in answer.text
    assert db.session.scalars(select(Person.full_name)).all() == ["Budi Santoso"]


def test_who_finds_all_seats_taken_is_told_her_place_before_she_joins_the_waiting_list(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})["51", "village"]
    registered(place)
    registered(place)
    assert "1 person is waiting" in words(client.get(path_of(place)).text)
    read_over = send(client, place, "check")
    assert "place 2 on the waiting list" in words(read_over.text)
    send(client, place, "confirm")
    assert db.session.scalars(select(Registration).order_by(Registration.id.desc())).first().state is State.WAITING  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"full_name": ""}, "full_name", "Enter your full name."),
        ({"full_name": "   "}, "full_name", "Enter your full name."),
        ({"full_name": None}, "full_name", "Enter your full name."),
        ({"full_name": "A" * 10_000}, "full_name", "This is too long"),
        ({"full_name": "Budi\x00Santoso"}, "full_name", "invisible characters"),
        ({"full_name": "Budi \u202eosotnaS"}, "full_name", "turn the direction of text"),
        ({"full_name": "Budi 🎉"}, "full_name", "leave out pictures"),
        ({"full_name": "12345"}, "full_name", "A name needs letters."),
        ({"institution": "Desa\x07"}, "institution", "invisible characters"),
        ({"position": "P" * 201}, "position", "This is too long"),
        ({"support_needed": "x" * 1001}, "support_needed", "at most 1,000 characters"),
        ({"email": "budi@", "phone": ""}, "email", "not a complete e-mail address"),
        ({"email": "budi@example.id\r\nBcc: all@example.id"}, "email", "not a complete e-mail address"),
        ({"email": f"{'b' * 300}@example.id"}, "email", "not a complete e-mail address"),
        ({"email": "", "phone": ""}, "email", "Give an e-mail address or a phone number"),
        ({"phone": "0812"}, "phone", "phone number is not complete"),
        ({"phone": "\x00" * 50}, "phone", "phone number is not complete"),
        ({"employment": ""}, "employment", "Choose your employment status."),
        ({"employment": "minister"}, "employment", "not in the list"),
        ({"employment": "pns"}, "nip", "Enter your NIP"),
        ({"employment": "pns", "nip": "123"}, "nip", "18 digits"),
        ({"employment": "pns", "nip": "199913322010011001"}, "nip", "date of birth"),
        ({"employment": "community", "nip": "198508172010012003"}, "nip", "only for civil servants"),
        ({"regency_code": "99.99"}, "regency_code", "not in the list"),
        ({"regency_code": "12.71"}, "regency_code", "not in the chosen province"),
        ({"consent": None}, "consent", "We need your consent"),
    ],
)
def test_what_breaks_a_rule_is_said_beside_its_field_and_above_the_form(
    client: FlaskClient, place: Place, changes: dict[str, Any], field: str, message: str
) -> None:
    for step in ("check", "confirm"):
        answer = send(client, place, step, **changes)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        summary = answer.text.split('class="error-summary"')[1].split("</ul>")[0]
        assert f'href="#{field}' in summary
        assert message in words(summary)
    assert how_many() == 0


def test_a_refused_form_keeps_everything_that_was_typed(client: FlaskClient, place: Place) -> None:
    long_name = "Siti " * 2_000
    answer = send(client, place, "check", full_name=long_name, support_needed="<b>kursi roda</b>", regency_code="51.71")
    assert answer.status_code == 422
    assert long_name in answer.text
    assert "&lt;b&gt;kursi roda&lt;/b&gt;" in answer.text and "<b>kursi roda" not in answer.text
    assert re.search(r'<option selected value="51\.71">', answer.text)
    assert 'value="budi@example.id"' in answer.text and f'name="form_key" value="{KEY}"' in answer.text
    assert re.search(r'<input checked[^>]+value="community"', answer.text)


def test_the_other_language_shows_the_same_form_with_what_was_typed_and_judges_nothing(
    client: FlaskClient, place: Place
) -> None:
    form = client.get(path_of(place)).text
    target = path_of(place).removeprefix("/en")
    switch = re.search(r'<button class="language__switch"[^>]+>', form)
    assert switch and f'formaction="{target}"' in switch[0] and 'form="register"' in switch[0]
    answer = client.post(target, data={**BUDI, "full_name": "", "institution": "Desa Sukamaju", "step": "edit"})
    assert answer.status_code == 200
    assert '<html lang="id">' in answer.text and 'value="Desa Sukamaju"' in answer.text
    assert "error-summary" not in answer.text


def test_enter_in_a_field_sends_the_form_and_does_not_switch_the_language(client: FlaskClient, place: Place) -> None:
    buttons = re.findall(r"<button[^>]+>", client.get(path_of(place)).text)
    first = next(button for button in buttons if 'form="register"' in button)
    assert 'value="check"' in first


def test_lists_files_and_unknown_fields_are_no_fault(client: FlaskClient, place: Place) -> None:
    twice = {**BUDI, "step": ["check", "confirm"], "full_name": ["Budi Santoso", "Orang Lain"], "is_admin": "1"}
    assert client.post(path_of(place), data=twice).status_code == 200
    empty = client.post(path_of(place), data={})
    assert empty.status_code == 422
    json = client.post(path_of(place), json={"full_name": ["x"]})
    assert json.status_code == 422
    assert client.post(path_of(place), data=b"\xff\xfe=\xff", content_type="text/plain").status_code == 422
    assert how_many() == 0


def test_a_body_of_three_megabytes_is_refused_as_too_large(client: FlaskClient, place: Place) -> None:
    answer = send(client, place, "check", support_needed="x" * 3_000_000)
    assert answer.status_code == 413
    assert "too large" in words(answer.text)


@pytest.mark.parametrize("key", [None, "", "short", "k" * 65, "k" * 20 + "\n", "schlüssel-schlüssel", "a b" * 8])
def test_a_missing_or_odd_key_leads_to_reading_over_once_more_with_a_new_one(
    client: FlaskClient, place: Place, key: str | None
) -> None:
    answer = send(client, place, "confirm", form_key=key)
    assert answer.status_code == 200
    assert "Nothing was registered and nothing you typed was lost" in words(answer.text)
    assert how_many() == 0
    again = client.post(path_of(place), data={**hidden(answer.text), "step": "confirm"})
    assert again.status_code == 303
    assert how_many() == 1


@pytest.mark.parametrize(("changes", "field"), [({"phone": ""}, "email"), ({"email": ""}, "phone")])
def test_an_address_that_holds_a_registration_is_refused_beside_it_and_may_be_shared_with_colleagues(
    client: FlaskClient, place: Place, changes: dict[str, str], field: str
) -> None:
    send(client, place, "confirm", shared_address="y", **changes)
    wayan = {**changes, "full_name": "Wayan Sudarma", "form_key": "w" * 32}
    assert send(client, place, "confirm", **wayan, shared_address="y").status_code == 303
    made = {**changes, "full_name": "Budi Santoso", "form_key": "m" * 32, "shared_address": "y"}
    answer = send(client, place, "confirm", **made)
    assert answer.status_code == 409
    assert f'id="{field}-error"' in answer.text and "tick the box below" in words(answer.text)
    assert 'value="Budi Santoso"' in answer.text
    assert how_many() == 2


def test_who_is_still_typing_when_registration_closes_is_told_so_and_what_can_be_done(
    client: FlaskClient, place: Place
) -> None:
    with clock.stopped_at(clock.now() + timedelta(days=29, hours=23)):
        assert client.get(path_of(place)).status_code == 200
    with clock.stopped_at(clock.now() + timedelta(days=31)):
        for step in ("check", "confirm", "edit"):
            answer = send(client, place, step)
            assert answer.status_code == 409
            assert "What you sent was not stored" in words(answer.text)
        looked = client.get(path_of(place))
        assert looked.status_code == 200
        assert "<form" not in looked.text
    assert how_many() == 0


def test_a_session_that_closes_between_reading_over_and_confirming_refuses_by_the_command(
    client: FlaskClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tpbis_events.web.public import steps

    monkeypatch.setattr(steps, "_bar", lambda _way: None)  # the page looked just before the closing
    with clock.stopped_at(clock.now() + timedelta(days=31)):
        answer = send(client, place, "confirm")
    assert answer.status_code == 409
    assert how_many() == 0


def test_a_form_sent_again_after_closing_is_answered_by_what_it_made(client: FlaskClient, place: Place) -> None:
    first = send(client, place, "confirm")
    with clock.stopped_at(clock.now() + timedelta(days=31)):
        again = send(client, place, "confirm")
        with_mistakes = send(client, place, "confirm", full_name="")
    assert (again.status_code, again.location) == (303, first.location)
    assert with_mistakes.status_code == 409
    assert "What you sent was not stored" in words(with_mistakes.text)
    assert how_many() == 1


def test_before_the_opening_the_form_names_the_moment_in_the_sessions_zone(client: FlaskClient, place: Place) -> None:
    with clock.stopped_at(clock.now() - timedelta(days=20)):
        answer = client.get(path_of(place))
    assert answer.status_code == 200
    assert re.search(r"It opens on \w+, \d+ \w+ \d{4}, \d\d:\d\d WITA\.", words(answer.text))


def test_an_official_from_abroad_is_asked_for_her_country_and_her_own_script_and_no_nip(client: FlaskClient) -> None:
    place = an_event(roles={"delegate": 1}, origin=Origin.INTERNATIONAL)["51", "delegate"]
    form = client.get(path_of(place)).text
    assert 'name="nip"' not in form and 'name="employment"' not in form and 'name="regency_code"' not in form
    groups = re.findall(r'<optgroup label="([^"]+)">', form)
    assert groups == ["Members of the Colombo Plan", "Other countries"]
    assert form.index(">Laos<" if ">Laos<" in form else 'value="LA"') < form.index('value="DE"')
    answer = send(
        client, place, "check", country_code="LA", own_script_name="ບຸນມີ", employment=None, phone="+856 20 55 123 456"
    )
    assert answer.status_code == 200
    assert "ບຸນມີ" in answer.text and "Country" in words(answer.text)
    client.post(path_of(place), data={**hidden(answer.text), "step": "confirm"})
    person = db.session.scalars(select(Person)).one()
    assert (person.country_code, person.own_script_name, person.nip) == ("LA", "ບຸນມີ", None)


def test_a_session_of_no_province_asks_for_it_and_offers_every_regency(client: FlaskClient, place: Place) -> None:
    with transaction():
        db.session.get_one(Session, place.session_id).province_code = None
        db.session.get_one(Role, place.role_id).regency_required = True
    assert client.get(path_of(place)).text.count("<optgroup") == 38
    assert send(client, place, "check").status_code == 422
    answer = send(client, place, "check", province_code="12", regency_code="12.71")
    assert answer.status_code == 200
    assert "Province North Sumatra" in words(answer.text)


def test_a_civil_servants_number_is_kept_encrypted(client: FlaskClient, place: Place) -> None:
    nip = "198508172010012003"
    answer = send(client, place, "confirm", employment="pns", nip="19850817 201001 2 003")
    assert answer.status_code == 303
    assert db.session.scalars(select(Person.nip)).one() == nip
    raw = db.session.connection().exec_driver_sql("SELECT nip FROM persons").scalar_one()
    assert nip.encode() not in bytes(raw)


def test_every_code_that_the_rules_can_answer_has_its_words() -> None:
    source = Path(rules.__file__).read_text()
    codes = set(re.findall(r'"((?:text|name|email|phone|contact|choice|regency|nip|consent)\.[a-z_]+)"', source))
    assert len(codes) > 12
    assert codes <= set(PROBLEMS)
