"""The office registers somebody: the same questions and rules, also before the opening and after the closing."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Place, an_event, registered, somebody
from tests.cast import BALI, made, sign_in
from tests.commands.kept import mails, taken
from tests.doors.browsing import everything, post, shown
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Event, Origin, Session, WayIn
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.change_ways import set_way_in
from tpbis_events.registrations.model import Registration, State

KEY = "kunci-formulir-0123456789"
WAYAN = {
    "full_name": "Ni Luh Wayan",
    "email": "",
    "phone": "081234500021",
    "institution": "Desa Sukamaju",
    "position": "Kepala desa",
    "employment": "village-official",
    "language": "id",
    "consent": "y",
    "form_key": KEY,
}


def form_at(place: Place) -> str:
    return f"/office/events/{place.event_slug}/sessions/{place.session_slug}/register/{place.role_slug}"


def people() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Registration).order_by(Registration.id)))


def test_somebody_who_called_is_registered_and_her_page_opens(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    sign_in(client, made())
    page = client.get(form_at(place)).text
    assert re.search(r'name="form_key" value="[A-Za-z0-9_-]{16,64}"', page) and 'autocomplete="name"' not in page
    done = post(client, "/en" + form_at(place), **WAYAN)
    (wayan,) = people()
    assert (done.status_code, done.location) == (303, f"/en/office/registrations/{wayan.reference}")
    assert wayan.state is State.SEATED and wayan.person.phone == "+6281234500021" and wayan.person.language == "id"
    assert "Ni Luh Wayan is registered and has a seat." in shown(client.get(done.location).text)
    second = post(client, "/en" + form_at(place), **{**WAYAN, "phone": "081234500022", "form_key": KEY + "2"})
    assert "is number 1 on the waiting list" in shown(client.get(second.location).text)
    assert taken(place) == 1


def test_a_form_that_is_sent_twice_registers_once_and_with_other_answers_it_asks_again(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    sign_in(client, made())
    first = post(client, form_at(place), **WAYAN)
    again = post(client, form_at(place), **WAYAN)
    assert again.location == first.location and len(people()) == 1
    other = {**WAYAN, "full_name": "I Made Rai", "phone": "081234500023"}
    changed = post(client, "/en" + form_at(place), **other)
    assert changed.status_code == 409 and "sent before with other answers" in changed.text
    assert "I Made Rai" in changed.text and len(people()) == 1
    new_key = re.search(r'name="form_key" value="([^"]+)"', changed.text)
    assert new_key and new_key.group(1) != KEY
    assert post(client, form_at(place), **{**other, "form_key": new_key.group(1)}).status_code == 303
    assert len(people()) == 2


def test_wrong_answers_stand_beside_their_fields_in_words_about_her(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    sign_in(client, made())
    before = everything()
    wrong = {**WAYAN, "full_name": "", "phone": "12", "institution": "", "consent": ""}
    page = post(client, "/en" + form_at(place), **wrong)
    assert page.status_code == 422
    words = shown(page.text)
    assert "Enter the full name." in words and "Enter the institution or community." in words and "Ask first." in words
    assert "your" not in words.split("There is a problem")[1].split("Register somebody")[0].lower()
    assert 'value="12"' in page.text and "Kepala desa" in page.text
    assert everything() == before


def test_an_address_that_is_in_use_is_said_beside_it(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    registered(place, somebody(email="sudah@example.id"))
    sign_in(client, made())
    page = post(client, "/en" + form_at(place), **{**WAYAN, "email": "sudah@example.id"})
    assert page.status_code == 409 and 'id="email-error"' in page.text and "search the roster for it" in page.text
    shared = {**WAYAN, "email": "sudah@example.id", "shared_address": "y", "form_key": KEY + "3"}
    assert post(client, form_at(place), **shared).status_code == 303


def test_the_office_registers_before_the_opening_and_until_the_session_is_over(app_on_each: Flask) -> None:
    place = an_event(roles={"village": 9}, closes_at=clock.now() + timedelta(days=1))[BALI, "village"]
    with transaction():
        db.session.get_one(Event, place.event_id).registration_opens_at = clock.now() + timedelta(hours=20)
    ends = db.session.get_one(Session, place.session_id).ends_at
    account = made()
    for number, at in enumerate((clock.now(), clock.now() + timedelta(days=2), ends - timedelta(minutes=1))):
        with clock.stopped_at(at):
            client = sign_in(app_on_each.test_client(), account)
            answers = {**WAYAN, "phone": f"08123450003{number}", "form_key": f"{KEY}{number}"}
            assert client.get(form_at(place)).status_code == 200
            assert post(client, form_at(place), **answers).status_code == 303
    with clock.stopped_at(ends):
        client = sign_in(app_on_each.test_client(), account)
        page = client.get("/en" + form_at(place))
        assert "The session is over" in page.text and 'name="full_name"' not in page.text
        assert post(client, form_at(place), **{**WAYAN, "form_key": KEY + "9"}).status_code == 409
    assert len(people()) == 3


def test_nobody_is_registered_for_a_cancelled_session(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    cancel_session(place.session_id, reason="banjir", by=COMMAND_LINE)
    sign_in(client, made())
    assert "This session was cancelled" in client.get("/en" + form_at(place)).text
    assert post(client, form_at(place), **WAYAN).status_code == 409
    assert people() == []


def test_the_office_decides_by_entering_whatever_the_way_in(client: FlaskClient) -> None:
    place = an_event(roles={"village": 3})[BALI, "village"]
    sign_in(client, made())
    for number, way in enumerate((WayIn.APPROVAL, WayIn.INVITATION, WayIn.NOMINATION)):
        set_way_in(place.role_id, way, by=COMMAND_LINE)
        answers = {**WAYAN, "phone": f"08123450004{number}", "form_key": f"{KEY}{number}"}
        assert post(client, form_at(place), **answers).status_code == 303
    assert [each.state for each in people()] == [State.SEATED] * 3


def test_a_guest_from_another_country_is_written_to_in_english_unless_chosen_otherwise(client: FlaskClient) -> None:
    place = an_event(origin=Origin.INTERNATIONAL)[BALI, "village"]
    sign_in(client, made())
    page = client.get(form_at(place)).text
    assert re.search(r'<input checked[^>]*name="language"[^>]*value="en"', page)
    assert 'name="country_code"' in page and 'name="nip"' not in page
    guest = {**WAYAN, "email": "guest@example.org", "phone": "", "country_code": "LA", "language": "en"}
    assert post(client, form_at(place), **guest).status_code == 303
    assert [(mail.recipient, mail.language) for mail in mails("confirmation")] == [("guest@example.org", "en")]


def test_made_registers_nobody_in_another_province(client: FlaskClient) -> None:
    place = an_event(provinces=("12",))["12", "village"]
    sign_in(client, made())
    assert client.get(form_at(place)).status_code == 404
    assert post(client, form_at(place), **WAYAN).status_code == 404
    assert people() == []


def test_who_has_no_e_mail_address_is_found_in_the_roster_with_the_number_to_call(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    by_mail = registered(place)
    sign_in(client, made())
    post(client, form_at(place), **WAYAN)
    wayan = people()[1]
    roster = f"/office/events/{place.event_slug}/sessions/{place.session_slug}"
    page = client.get(f"{roster}?no_email=1").text
    assert wayan.reference in page and by_mail.reference not in page
    assert 'href="tel:+6281234500021"' in page and "checked" in page
    assert wayan.reference not in client.get(f"{roster}?no_email=1&state=seated").text
    assert wayan.reference in client.get(f"{roster}?no_email=1&state=waiting").text
