"""A device at the door without an account: its link works once, opens one session, and names nobody by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import Place, an_event, somebody
from tests.cast import door, made, sign_in
from tests.door_scans import a_device, a_guest, at_half_past_eight, the_day, ticket_of
from tests.queries import counted
from tpbis_events.attendance.door_list import INFO, KEY_BYTES, MARK_BYTES, NONCE
from tpbis_events.attendance.give_device_link import revoke_device
from tpbis_events.attendance.model import Attendance, Device, Scan
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.model import Person
from tpbis_events.registrations.model import Registration, State
from tpbis_events.web.door.who import COOKIE

WAYAN = somebody(
    1, full_name="I Wayan Sudarma", phone="+6281234567890", institution="Dinas Rahasia", position="Staf Diam"
)


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    here = an_event(provinces=("51", "52"), roles={"stakeholder": 3}, days=2)["51", "stakeholder"]
    with clock.stopped_at(at_half_past_eight(here)):
        yield here


@pytest.fixture
def wayan(place: Place) -> int:
    return a_guest(place, WAYAN)


def tablet(app: Flask, place: Place, **how: Any) -> tuple[FlaskClient, int]:
    """A browser that holds a device's key, and nothing else."""
    actor, key = a_device(place, **how)
    client = app.test_client()
    for path in ("/door", "/en/door"):
        client.set_cookie(COOKIE, key, path=path)
    return client, actor.device_id or 0


def address(place: Place, more: str = "") -> str:
    return f"/en/door/sessions/{place.session_id}{more}"


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found
    return found[1]


def send(client: FlaskClient, place: Place, *scans: dict[str, Any], token: str | None = None, **more: Any) -> Any:
    if token is None:
        token = client.get(address(place, "/token")).json["csrf"]
    now = clock.now().timestamp() * 1000
    sent = [
        {"key": f"the-key-of-a-scan-{n}", "at": now, "behind": 0, "shown": "in", **scan} for n, scan in enumerate(scans)
    ]
    body = {"day": the_day(place).id, "sent_at": now, "scans": sent, **more}
    return client.post(address(place, "/scans"), json=body, headers={"X-CSRFToken": token})


def test_a_link_is_made_shown_once_opened_once_and_taken_back(app: Flask, client: FlaskClient, place: Place) -> None:
    office = f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}/devices"
    sign_in(client, made())
    form = {"csrf_token": token_in(client.get(office).text), "day": str(the_day(place).id), "name": "Tablet hotel"}
    made_page = client.post(office, data=form).text
    link = re.search(r"/en(/door/open/[\w-]+)<", made_page)
    assert link and "data:image/png;base64," in made_page
    assert link[1] not in client.get(office).text, "shown once"
    assert link[1].split("/")[-1] not in str(vars(db.session.scalars(select(Device)).one())), "hashed alone"

    device = app.test_client()
    page = device.get(link[1]).text
    assert "Tablet hotel" in page and "Set-Cookie: tpbis_door" not in page
    assert db.session.scalars(select(Device.opened_at)).one() is None, "looking opens nothing"
    answer = device.post(link[1], data={"csrf_token": token_in(page)})
    assert answer.status_code == 303 and answer.location.endswith(f"/door/sessions/{place.session_id}")
    cookies = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(COOKIE)]
    assert len(cookies) == 2 and all("HttpOnly" in line and "SameSite=Strict" in line for line in cookies)
    assert device.get(address(place)).status_code == 200
    assert device.get(link[1]).status_code == 404, "the link is used up"

    device_id = db.session.scalars(select(Device.id)).one()
    back = client.post(f"{office}/{device_id}/take-back", data={"csrf_token": form["csrf_token"]})
    assert back.status_code == 303 and "Taken back" in client.get(office).text
    assert device.get(address(place)).status_code == 410


def test_a_device_opens_its_own_door_until_midnight_and_nothing_else(app: Flask, place: Place) -> None:
    client, _device = tablet(app, place)
    elsewhere = db.session.scalars(select(Attendance.id)).first() or place.session_id + 1
    assert client.get("/door/").location.endswith(f"/door/sessions/{place.session_id}")
    for closed in (f"/door/sessions/{elsewhere}", f"/door/sessions/{place.session_id}/walk-in"):
        assert client.get(closed).status_code == 404
    for office in ("/office/", f"/office/events/{place.event_slug}/sessions/{place.session_slug}"):
        assert "/office/login" in client.get(office).location
    with clock.stopped_at(clock.now() + timedelta(hours=15, minutes=30)):  # midnight in Bali
        assert client.get(address(place)).status_code == 410


def test_a_key_that_is_nobodys_opens_nothing(app: Flask, place: Place) -> None:
    client = app.test_client()
    client.set_cookie(COOKIE, "x" * 43, path="/en/door")
    assert "/office/login" in client.get(address(place)).location
    assert client.get("/door/open/nobody").status_code == 404


def test_without_the_right_to_search_a_device_names_nobody_but_by_the_ticket(
    app: Flask, place: Place, wayan: int
) -> None:
    client, _device = tablet(app, place)
    row = db.session.get_one(Registration, wayan)
    for typed in ("way", "sudarma", row.reference):
        assert "Sudarma" not in client.get(address(place), query_string={"q": typed}).text, typed
    page = client.get(address(place), query_string={"q": row.ticket}).text
    assert "I Wayan Sudarma" in page
    form = {"csrf_token": token_in(page), "day": the_day(place).id, "registration": wayan}
    assert client.post(address(place, "/check-in"), data=form).status_code == 404
    done = client.post(address(place, "/check-in"), data={**form, "q": row.ticket})
    assert done.status_code == 303 and "I Wayan Sudarma" in client.get(done.location).text
    assert "Sudarma" not in client.get(address(place), query_string={"done": "in", "person": wayan}).text
    searching, _other = tablet(app, place, name="Meja 2", may_search=True)
    assert "I Wayan Sudarma" in searching.get(address(place), query_string={"q": "way"}).text


def test_the_list_taken_along_shows_nothing_without_a_ticket_or_the_key_of_who_may_search(
    app: Flask, place: Place, wayan: int
) -> None:
    client, _device = tablet(app, place)
    answer = client.get(address(place, "/list"))
    row = db.session.get_one(Registration, wayan)
    secrets = ("Sudarma", "Wayan", WAYAN.email, "81234567890", "Dinas", "Staf", row.ticket, row.reference)
    assert not [secret for secret in secrets if secret in answer.text]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "names" not in answer.json and "search_key" not in answer.json
    assert opened(answer.json, row.ticket) == [wayan, "I Wayan Sudarma", place.role_id, "seated"], "and nothing more"
    assert opened(answer.json, "0" * 16) is None


def test_who_may_search_gets_the_names_in_a_box_of_their_own(client: FlaskClient, place: Place, wayan: int) -> None:
    from base64 import b64decode

    sealed = sign_in(client, door()).get(address(place, "/list")).json
    names = json.loads(AESGCM(b64decode(sealed["search_key"])).decrypt(NONCE, b64decode(sealed["names"]), None))
    reference = db.session.get_one(Registration, wayan).reference
    assert names == [[wayan, "I Wayan Sudarma", place.role_id, "seated", reference]]
    assert "Sudarma" not in json.dumps(sealed)


def test_a_list_of_three_hundred_weighs_under_200_kb_and_costs_a_constant_number_of_queries(
    app: Flask, client: FlaskClient
) -> None:
    here = an_event()["51", "stakeholder"]
    with clock.stopped_at(at_half_past_eight(here)):
        sign_in(client, door())
        a_guest(here)
        client.get(address(here, "/list"))
        with counted() as few:
            client.get(address(here, "/list"))
        _past_guests(here, 299)
        with counted() as many:
            answer = client.get(address(here, "/list"))
    assert len(answer.json["entries"]) == 300
    assert len(answer.get_data()) < 200_000
    assert len(many) == len(few)


def _past_guests(place: Place, number: int) -> None:
    """People who have cancelled: as long on the list as those who come, and quicker to make."""
    one = db.session.scalars(select(Registration).where(Registration.session_id == place.session_id)).one()
    person = {c.key: getattr(one.person, c.key) for c in Person.__table__.columns if c.key != "id"}
    row = {c.key: getattr(one, c.key) for c in Registration.__table__.columns if c.key != "id"}
    with transaction():
        for n in range(number):
            name = f"Ni Luh Putu Ayu Kartika Dewi Nomor {n:03}"
            own = {"state": State.CANCELLED, "seat_id": None, "reference": f"R{n:07}", "ticket": f"T{n:015}"}
            db.session.add(
                Registration(**{**row, **own, "person_id": None}, person=Person(**{**person, "full_name": name}))
            )


def test_a_scan_by_the_app_checks_in_and_tells_the_servers_time(app: Flask, place: Place, wayan: int) -> None:
    client, device_id = tablet(app, place)
    answer = send(client, place, {"read": ticket_of(wayan)}, {"read": "0000111122223333"})
    assert answer.status_code == 200 and answer.json["now"] == clock.now().timestamp() * 1000
    good, bad = answer.json["taken"]
    assert (good["result"], good["name"], good["role"]) == ("in", "I Wayan Sudarma", "Role stakeholder")
    assert (bad["result"], bad["title"]) == ("no", "This code is not a ticket of ours")
    told = client.get(address(place, "/now")).json
    assert (told["expected"], told["inside"]) == (1, [[wayan, clock.now().timestamp() * 1000]])
    assert db.session.get_one(Device, device_id).last_seen_at == clock.now()
    assert good["by"] == "", "this scan did"
    assert set(good) == {
        "key", "result", "settling", "at", "by", "registration", "name", "role", "late", "title", "text",
    }  # fmt: skip


def test_the_app_is_told_who_checked_a_person_in_before_and_when(
    app: Flask, client: FlaskClient, place: Place, wayan: int
) -> None:
    tap, _device = tablet(app, place, name="Meja 1")
    send(tap, place, {"read": ticket_of(wayan)})
    first = clock.now().timestamp() * 1000
    sign_in(client, door())
    with clock.stopped_at(clock.now() + timedelta(minutes=9)):
        again = send(client, place, {"read": ticket_of(wayan), "key": "another-key-of-a-scan"}).json["taken"][0]
    assert (again["result"], again["at"], again["by"]) == ("again", first, "Meja 1")
    assert len(db.session.scalars(select(Attendance)).all()) == 1


def test_a_device_undoes_a_check_in_by_the_ticket_that_it_read(app: Flask, place: Place, wayan: int) -> None:
    client, _device = tablet(app, place)
    ticket = ticket_of(wayan)
    page = client.get(address(place), query_string={"q": ticket}).text
    form = {"csrf_token": token_in(page), "day": the_day(place).id, "registration": wayan}
    answer = client.get(client.post(address(place, "/check-in"), data={**form, "q": ticket}).location).text
    assert f'name="q" value="{ticket}"' in answer.partition("/undo")[2]
    assert client.post(address(place, "/undo"), data={**form, "reason": "salah"}).status_code == 404
    assert client.post(address(place, "/undo"), data={**form, "q": ticket, "reason": "salah"}).status_code == 303
    assert db.session.scalars(select(Attendance.undo_reason)).all() == ["salah"]


def test_a_scan_sent_again_names_nobody_whom_it_did_not_name_before(app: Flask, place: Place, wayan: int) -> None:
    client, _device = tablet(app, place)
    budi = a_guest(place)
    by_number, by_ticket = {"registration": wayan}, {"read": ticket_of(budi), "key": "the-key-of-the-ticket"}
    for _sending in range(2):
        nobody, somebody_else = send(client, place, by_number, by_ticket).json["taken"]
        assert (nobody["result"], nobody["name"], nobody["registration"]) == ("no", "", None)
        assert (somebody_else["result"], somebody_else["registration"]) == ("in", budi)
    other = send(client, place, {"read": ticket_of(wayan), "key": "the-key-of-the-ticket"}).json["taken"][0]
    assert (other["result"], other["name"]) == ("no", ""), "the key of one person's scan"
    assert db.session.scalars(select(Attendance.registration_id)).all() == [budi]


def test_what_nobody_can_read_is_named_and_the_rest_still_counts(app: Flask, place: Place, wayan: int) -> None:
    client, _device = tablet(app, place)
    bad: list[dict[str, Any]] = [
        {"key": "short"}, {"key": "k" * 65}, {"at": "morgen"}, {"at": 1e300}, {"behind": 1e300},
        {"registration": "x"}, {"registration": 2**70}, {"item": -1},
    ]  # fmt: skip
    answer = send(client, place, {"read": ticket_of(wayan)}, *bad)
    assert answer.status_code == 200
    assert send(client, place, {"registration": 0}, day=2**70).status_code == 422
    assert len(answer.json["taken"]) == 1 and len(answer.json["bad"]) == len(bad)
    token = client.get(address(place, "/token")).json["csrf"]
    for body in (b"", b"[]", b"{", b'{"scans": 3}', b'{"scans": [3], "day": "x"}', b'{"sent_at": "x"}'):
        odd = client.post(
            address(place, "/scans"), data=body, content_type="application/json", headers={"X-CSRFToken": token}
        )
        assert odd.status_code in (200, 422), body


def test_a_sending_without_its_token_takes_nothing(app: Flask, place: Place, wayan: int) -> None:
    client, _device = tablet(app, place)
    assert send(client, place, {"read": ticket_of(wayan)}, token="").status_code == 400
    assert db.session.scalars(select(Scan)).all() == []


def test_a_revoked_device_still_hands_over_and_the_office_settles(
    app: Flask, client: FlaskClient, place: Place, wayan: int
) -> None:
    device, device_id = tablet(app, place)
    from tests.cast import acting

    pic = made()
    revoke_device(device_id, by=acting(pic))
    assert device.get(address(place, "/now")).status_code == 410
    assert device.get(address(place, "/list")).status_code == 410
    answer = send(device, place, {"read": ticket_of(wayan)})
    assert answer.json["taken"][0]["settling"] == "open"

    sign_in(client, pic)
    where = f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}/scans"
    page = client.get(where).text
    assert "I Wayan Sudarma" in page and "The link of this device was taken back" in page
    scan = db.session.scalars(select(Scan.id)).one()
    form = {"csrf_token": token_in(page), "act": "accept"}
    assert "A reason is missing" in client.post(f"{where}/{scan}", data=form, follow_redirects=True).text
    settled = client.post(f"{where}/{scan}", data={**form, "reason": "ia ada"}, follow_redirects=True).text
    assert "The scan counts now." in settled and "ia ada" in settled
    assert client.post(f"{where}/9999", data=form).status_code == 404
    assert db.session.scalars(select(Attendance.device_id)).all() == [device_id]


def test_the_frame_the_worker_and_the_manifest_are_for_all_and_hold_nobody(client: FlaskClient, wayan: int) -> None:
    worker = client.get("/en/door/sw.js")
    assert worker.mimetype == "text/javascript" and worker.headers["Cache-Control"] == "no-cache"
    facts = json.loads(worker.text.split("\n")[0].removeprefix("const DOOR = ").removesuffix(";"))
    assert facts["frame"] == "/en/door/offline"
    for kept in facts["kept"]:
        assert client.get(kept, buffered=True).status_code == 200, kept
    frame = client.get("/en/door/offline")
    assert "Set-Cookie" not in frame.headers and "csrf" not in frame.text and "Sudarma" not in frame.text
    assert "'wasm-unsafe-eval'" in frame.headers["Content-Security-Policy"]
    assert "unsafe" not in client.get("/en/").headers["Content-Security-Policy"]
    manifest = json.loads(client.get("/door/manifest.webmanifest").text)
    assert manifest["scope"] == manifest["start_url"] == "/door/"
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    assert all(client.get(icon["src"], buffered=True).mimetype == "image/png" for icon in manifest["icons"])


def opened(sealed: dict[str, Any], ticket: str) -> Any:
    """What the app does with a ticket: the entry that it marks, opened by the key that it gives."""
    from base64 import b64decode, b64encode

    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), MARK_BYTES + KEY_BYTES, b64decode(sealed["salt"]), INFO).derive(ticket.encode())
    box = sealed["entries"].get(b64encode(derived[:MARK_BYTES]).decode())
    return json.loads(AESGCM(derived[MARK_BYTES:]).decrypt(NONCE, b64decode(box), None)) if box else None


def test_over_https_a_form_is_taken_by_its_token_alone_as_our_pages_send_no_referer(
    client: FlaskClient, place: Place, wayan: int
) -> None:
    sign_in(client, door())
    page = client.get(address(place), base_url="https://localhost").text
    form = {"day": the_day(place).id, "registration": wayan}
    for token, status in (("wrong", 400), (token_in(page), 303)):
        data = {**form, "csrf_token": token}
        answer = client.post(address(place, "/check-in"), data=data, base_url="https://localhost")
        assert answer.status_code == status, token
    assert len(db.session.scalars(select(Attendance)).all()) == 1
