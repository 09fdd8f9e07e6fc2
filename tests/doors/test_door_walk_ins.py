"""Walk-ins and substitutes at the door: by an organizer's right alone, through the same seat step, and in at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import Place, an_event, somebody
from tests.cast import door, made, sign_in
from tests.door_scans import a_guest, at_half_past_eight
from tpbis_events.attendance.model import Attendance
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.registrations.model import Registration, State


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    here = an_event(roles={"village": 1})["51", "village"]
    with clock.stopped_at(at_half_past_eight(here)):
        yield here


def walk_in(client: FlaskClient, address: str, name: str) -> str:
    page = client.get(address).text
    form = dict(re.findall(r'name="(csrf_token|form_key)"[^>]*value="([^"]+)"', page))
    assert set(form) == {"csrf_token", "form_key"}
    told = {
        "full_name": name, "phone": "081234500001", "institution": "Desa Ubud", "position": "Kepala",
        "employment": "community", "consent": "y", "language": "id",
    }  # fmt: skip
    answer = client.post(address, data={**form, **told})
    assert answer.status_code == 303, re.findall(r'class="field-error[^>]*>([^<]+)', answer.text)
    return client.get(answer.location).text


def test_a_walk_in_gets_the_free_seat_and_is_in_and_the_next_one_waits(client: FlaskClient, place: Place) -> None:
    sign_in(client, made())
    choice = client.get(f"/en/door/sessions/{place.session_id}/walk-in").text
    assert "1 free seat" in choice and f"/walk-in/{place.role_id}" in choice
    address = f"/en/door/sessions/{place.session_id}/walk-in/{place.role_id}"
    page = walk_in(client, address, "Wayan Tanpa Daftar")
    assert "door-answer--in" in page and "Wayan Tanpa Daftar" in page
    assert "No free seat" in client.get(f"/en/door/sessions/{place.session_id}/walk-in").text
    with pytest.raises(AssertionError):
        walk_in(client, address, "Nomor Sama")  # the same phone: already registered in this event
    rows = db.session.scalars(select(Registration)).all()
    assert [row.state for row in rows] == [State.SEATED]
    assert len(db.session.scalars(select(Attendance)).all()) == 1


def test_somebody_who_comes_when_all_seats_are_taken_waits_and_is_not_in(client: FlaskClient, place: Place) -> None:
    a_guest(place)
    sign_in(client, made())
    page = walk_in(client, f"/en/door/sessions/{place.session_id}/walk-in/{place.role_id}", "Ketut Terlambat")
    assert "Ketut Terlambat is registered and waits for a seat. Nobody was checked in." in page
    assert db.session.scalars(select(Attendance)).all() == []


def test_a_substitute_takes_the_seat_of_who_is_not_coming_and_is_in(client: FlaskClient, place: Place) -> None:
    absent = a_guest(place, somebody(full_name="Nyoman Berhalangan"))
    sign_in(client, made())
    found = client.get(f"/en/door/sessions/{place.session_id}/walk-in", query_string={"q": "nyoman"}).text
    assert "Nyoman Berhalangan" in found and f"/substitute/{absent}" in found
    page = walk_in(client, f"/en/door/sessions/{place.session_id}/substitute/{absent}", "Putu Pengganti")
    assert "door-answer--in" in page and "Putu Pengganti" in page
    states = {row.person.full_name: row.state for row in db.session.scalars(select(Registration))}
    assert states == {"Nyoman Berhalangan": State.SUBSTITUTED, "Putu Pengganti": State.SEATED}


def test_the_doors_own_account_registers_nobody_and_is_offered_no_button(client: FlaskClient, place: Place) -> None:
    absent = a_guest(place)
    sign_in(client, door())
    here = f"/en/door/sessions/{place.session_id}"
    assert "Somebody without a registration" not in client.get(here).text
    for closed in (f"{here}/walk-in", f"{here}/walk-in/{place.role_id}", f"{here}/substitute/{absent}"):
        assert client.get(closed).status_code == 403
