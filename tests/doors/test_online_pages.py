"""The pages of sessions by video: her way in, the speaker's code, the list of a call; boards, report and the auditor's record."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.builders import Place, an_account
from tests.cast import BALI, made, sari, sign_in
from tests.commands.online import CALL, at, by_video, day_of, named, shown
from tests.conftest import settings_for
from tests.queries import counted
from tpbis_events import create_app
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.model import Attendance
from tpbis_events.attendance.online import OnlinePresence
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.model import Mail
from tpbis_events.outbox.said import said
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import Event, Mode, OnlineCounts, Session
from tpbis_events.registrations.links import token_of
from tpbis_events.registrations.model import Registration
from tpbis_events.web.guards import limiter
from tpbis_events.web.my import online


def join_page(who: int) -> str:
    return f"/en/my/{token_of(db.session.get_one(Registration, who))}/join"


def office(place: Place, rest: str = "") -> str:
    return f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}{rest}"


def send(client: FlaskClient, url: str, **fields: object) -> TestResponse:
    """A form of the office, with the token of the page where it stands."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(url).text)
    assert found
    data = {"csrf_token": found.group(1), **fields}
    return client.post(url, data=data, content_type="multipart/form-data" if "file" in fields else None)


def kept() -> tuple[int, int]:
    counts = (db.session.scalar(select(func.count()).select_from(each)) or 0 for each in (OnlinePresence, Attendance))
    presences, attendances = counts
    return presences, attendances


def test_opening_her_page_changes_nothing_and_shows_no_address(client: FlaskClient) -> None:
    place = by_video(counts=OnlineCounts.JOINED)
    (budi,) = named(place, "Budi")
    with at(place, 0), counted() as statements:
        page = client.get(join_page(budi)).text
    assert "Join now" in page
    assert "rapat.contoh" not in page and "rahasia" not in page
    assert not any(statement.startswith(("INSERT", "UPDATE", "DELETE")) for statement in statements)
    assert kept() == (0, 0)
    with at(place, 0):
        assert CALL not in client.get(join_page(budi).removesuffix("/join")).text


def test_the_button_leads_to_the_call_and_the_policy_lets_the_browser_follow(client: FlaskClient) -> None:
    place = by_video(counts=OnlineCounts.JOINED)
    (budi,) = named(place, "Budi")
    with at(place, 0):
        policy = client.get(join_page(budi)).headers["Content-Security-Policy"]
        answer = client.post(join_page(budi), data={"step": "join"})
        own = client.get(join_page(budi).removesuffix("/join"))
    assert (answer.status_code, answer.location) == (303, CALL)
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Referrer-Policy"] == "no-referrer"
    assert "form-action 'self' https:" in policy
    assert "form-action 'self';" in own.headers["Content-Security-Policy"] + ";", "no other page"
    assert "Set-Cookie" not in answer.headers
    assert kept() == (1, 1)


def test_before_it_opens_the_page_says_when_and_after_it_that_it_is_over(client: FlaskClient) -> None:
    place = by_video()
    (budi,) = named(place, "Budi")
    with at(place, -45):
        page = client.get(join_page(budi)).text
        assert "You can join from" in page and "08:00 WITA" in page and "Join now" not in page
        refused = client.post(join_page(budi), data={"step": "join"})
        assert refused.status_code == 409 and "location" not in refused.headers
    with at(place, 460):
        assert "No attendance is kept for you yet" in client.get(join_page(budi)).text
        assert client.post(join_page(budi), data={"step": "code", "code": "123456"}).status_code == 409
    assert kept() == (0, 0)


def test_a_code_is_answered_in_words_right_wrong_late_and_too_often(client: FlaskClient) -> None:
    place = by_video()
    ani, budi = named(place, "Ani", "Budi")
    with at(place, 30) as day_id:
        late = client.post(join_page(ani), data={"step": "code", "code": shown(day_id, minutes_ago=15)})
        wrong = client.post(join_page(ani), data={"step": "code", "code": "12"})
        assert (late.status_code, wrong.status_code) == (422, 422)
        assert "no longer valid" in late.text and "You can try 4 more times." in late.text
        assert "This code is not right" in wrong.text and "You can try 3 more times." in wrong.text
        for _time in range(3):
            last = client.post(join_page(ani), data={"step": "code", "code": "000"})
        assert "from 09:10 WITA on you can try again" in last.text
        right = client.post(join_page(budi), data={"step": "code", "code": shown(day_id)})
        assert right.status_code == 303
        assert "Your attendance is kept." in client.get(join_page(budi)).text
    assert kept() == (2, 1)


@pytest.fixture
def limited(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setattr(online, "LIMIT", "2 per minute")
    app = create_app({**settings_for(sqlite_url, tmp_path), "RATELIMIT_ENABLED": True})
    with app.app_context():
        yield app.test_client()
        limiter.reset()
        limiter.enabled = False
        db.session.remove()
        db.engine.dispose()


def test_a_link_that_is_tried_again_and_again_is_slowed_down_for_itself_alone(limited: FlaskClient) -> None:
    place = by_video()
    ani, budi = named(place, "Ani", "Budi")
    with at(place, 30):
        answers = [limited.post(join_page(ani), data={"step": "code", "code": "1"}).status_code for _n in range(3)]
        other = limited.post(join_page(budi), data={"step": "code", "code": "1"}).status_code
        looking = limited.get(join_page(ani)).status_code
    assert answers == [422, 422, 429]
    assert (other, looking) == (422, 200)


def test_who_waits_or_comes_on_site_finds_no_way_in(client: FlaskClient) -> None:
    place = by_video(seats=1)
    _seated, tono = named(place, "Budi", "Tono")
    with at(place, 0):
        assert client.get(join_page(tono)).status_code == 409
        assert client.post(join_page(tono), data={"step": "join"}).status_code == 409
    with transaction():
        db.session.get_one(Session, place.session_id).mode = Mode.ONSITE
    with at(place, 0):
        assert "not held by video" in client.get(join_page(_seated)).text


def test_a_mail_leads_to_her_own_way_in_and_not_past_it(app: Flask) -> None:
    place = by_video()
    (budi,) = named(place, "Budi")
    mail = db.session.scalars(select(Mail).where(Mail.subject == f"registration:{budi}")).first()
    assert mail and mail.facts["online_url"] == CALL
    assert said(mail.facts, "id", masked=False)["online_url"] == f"http://127.0.0.1:8000{join_page(budi)[3:]}"


def test_the_speakers_page_shows_a_code_renews_it_and_changes_nothing_by_itself(client: FlaskClient) -> None:
    place = by_video()
    with at(place, -60):
        sign_in(client, sari())
        assert "No code is shown now" in client.get(office(place, "/online")).text
    with at(place, 10) as day_id:
        code = shown(day_id)
        with counted() as statements:
            page = client.get(office(place, "/online")).text
        assert f"{code[:3]} {code[3:]}" in page
        assert not any(statement.startswith(("INSERT", "UPDATE", "DELETE")) for statement in statements)
        assert send(client, office(place, "/online"), act="renew").status_code == 303
        assert f"{code[:3]} {code[3:]}" not in client.get(office(place, "/online?large=1")).text
        send(client, office(place, "/online"), act="choose", counts="joined")
        send(client, office(place, "/online"), act="choose", counts="nonsense")
    assert db.session.get_one(Event, place.event_id).online_counts is OnlineCounts.JOINED


def a_list(place: Place) -> io.BytesIO:
    on = day_of(place).local_date
    lines = [
        "Name,Email,Join time,Leave time,Duration (minutes)",
        f"I Made Wirawan,,{on:%m/%d/%Y} 08:35:00 AM,{on:%m/%d/%Y} 09:35:00 AM,60",
        f"HP dinas,sari@contoh.id,{on:%m/%d/%Y} 08:35:00 AM,{on:%m/%d/%Y} 08:45:00 AM,10",
        f"Made - Perpus Bali,,{on:%m/%d/%Y} 08:30:00 AM,{on:%m/%d/%Y} 10:00:00 AM,90",
        f"iPhone (2),,{on:%m/%d/%Y} 08:30:00 AM,{on:%m/%d/%Y} 10:00:00 AM,90",
    ]
    return io.BytesIO("\n".join(lines).encode())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def test_a_list_is_read_doubts_are_settled_by_hand_and_only_the_chosen_are_saved(client: FlaskClient) -> None:
    place = by_video(counts=OnlineCounts.LISTED, seats=5)
    ids = named(place, "Dr. I Made Wirawan, S.Pd.", "Ni Luh Sari", "I Made Suardana", "Ketut Rai", "Absen Orang")
    references = [db.session.get_one(Registration, each).reference for each in ids]
    with transaction():
        db.session.get_one(Registration, ids[1]).person.email = "sari@contoh.id"
    url = office(place, "/online/list")
    with at(place, 300):
        sign_in(client, made())
        fields = {"day": "1", "zone": "Asia/Makassar"}
        page = send(client, url, step="check", least="30", file=(a_list(place), "zoom.csv"), **fields).text
        boxes = dict(re.findall(r'type="checkbox"[^>]*name="(who-\d+)"[^>]*value="\w+"( checked)?', page))
        assert boxes == {"who-0": " checked", "who-1": ""}, "the second stayed too short"
        assert page.count('type="radio"') == 3, "two Mades, or none of them"
        assert "Absen Orang" in page and kept() == (0, 0)
        carried = {**fields, "rows": hidden(page, "rows"), "least": "30", "who-0": references[0]}
        wrong = send(client, url, step="save", **carried, **{"typed-3": "Tono"})
        assert wrong.status_code == 422 and "Nobody with a seat here is called so" in wrong.text and kept() == (0, 0)
        chosen = {**carried, "who-2": references[2], "typed-3": f"Ketut Rai · {references[3][:4]}-{references[3][4:]}"}
        for _time in range(2):
            assert send(client, url, step="save", **chosen).status_code == 303
    assert set(db.session.scalars(select(Attendance.registration_id))) == {ids[0], ids[2], ids[3]}
    assert all(db.session.scalars(select(Attendance.online)))


@pytest.mark.parametrize(("name", "content", "words"), [
    ("x.csv", b"Kota,Jumlah\nBali,3\n", "Name / Nama"),
    ("x.csv", b"", "Nothing"),
    ("x.png", b"\x89PNG\r\n\x1a\n\0\0", ""),
])  # fmt: skip
def test_a_file_that_is_no_list_is_refused_and_nothing_is_stored(
    client: FlaskClient, name: str, content: bytes, words: str
) -> None:
    place = by_video()
    with at(place, 10):
        sign_in(client, made())
        answer = send(client, office(place, "/online/list"), step="check", day="1", file=(io.BytesIO(content), name))
        broken = send(client, office(place, "/online/list"), step="save", day="1", rows="nonsense")
    assert answer.status_code == 422 and 'id="error-summary-title"' in answer.text
    assert broken.status_code == 422
    assert words in answer.text or words == "Nothing"
    assert kept() == (0, 0)


def test_boards_show_numbers_and_no_names(client: FlaskClient) -> None:
    place = by_video(mode=Mode.HYBRID)
    (budi,) = named(place, "Budi Santosa")
    with at(place, 5) as day_id:
        check_in(budi, day_id, by=COMMAND_LINE)
        sign_in(client, made())
        event = client.get(f"/en/office/events/{place.event_slug}/live").text
        session = client.get(office(place, "/live")).text
        screen = client.get(office(place, "/live?screen=1")).text
    for page in (event, session, screen):
        assert re.search(r"<dd>1<span class=\"live-of\"> / 1</span></dd>", page)
        assert "Budi" not in page and 'id="live"' in page
    assert "site-header" in session and "site-header" not in screen and "Made" not in screen


def test_the_record_opens_by_a_button_for_half_an_hour_and_each_look_is_written_down(client: FlaskClient) -> None:
    place = by_video()
    (budi,) = named(place, "Budi Santosa")
    url = office(place, "/attendance-record")

    def looks() -> int:
        return (
            db.session.scalar(
                select(func.count()).select_from(AuditEntry).where(AuditEntry.act == "attendance.record_seen")
            )
            or 0
        )

    with at(place, 5) as day_id:
        check_in(budi, day_id, by=COMMAND_LINE)
        sign_in(client, an_account("Auditor", Right.AUDITOR))
        cover = client.get(url).text
        assert "Budi" not in cover and "seal__digits" in cover and looks() == 0
        opened = send(client, url, act="open")
        page = client.get(opened.location).text
        assert "Budi Santosa" in page and looks() == 1
        assert client.get(opened.location).status_code == 200 and looks() == 1
        pdf = send(client, url, act="pdf")
        assert pdf.data.startswith(b"%PDF") and pdf.headers["Cache-Control"] == "no-store"
        other = client.application.test_client()
        sign_in(other, made())
        assert "Budi" not in other.get(opened.location).text, "the pass is good for one account"
    with at(place, 36):
        assert "Budi" not in client.get(opened.location).text
    assert re.search(r"seal__digits.*?</p>", cover).group() == re.search(r"seal__digits.*?</p>", page).group()  # type: ignore[union-attr]


def test_the_record_masks_the_nip(client: FlaskClient) -> None:
    place = by_video()
    (budi,) = named(place, "Budi Santosa")
    with transaction():
        db.session.get_one(Registration, budi).person.nip = "198001012010011003"
    with at(place, 5):
        sign_in(client, made())
        page = client.get(send(client, office(place, "/attendance-record"), act="open").location).text
    assert "NIP …1003" in page and "198001012010011003" not in page


def test_the_report_narrows_and_goes_out_as_a_file_that_is_written_down(client: FlaskClient) -> None:
    place = by_video()
    (budi,) = named(place, "Budi")
    url = f"/en/office/events/{place.event_slug}/attendance"
    with at(place, 5) as day_id:
        sign_in(client, made())
        check_in(budi, day_id, by=COMMAND_LINE)
        assert "100 %" in client.get(url).text
        assert "Nothing is found by these filters" in client.get(f"{url}?session=atlantis&wave=x&on=y").text
        for what, begins in (("xlsx", b"PK"), ("pdf", b"%PDF")):
            assert send(client, url, what=what, role="stakeholder").data.startswith(begins)
        assert send(client, url, what="exe").status_code == 404
    acts = db.session.scalars(select(AuditEntry.after).where(AuditEntry.act == "export.made")).all()
    assert [after and after["kind"] for after in acts] == ["attendance-xlsx", "attendance-pdf"]


def test_pages_of_another_province_are_not_there_for_a_pic(client: FlaskClient) -> None:
    place = by_video()
    with transaction():
        db.session.get_one(Session, place.session_id).province_code = "12"
    with clock.stopped_at(day_of(place).starts_at + timedelta(minutes=1)):
        sign_in(client, an_account("Wayan", Right.PIC, BALI))
        for rest in ("/online", "/online/list", "/live", "/attendance-record"):
            assert client.get(office(place, rest)).status_code == 404, rest
