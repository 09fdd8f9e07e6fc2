"""Messages in the office: from the roster to the draft, its preview and test, its schedule, and how far it is."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, made, sari, sign_in
from tests.doors.browsing import everything, form_of, post, row, shown
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.messages.model import Message, MessageState
from tpbis_events.messages.run_messages import run_messages
from tpbis_events.messages.want import address_of
from tpbis_events.outbox.model import Mail
from tpbis_events.people.model import Right
from tpbis_events.places.zones import in_zone

WORDS = {
    "subject_id": "Bawa laptop, {nama}",
    "text_id": "Baris satu.\n\nBuka {tautan}",
    "subject_en": "Bring a laptop, {name}",
    "text_en": "Line one.\n\nOpen {link}",
}


def messages(place: Place) -> str:
    return f"/en/office/events/{place.event_slug}/messages"


def written(client: FlaskClient, place: Place, query: str = "", **changes: str) -> str:
    """The address of the draft that was written by the form."""
    form = form_of(client, f"{messages(place)}/new?{query}")
    answer = client.post(messages(place), data={**form, **WORDS, **changes})
    assert answer.status_code == 303, shown(answer.text)
    return str(answer.location)


def state(address: str) -> MessageState:
    db.session.rollback()
    return db.session.get_one(Message, int(address.rsplit("/", 1)[1])).state


def test_from_the_roster_to_a_draft_that_shows_whom_it_reaches_and_how_it_looks(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    seated = registered(place, somebody(full_name="Budi Santoso", email="budi@example.id"))
    waits = registered(place, somebody(email="", phone="081234567893"))
    sign_in(client, made())
    roster = f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}?state=seated"
    link = re.search(r'href="([^"]+/messages/new[^"]+)"', client.get(roster).text)
    assert link
    form = client.get(link.group(1).replace("&amp;", "&")).text
    assert "To 1 person as things stand" in form and "{name}" in form and "{link}" in form
    draft = written(client, place, f"session={place.session_slug}&state=seated")
    page = client.get(draft).text
    assert "Budi Santoso" in page and row(waits).person.full_name not in page
    assert "bu…@example.id" in page and "budi@example.id" not in page
    assert "Bawa laptop, Budi Santoso" in page and "Bring a laptop, Budi Santoso" in page
    frame = client.get(f"{draft}/html?as={seated.reference}&language=en")
    assert "Line one." in frame.text and "/my/" not in frame.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    everybody = written(client, place)
    page = shown(client.get(f"{everybody}?by_phone=1").text)
    assert row(waits).person.full_name in page and "by phone: …893" in page and "081234567893" not in page
    assert db.session.scalar(select(func.count()).where(Mail.kind == "note")) == 0


def test_a_form_sent_twice_is_one_draft_and_what_is_no_placeholder_stands_beside_its_field(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    registered(place)
    sign_in(client, sari())
    form = form_of(client, f"{messages(place)}/new")
    wrong = client.post(messages(place), data={**form, **WORDS, "text_en": "Hello {nmae}", "subject_id": ""})
    assert wrong.status_code == 422
    assert "This is no placeholder here: {nmae}" in wrong.text and "each person reads it" in wrong.text
    first = client.post(messages(place), data={**form, **WORDS})
    assert client.post(messages(place), data={**form, **WORDS}).location == first.location
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
    assert client.post(messages(place), data=WORDS).status_code == 400  # without its CSRF token
    again = client.post(messages(place), data={**form, **WORDS, "key": "short"})
    assert again.status_code == 422


def test_a_draft_is_changed_tested_scheduled_taken_back_stopped_and_its_progress_seen(client: FlaskClient) -> None:
    place = an_event(roles={"village": 5})[BALI, "village"]
    for _number in range(3):
        registered(place)
    account = sari()
    sign_in(client, account)
    draft = written(client, place)
    edited = client.post(f"{draft}/edit", data={**form_of(client, f"{draft}/edit"), "subject_en": "Bring two"})
    assert edited.location == draft
    assert f"on its way to {account.email}" in client.get(post(client, f"{draft}/test").location).text
    assert db.session.scalar(select(Mail.recipient).where(Mail.subject.startswith("message:"))) == account.email
    past = post(client, f"{draft}/schedule", when="at", date="2020-01-01", time="09:00")
    assert past.status_code == 422 and "This moment is over" in past.text
    none = post(client, f"{draft}/schedule", when="at", date="soon", time="")
    assert none.status_code == 422 and "a day and an hour" in none.text
    fast = post(client, f"{draft}/schedule", when="now", pace="601", per="minute")
    assert fast.status_code == 422 and "at most 600 in a minute" in fast.text
    day = in_zone(clock.now(), "Asia/Jakarta").year + 1
    client.get(post(client, f"{draft}/schedule", when="at", date=f"{day}-01-05", time="09:00").location)
    assert f"5 January {day}, 09:00 WIB" in client.get(draft).text and state(draft) is MessageState.SCHEDULED
    assert (
        "no draft any longer"
        in client.post(f"{draft}/edit", data={**form_of(client, f"{messages(place)}/new"), **WORDS}).text
    )
    post(client, f"{draft}/unschedule")
    assert state(draft) is MessageState.DRAFT
    post(client, f"{draft}/schedule", when="now", pace="60", per="minute")
    run_messages()
    run_messages()
    page = shown(client.get(draft).text)
    assert "On their way 3" in page or "Still to go" in page
    stopped = post(client, f"{draft}/stop")
    told = client.get(stopped.location).text
    assert "It is stopped. Gone already: 0. Kept back: 3." in told
    assert "does not run" in client.get(post(client, f"{draft}/stop").location).text
    assert db.session.scalar(select(func.count()).where(Mail.kind == "note", Mail.subject.startswith("reg"))) == 0


def test_others_see_what_lies_in_their_reach_and_nobody_else_finds_it(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"))
    place, elsewhere = places[BALI, "village"], places["12", "village"]
    registered(place)
    registered(elsewhere)
    sign_in(client, sari())
    national = written(client, place)
    there = written(client, elsewhere, f"session={elsewhere.session_slug}")
    here = written(client, place, f"session={place.session_slug}")
    other = app.test_client()
    sign_in(other, made())
    listed = other.get(messages(place)).text
    assert here in listed and national not in listed and there not in listed
    for address in (national, there):
        for view in ("", "/edit", "/html"):
            assert other.get(address + view).status_code == 404
        for act in ("schedule", "stop", "test", "discard", "unschedule"):
            assert post(other, f"{address}/{act}").status_code == 404
    assert other.get(here).status_code == 200 and "Only who wrote a draft" in other.get(here).text
    before = everything()
    assert post(other, f"{here}/schedule", when="now").status_code == 403
    assert post(other, f"{here}/discard").status_code == 403
    assert everything() == before
    assert post(client, f"{here}/discard").status_code == 303
    assert client.get(here).status_code == 404
    auditor = app.test_client()
    sign_in(auditor, an_account("Rini", Right.AUDITOR))
    assert auditor.get(messages(place)).status_code == 403
    assert post(auditor, messages(place), **WORDS).status_code == 403


def test_who_wants_no_more_says_so_by_a_post_alone_and_can_take_it_back(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    person = registered(place)
    address = address_of(row(person), "en").partition("8000")[2]
    before = everything()
    assert client.get(address).status_code == 200 and everything() == before
    one_click = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200 and "You get no more of these messages" in one_click.text
    assert "Set-Cookie" not in one_click.headers
    sign_in(client, sari())
    assert "Want no messages 1" in shown(client.get(written(client, place)).text)
    assert "Wants no more messages of the office" in client.get(f"/en/office/registrations/{person.reference}").text
    assert client.post(address, data={"want": "yes"}).status_code == 303
    assert "I want no more" in client.get(address).text
    assert client.get(address[:-3] + "xyz").status_code == 404


def test_a_messages_page_costs_the_same_for_few_and_many(client: FlaskClient) -> None:
    place = an_event(roles={"village": 40})[BALI, "village"]
    sign_in(client, sari())
    registered(place)
    draft = written(client, place)
    asked = []
    for number in (1, 30):
        for _person in range(number):
            registered(place)
        with counted() as statements:
            client.get(draft)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 20
