"""Sari words the mails of an edition by its pages, without a script; nobody else can, and looking changes nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import made, sari, sign_in
from tests.commands.kept import entries
from tests.commands.test_change_letter import OWN
from tests.doors.browsing import everything, form_of, post, shown
from tests.queries import counted
from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import LetterText
from tpbis_events.outbox.placeholders import OF_KIND
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes.change_letter import change_letter

TYPED = {
    "subject_id": "Kursi {nama}",
    "subject_en": "A seat for {name}",
    "text_id": "Selamat, {nama}!\r\n\r\n- laptop\r\n- {nomor}",
    "text_en": "Welcome, {name}!\r\n\r\n- a laptop\r\n- {reference}",
}


def pages(place: Place, kind: str = "confirmation") -> str:
    return f"/en/office/events/{place.event_slug}/letters/{kind}"


@pytest.fixture
def place(app: Flask) -> Place:
    return an_event(roles={"stakeholder": 9})["51", "stakeholder"]


@pytest.fixture
def office(client: FlaskClient) -> FlaskClient:
    return sign_in(client, sari())


def test_sari_words_a_mail_and_sets_it_back(office: FlaskClient, place: Place) -> None:
    form = form_of(office, pages(place))
    assert form["subject_en"] == "Your seat is confirmed: {session}, {event}"
    assert (
        form["subject_id"] == "Kursi Anda sudah pasti: {pertemuan}, {kegiatan}" or "{pertemuan}" in form["subject_id"]
    )
    answer = post(office, pages(place), **{**form, **TYPED})
    assert (answer.status_code, answer.location) == (303, pages(place))
    page = office.get(pages(place)).text
    assert "Own words" in page and "Version 1" in page and "Sari" in page
    assert form_of(office, pages(place))["text_en"] == "Welcome, {name}!\n\n- a laptop\n- {reference}"
    index = shown(office.get(f"/en/office/events/{place.event_slug}/letters").text)
    assert "Confirmation Somebody registers and has a seat, or accepts an offer Own words" in index
    assert post(office, f"{pages(place)}/reset", version="1").status_code == 303
    assert form_of(office, pages(place))["subject_en"] == form["subject_en"]
    assert [entry.after["own"] for entry in entries("letter.changed") if entry.after] == [True, False]


def test_a_wrong_text_is_refused_beside_its_field_with_everything_still_there(
    office: FlaskClient, place: Place
) -> None:
    wrong = {**TYPED, "text_en": "Dear {nobody} <b>x</b>", "subject_id": "", "text_id": "satu { dua"}
    answer = post(office, pages(place), **form_of(office, pages(place)) | wrong)
    words = unescape(shown(answer.text))
    assert answer.status_code == 422 and db.session.query(LetterText).count() == 0
    assert "This letter does not know {nobody}. It knows: {name}, {event}, {session}" in words
    assert "Please fill this in." in words and "A brace stands alone." in words
    assert 'aria-invalid="true"' in answer.text and "&lt;b&gt;x&lt;/b&gt;" in answer.text
    assert "satu { dua" in answer.text and "A seat for {name}" in answer.text


def test_of_two_who_edit_at_once_the_second_sees_what_the_first_saved(office: FlaskClient, place: Place) -> None:
    form = form_of(office, pages(place))
    assert post(office, pages(place), **{**form, **TYPED}).status_code == 303
    answer = post(office, pages(place), **{**form, **TYPED, "subject_en": "Mine"})
    assert answer.status_code == 409
    assert "Somebody else has changed these words meanwhile" in answer.text
    assert "A seat for {name}" in answer.text and 'value="Mine"' in answer.text
    again = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert again and post(office, pages(place), **{**form, **TYPED, "subject_en": "Mine", "version": again[1]}).location
    assert form_of(office, pages(place))["subject_en"] == "Mine"


def test_looking_saves_and_sends_nothing_and_shows_no_link_or_ticket(office: FlaskClient, place: Place) -> None:
    budi = registered(place, somebody(full_name='Budi <b>"Santoso"</b>', language="en"))
    form = form_of(office, pages(place)) | TYPED | {"reference": budi.reference}
    before = everything()
    answer = post(office, f"{pages(place)}/look", **form)
    assert everything() == before
    frames = [unescape(each) for each in re.findall(r'srcdoc="([^"]*)"', answer.text)]
    assert len(frames) == 2 and "Selamat, Budi &lt;b&gt;" in frames[0] and "Welcome, Budi &lt;b&gt;" in frames[1]
    words = unescape(answer.text)
    assert "/my/" not in words and "<b>" not in frames[1]
    assert "Event: " in words and "only the recipient sees it" in words
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert "frame-ancestors 'self'" in policy


def test_looking_names_what_is_wrong_and_whom_it_does_not_find(office: FlaskClient, place: Place) -> None:
    elsewhere = registered(an_event(provinces=("12",))["12", "stakeholder"], somebody(full_name="Orang Lain"))
    form = form_of(office, pages(place)) | {"text_en": "{x} {{ 7*7 }}", "reference": elsewhere.reference}
    words = unescape(post(office, f"{pages(place)}/look", **form).text)
    assert "This letter does not know {x}, { 7*7 }" in words and "49" not in words
    assert f"No registration of this event has the number {elsewhere.reference}" in words and "Orang Lain" not in words


@pytest.mark.parametrize("kind", OF_KIND)
def test_every_kind_can_be_opened_and_looked_at(office: FlaskClient, place: Place, kind: str) -> None:
    for address in (pages(place, kind), f"{pages(place, kind)}/look"):
        assert office.get(address).status_code == 200
    registered(place)
    assert office.get(f"{pages(place, kind)}/look").status_code == 200


def test_who_may_not_change_letters_and_who_forges_a_form_change_nothing(app: Flask, place: Place) -> None:
    office = sign_in(app.test_client(), sari())
    before = everything()
    assert office.post(pages(place), data=TYPED).status_code == 400, "without a token"
    for account, status in (
        (made(), 403),
        (an_account("Jaka", Right.AUDITOR), 403),
        (an_account("Umi", Right.PIC, "12"), 404),
    ):
        client = sign_in(app.test_client(), account)
        for address in (pages(place), f"{pages(place)}/look", f"{pages(place)}/reset"):
            assert post(client, address, **TYPED, version="0").status_code == status
        assert client.get(f"/en/office/events/{place.event_slug}/letters").status_code == status
    assert everything()["letter_texts"] == before["letter_texts"] == []


def test_links_account_mails_and_unknown_kinds_have_no_such_page(office: FlaskClient, place: Place) -> None:
    for kind in ("links", "account_link", "note", "nonsense"):
        assert office.get(pages(place, kind)).status_code == 404
    assert office.get("/en/office/events/nonsense/letters").status_code == 404


def test_the_pages_ask_the_same_however_much_there_is(office: FlaskClient, place: Place) -> None:
    def asked() -> list[int]:
        numbers = []
        for address in (f"/office/events/{place.event_slug}/letters", pages(place), f"{pages(place)}/look"):
            with counted() as statements:
                assert office.get(address).status_code == 200
            numbers.append(len(statements))
        return numbers

    registered(place)
    change_letter(place.event_id, "confirmation", OWN, by=COMMAND_LINE)
    few = asked()
    for number in range(3):
        registered(place)
        change_letter(place.event_id, "waiting", OWN, by=COMMAND_LINE) if not number else None
    assert asked() == few
