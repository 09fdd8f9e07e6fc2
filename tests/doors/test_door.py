"""The door: who is in reach today, found by name or ticket, checked in with one tap; name, role and status and nothing more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.builders import Place, an_event, registered, somebody
from tests.cast import door, made, sign_in
from tpbis_events.attendance.model import Attendance, Scan
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import AgendaItem, AgendaKind, AttendanceBy, Event, Session
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.model import Registration

WAYAN = somebody(
    1, full_name="I Wayan Sudarma", phone="+6281234567890", institution="Dinas Rahasia", position="Staf Diam"
)


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    """A place in Bali on its day, at half past eight."""
    places = an_event(provinces=("51", "52"), roles={"stakeholder": 2, "village": 1})
    here = places["51", "stakeholder"]
    with clock.stopped_at(db.session.get_one(Session, here.session_id).starts_at):
        yield here


@pytest.fixture
def wayan(place: Place) -> int:
    with clock.stopped_at(clock.now() - timedelta(days=5)):
        return registered(place, WAYAN).registration_id


@pytest.fixture
def at_door(client: FlaskClient, place: Place) -> FlaskClient:
    return sign_in(client, door())


def address(place: Place) -> str:
    return f"/en/door/sessions/{place.session_id}"


def tap(client: FlaskClient, place: Place, typed: str) -> str:
    """Find somebody, tap the first button, and see what is answered."""
    page = client.get(address(place), query_string={"q": typed}).text
    form = re.search(r'<form action="([^"]+)" method="post">(.*?)</form>', page, re.DOTALL)
    assert form and form[1].endswith("/check-in"), page
    data = dict(re.findall(r'name="([^"]+)"[^>]* value="([^"]*)"', form[2]))
    answer = client.post(form[1], data=data)
    assert answer.status_code == 303
    return client.get(answer.location).text


def tap_for(client: FlaskClient, place: Place, **changes: object) -> tuple[int, str]:
    """The same by hand, for what the page offers no button for."""
    page = client.get(address(place)).text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token
    day = db.session.get_one(Session, place.session_id).days[0].id
    answer = client.post(f"{address(place)}/check-in", data={"csrf_token": token[1], "day": day, **changes})
    return answer.status_code, answer.text


def check_ins() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_pic_asks_for_a_sign_in_and_comes_back(client: FlaskClient, place: Place) -> None:
    for where in ("/door/", f"/door/sessions/{place.session_id}"):
        answer = client.get(where)
        assert answer.status_code == 303
        assert answer.location.startswith("/office/login?next=%2Fdoor") or answer.location.startswith(
            "/office/login?next=/door"
        )


def test_it_shows_the_sessions_of_today_in_their_own_zone_and_else_the_next(client: FlaskClient, place: Place) -> None:
    first_day = db.session.get_one(Session, place.session_id).starts_at
    pic = made()
    sign_in(client, pic)
    today = client.get("/en/door/").text
    assert "<h1>Today</h1>" in today and "SHM Bali" in today
    assert "SHM West Nusa Tenggara" not in today, "out of Made's reach"
    with clock.stopped_at(first_day - timedelta(hours=9)):  # 23.30 the evening before, WITA
        early = client.get("/en/door/").text
        assert "<h1>No session today</h1>" in early and "SHM Bali" in early
        assert "There is no check-in today" in client.get(address(place)).text
    with clock.stopped_at(first_day + timedelta(days=2)):
        sign_in(client, pic)  # hers of days ago has ended
        assert "No session is planned" in client.get("/en/door/").text


def test_a_session_of_another_province_is_not_there_for_a_pic(client: FlaskClient, place: Place) -> None:
    sign_in(client, made())
    elsewhere = db.session.scalars(select(Session.id).where(Session.province_code == "52")).one()
    assert client.get(address(place)).status_code == 200
    assert client.get(f"/door/sessions/{elsewhere}").status_code == 404
    assert client.get("/door/sessions/9999").status_code == 404


def test_one_tap_checks_in_and_says_so_big(at_door: FlaskClient, place: Place, wayan: int) -> None:
    page = tap(at_door, place, "way")
    assert "door-answer--in" in page and "I Wayan Sudarma" in page
    assert "since 08:30 WITA, by Pintu" in page
    assert check_ins() == 1


def test_a_second_tap_says_since_when_and_by_whom_and_records_nothing(
    at_door: FlaskClient, place: Place, wayan: int
) -> None:
    tap(at_door, place, "way")
    with clock.stopped_at(clock.now() + timedelta(minutes=20)):
        again = at_door.get(address(place), query_string={"q": "way"}).text
        assert "since 08:30 WITA" in again and "/check-in" not in again
        status, _ = tap_for(at_door, place, registration=wayan)
        page = at_door.get(f"{address(place)}?done=again&person={wayan}").text
    assert status == 303
    assert "Already checked in" in page and "since 08:30 WITA, by Pintu" in page
    assert check_ins() == 1


def test_an_address_alone_claims_no_check_in(at_door: FlaskClient, place: Place, wayan: int) -> None:
    assert "door-answer" not in at_door.get(f"{address(place)}?done=in&person={wayan}").text
    assert check_ins() == 0


def test_a_person_is_found_by_parts_of_the_name_by_reference_and_by_ticket(
    at_door: FlaskClient, place: Place, wayan: int
) -> None:
    row = db.session.get_one(Registration, wayan)
    reference, ticket = row.reference, row.ticket
    for typed in ("sud", "WAYAN darma", reference.lower(), grouped(reference), ticket, grouped(ticket).lower()):
        assert "I Wayan Sudarma" in at_door.get(address(place), query_string={"q": typed}).text, typed
    for typed in ("wa", "%%%", "___", "budi", ""):
        assert "I Wayan Sudarma" not in at_door.get(address(place), query_string={"q": typed}).text, typed


def test_the_page_shows_name_role_and_status_and_nothing_more(at_door: FlaskClient, place: Place, wayan: int) -> None:
    row = db.session.get_one(Registration, wayan)
    hidden = (WAYAN.email, "81234567890", "Dinas Rahasia", "Staf Diam", row.reference, row.ticket)
    found = at_door.get(address(place), query_string={"q": "way"}).text
    person = re.search(r'<div class="door-person">(.*?)</div>', found, re.DOTALL)
    assert person
    words = re.sub(r"<[^>]+>", " ", person[1]).split()
    assert words == "I Wayan Sudarma Role stakeholder Seated Check in I Wayan Sudarma".split()
    for page in (found, tap(at_door, place, "way")):
        for secret in hidden:
            assert secret not in page


def test_who_waits_or_has_cancelled_has_no_button_and_is_refused_with_the_reason(
    at_door: FlaskClient, place: Place
) -> None:
    with clock.stopped_at(clock.now() - timedelta(days=5)):
        people = [registered(place, somebody(full_name=f"Ketut {name}")) for name in ("Satu", "Dua", "Tiga")]
    page = at_door.get(address(place), query_string={"q": "ketut"}).text
    assert page.count("/check-in") == 2 and "Waiting list" in page
    status, page = tap_for(at_door, place, registration=people[2].registration_id)
    assert (
        status == 409 and "door-answer--no" in page and "This person has no seat yet" in page and "Ketut Tiga" in page
    )
    cancel(people[0].registration_id, by=COMMAND_LINE, reason="sakit")
    status, page = tap_for(at_door, place, registration=people[0].registration_id)
    assert status == 409 and "This registration is cancelled" in page
    assert check_ins() == 0


def test_a_ticket_for_another_session_is_sent_there_without_a_name(at_door: FlaskClient, place: Place) -> None:
    other = an_event(provinces=("31",))["31", "village"]
    far = registered(other, somebody(full_name="Orang Jauh"))
    ticket = db.session.get_one(Registration, far.registration_id).ticket
    page = at_door.get(address(place), query_string={"q": ticket}).text
    assert "This ticket is for another session" in page and "Jakarta" in page
    assert "Orang Jauh" not in page
    status, page = tap_for(at_door, place, registration=far.registration_id)
    assert status == 409 and "This registration is for another event" in page and "Orang Jauh" not in page


def test_a_refused_tap_is_kept_with_its_reason(at_door: FlaskClient, place: Place, wayan: int) -> None:
    cancel(wayan, by=COMMAND_LINE, reason="sakit")
    assert tap_for(at_door, place, registration=wayan)[0] == 409
    scan = db.session.scalars(select(Scan)).one()
    assert (scan.result, scan.registration_id) == ("attendance.cancelled", wayan)


def test_a_check_in_is_undone_at_the_door_with_a_reason(at_door: FlaskClient, place: Place, wayan: int) -> None:
    page = tap(at_door, place, "way")
    form = re.search(r'<form action="([^"]+/undo)" method="post"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form
    data = dict(re.findall(r'name="([^"]+)"[^>]* value="([^"]*)"', form[2]))
    without = at_door.post(form[1], data=data)
    assert without.status_code == 409 and "A reason is missing" in without.text
    assert at_door.post(form[1], data={**data, "csrf_token": "", "reason": "salah orang"}).status_code == 400
    assert db.session.scalars(select(Attendance.undone_at)).all() == [None]
    done = at_door.post(form[1], data={**data, "reason": "salah orang"})
    assert done.status_code == 303
    assert "The check-in of I Wayan Sudarma was undone." in at_door.get(done.location).text
    assert db.session.scalars(select(Attendance.undo_reason)).all() == ["salah orang"]
    assert at_door.post(form[1], data={**data, "reason": "lagi"}).status_code == 409, "nobody is checked in"
    assert "door-answer--in" in tap(at_door, place, "way"), "and may come anew"


def test_by_items_the_page_begins_with_the_one_that_goes_on(at_door: FlaskClient, place: Place, wayan: int) -> None:
    with transaction():
        db.session.get_one(Event, place.event_id).attendance_by = AttendanceBy.ITEM
        items = [
            AgendaItem(
                event_id=place.event_id, day_number=1, sort=hour, kind=AgendaKind.TALK,
                title_id="x", title_en="x", jp=2, starts=time(hour),
            )
            for hour in (8, 10)
        ]  # fmt: skip
        db.session.add_all(items)
    first, second = (item.id for item in items)
    assert f'<option value="{first}" selected>' in at_door.get(address(place)).text
    assert "selected" not in at_door.get(f"{address(place)}?item=").text, "the day as a whole, when chosen"
    tap(at_door, place, "way")
    with clock.stopped_at(clock.now() + timedelta(hours=2)):
        assert f'<option value="{second}" selected>' in at_door.get(address(place)).text
        assert "since 08:30" not in at_door.get(address(place), query_string={"q": "way"}).text


def test_numbers_that_no_row_has_are_nobodys(at_door: FlaskClient, place: Place, wayan: int) -> None:
    for more in ("?person=%s", "?q=way&item=%s", "/now?item=%s"):
        assert at_door.get(address(place) + more % 10**25).status_code == 200, more
    assert tap_for(at_door, place, registration=10**25)[0] == 409


def test_a_form_without_its_token_checks_nobody_in(app: Flask, at_door: FlaskClient, place: Place, wayan: int) -> None:
    day = db.session.get_one(Session, place.session_id).days[0].id
    answer = at_door.post(f"{address(place)}/check-in", data={"registration": wayan, "day": day})
    assert answer.status_code == 400
    assert check_ins() == 0


def test_no_more_than_twenty_are_shown_and_the_page_says_that_there_are_more(
    at_door: FlaskClient, place: Place
) -> None:
    with clock.stopped_at(clock.now() - timedelta(days=5)):
        for number in range(21):
            registered(place, somebody(full_name=f"Gede Banyak {number:02}"))
    page = at_door.get(address(place), query_string={"q": "gede"}).text
    assert page.count('class="door-person"') == 20
    assert "There are more." in page
