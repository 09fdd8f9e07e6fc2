"""One's own pages by the signed link: what they show, in which state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from flask.testing import FlaskClient
from icalendar import Calendar
from PIL import Image

from tests.builders import BUDI, an_event, registered
from tests.doors.browsing import CIVIL_SERVANT, row
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.cancel import cancel


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("page", ["", "/done", "/correct", "/cancel"])
def test_each_page_speaks_both_languages_is_kept_nowhere_and_sets_no_cookie(
    client: FlaskClient, language: str, page: str
) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    answer = client.get(f"{language}/my/{budi.token}{page}")
    assert answer.status_code == 200
    assert f'<html lang="{"en" if language else "id"}">' in answer.text
    event = "Provincial Stakeholder Meetings" if language else "SHM Provinsi"
    assert event in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "csrf_token" not in answer.text


def test_the_confirmation_shows_seat_reference_ticket_and_where_the_mail_went(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    page = client.get(f"/en/my/{budi.token}/done").text
    assert "You have a seat" in page
    assert grouped(budi.reference) in page and grouped(row(budi).ticket) in page
    assert "b***@example.id" in page and "budi@example.id" not in page
    for link in ("/qr.png", "/calendar.ics"):
        assert f"/en/my/{budi.token}{link}" in page
    assert f"http://127.0.0.1:8000/en/my/{budi.token}" in page


def test_one_without_an_address_is_told_to_keep_the_page(client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    phones = [
        replace(BUDI, full_name=name, email="", phone=phone)
        for name, phone in (("A", "081234567890"), ("B", "081234567891"))
    ]
    seated, waiting = (registered(place, each) for each in phones)
    assert "Keep this page." in client.get(f"/en/my/{seated.token}/done").text
    page = client.get(f"/en/my/{waiting.token}/done").text
    assert "Keep this page." in page and "the office tells you by phone" in page and "mail with the link" not in page


def test_one_who_waits_sees_her_place_move_and_no_ticket(client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    _budi, first, second = (registered(place) for _ in range(3))
    for page in ("", "/done"):
        shown = client.get(f"/en/my/{second.token}{page}").text
        assert "You are number 2 on the waiting list" in shown
        assert "qr.png" not in shown and row(second).ticket not in shown.replace("-", "")
    cancel(first.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert "You are number 1 on the waiting list" in client.get(f"/en/my/{second.token}").text
    for picture in ("qr.png", "calendar.ics"):
        assert client.get(f"/en/my/{second.token}/{picture}").status_code == 409


def test_a_cancelled_registration_says_by_whom_and_why_and_done_leads_to_it(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    cancel(budi.registration_id, by=COMMAND_LINE, reason="nama ganda")
    page = client.get(f"/en/my/{budi.token}").text
    assert "This registration is cancelled" in page
    assert "The organizer cancelled it on" in page and "nama ganda" in page
    assert "/correct" not in page and "/cancel" not in page
    answer = client.get(f"/en/my/{budi.token}/done")
    assert (answer.status_code, answer.location) == (303, f"/en/my/{budi.token}")
    assert client.get(f"/my/{budi.token}/qr.png").status_code == 409


def test_the_pages_never_show_a_whole_nip(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], CIVIL_SERVANT)
    for page in ("", "/done", "/correct", "/cancel"):
        assert "198501152010012003" not in client.get(f"/my/{budi.token}{page}").text
    assert "…2003" in client.get(f"/my/{budi.token}").text


def test_hostile_names_are_text_on_every_page(client: FlaskClient) -> None:
    name = '<script>alert(1)</script>\' onload="x" {{ 7 * 7 }}'
    hostile = replace(
        BUDI, full_name=name, institution=name, position=name, support_needed=name, email='"<b>"@example.id'
    )
    budi = registered(an_event()["51", "stakeholder"], replace(hostile, email="budi@example.id"))
    for page in ("", "/done", "/correct", "/cancel"):
        shown = client.get(f"/my/{budi.token}{page}").text
        assert "<script>alert" not in shown and 'onload="x"' not in shown and " 49" not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    client.post(f"/my/{budi.token}/cancel", data={"reason": name})
    assert "<script>alert" not in client.get(f"/my/{budi.token}").text


def test_the_picture_says_the_ticket_and_opens_nothing(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    answer = client.get(f"/my/{budi.token}/qr.png")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/png", "no-store")
    assert zxingcpp.read_barcode(Image.open(BytesIO(answer.data))).text == row(budi).ticket


def test_the_calendar_file_has_one_entry_for_each_day_and_takes_them_out_when_cancelled(client: FlaskClient) -> None:
    budi = registered(an_event(days=2)["51", "stakeholder"], BUDI)
    answer = client.get(f"/my/{budi.token}/calendar.ics")
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="tpbis-{budi.reference}.ics"'
    before = Calendar.from_ical(answer.data)
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    after = Calendar.from_ical(client.get(f"/my/{budi.token}/calendar.ics").data)
    assert (before["method"], after["method"]) == ("PUBLISH", "CANCEL")
    uids = [[entry["uid"] for entry in each.walk("VEVENT")] for each in (before, after)]
    assert len(uids[0]) == 2 and uids[0] == uids[1]
    sequences = [[int(entry["sequence"]) for entry in each.walk("VEVENT")] for each in (before, after)]
    assert sequences == [[0, 0], [1, 1]]


def test_the_page_without_a_link_tells_where_the_link_is_and_asks_for_an_address_alone(client: FlaskClient) -> None:
    for address in ("/my", "/en/my"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.text.count("<form") == answer.text.count("<input") == 1
        assert "Set-Cookie" not in answer.headers
    assert "Where your link is" in answer.text


def test_the_code_for_the_door_is_shown_until_the_last_day_itself_is_over(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    ends = row(budi).session.ends_at
    code = grouped(row(budi).ticket)
    with clock.stopped_at(ends + timedelta(hours=1)):
        assert code in client.get(f"/my/{budi.token}").text, "who comes late is let in by it"
    with clock.stopped_at(ends + timedelta(days=1)):
        assert code not in client.get(f"/my/{budi.token}").text
