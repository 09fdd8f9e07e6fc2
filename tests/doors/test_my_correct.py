"""Correcting one's answers on one's own page."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote_from_bytes

import pytest
from flask.testing import FlaskClient

from tests.builders import BUDI, an_event, registered, somebody
from tests.doors.browsing import CIVIL_SERVANT, PAGES, everything, form_of, row


def test_the_form_shows_the_answers_and_sending_it_unchanged_changes_nothing(client: FlaskClient) -> None:
    everything_told = replace(CIVIL_SERVANT, own_script_name="ᬩᬸᬤᬶ", regency_code="51.01", support_needed="Kursi roda")
    budi = registered(an_event()["51", "stakeholder"], everything_told)
    address = f"/en/my/{budi.token}/correct"
    form = form_of(client, address)
    told = {name: getattr(everything_told, name) for name in ("full_name", "own_script_name", "email", "regency_code")}
    assert {name: form[name] for name in told} == told
    assert (form["employment"], form["nip"], form["support_needed"]) == ("pns", "", "Kursi roda")
    assert "consent" not in form
    before = everything()
    answer = client.post(address, data=form)
    assert (answer.status_code, answer.location) == (303, f"/en/my/{budi.token}?saved=nothing")
    assert "Nothing was changed" in client.get(answer.location).text
    assert everything() == before
    assert row(budi).person.nip == "198501152010012003"


def test_corrected_answers_are_shown_and_the_nip_is_kept_or_dropped_as_the_employment_says(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], CIVIL_SERVANT)
    address = f"/en/my/{budi.token}/correct"
    answer = client.post(address, data=form_of(client, address) | {"full_name": "Budi Santosa", "employment": "pppk"})
    assert answer.location == f"/en/my/{budi.token}?saved=answers"
    page = client.get(answer.location).text
    assert "Your answers are corrected" in page and "Budi Santosa" in page and "…2003" in page
    client.post(address, data=form_of(client, address) | {"employment": "community"})
    assert row(budi).person.nip is None
    client.post(address, data=form_of(client, address) | {"employment": "pns", "nip": "19900228 202221 1 007"})
    assert row(budi).person.nip == "199002282022211007"
    assert row(budi).person.language == "id"


def test_what_breaks_a_rule_is_named_beside_its_field_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    address = f"/en/my/{budi.token}/correct"
    before = everything()
    answer = client.post(
        address, data=form_of(client, address) | {"email": "budi@", "full_name": "", "position": "Kepala <b>"}
    )
    assert answer.status_code == 422
    assert "Enter your full name." in answer.text and "not a complete e-mail address" in answer.text
    assert 'value="budi@"' in answer.text and 'value="Kepala &lt;b&gt;"' in answer.text
    assert 'id="email-error"' in answer.text and 'aria-invalid="true"' in answer.text
    assert everything() == before


def test_switching_the_language_over_the_form_keeps_what_was_typed_and_saves_nothing(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    typed = form_of(client, f"/my/{budi.token}/correct") | {"full_name": "Budi Baru", "email": "budi@", "step": "edit"}
    before = everything()
    answer = client.post(f"/en/my/{budi.token}/correct", data=typed)
    assert answer.status_code == 200
    assert (
        'value="Budi Baru"' in answer.text
        and 'value="budi@"' in answer.text
        and "There is a problem" not in answer.text
    )
    assert f'formaction="/my/{budi.token}/correct"' in answer.text
    assert everything() == before


def test_another_address_leads_to_the_new_link_and_the_old_one_says_so(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    address = f"/en/my/{budi.token}/correct"
    answer = client.post(address, data=form_of(client, address) | {"email": "baru@example.id"})
    assert answer.status_code == 303 and answer.location.endswith("?saved=link") and budi.token not in answer.location
    page = client.get(answer.location).text
    assert "this is your new link" in page and "baru@example.id" in page
    for old in PAGES:
        refused = client.get(f"/en/my/{budi.token}{old}")
        assert refused.status_code == 410
        assert "A newer link has taken the place of this one" in refused.text and "baru@" not in refused.text
    for act in ("/correct", "/cancel", "/certificate"):
        assert client.post(f"/my/{budi.token}{act}").status_code == 410


def test_an_address_that_is_registered_already_is_named_beside_its_field(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    registered(place, BUDI)
    tono = registered(place, somebody())
    address = f"/en/my/{tono.token}/correct"
    for field, value in (("email", "budi@example.id"), ("phone", "+6281234567890")):
        answer = client.post(address, data=form_of(client, address) | {field: value})
        assert answer.status_code == 422
        assert "already holds a registration for this event" in answer.text and f'id="{field}-error"' in answer.text
        assert f'value="{value}"' in answer.text
    assert row(tono).person.phone is None


@pytest.mark.parametrize("junk", [b"\x00", b"\xed\xa0\xbd", b"a" * 100_000, "\u202e".encode(), b"[]", b"\xff"])
def test_anything_may_be_sent_and_is_answered(client: FlaskClient, junk: bytes) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    address = f"/my/{budi.token}/correct"
    fields = form_of(client, address)
    assert client.post(address, data={}).status_code == 422
    for value in (junk, b"B" + junk):
        sent = b"&".join(name.encode() + b"=" + quote_from_bytes(value).encode() for name in fields)
        answer = client.post(address, data=sent, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 422
    cancelled = client.post(f"/my/{budi.token}/cancel", data={"reason": junk[:400]})
    assert cancelled.status_code == 303
