"""In development the office shows the mails that are kept as files as they would look; in production there are no such pages."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import an_event, registered, somebody
from tests.cast import made, sari, sign_in
from tpbis_events.outbox import kept
from tpbis_events.outbox.deliver import deliver_due

LIST = "/en/office/mail/files"


@pytest.fixture
def office(client: FlaskClient) -> FlaskClient:
    return sign_in(client, sari())


def some_mail(name: str = 'Sari <b>"Ayu"</b>') -> str:
    """Somebody registers, and the worker keeps her mail as a file: its name."""
    registered(an_event()["51", "stakeholder"], somebody(full_name=name, language="en"))
    deliver_due("w1")
    (newest, *_), _more = kept.newest()
    return newest.name


def test_a_mail_is_shown_as_its_file_says_with_its_picture_and_what_it_carries(app: Flask, office: FlaskClient) -> None:
    name = some_mail()
    index = office.get(LIST).text
    assert f"{LIST}/{name}" in index and "Your seat is confirmed: SHM Bali" in index
    page = office.get(f"{LIST}/{name}")
    words = unescape(page.text)
    assert "<b>" not in page.text and 'Dear Sari <b>"Ayu"</b>,' in words
    assert "Message-ID" in words and "BEGIN:VCALENDAR" in words and "/en/my/" in words
    frame = office.get(f"{LIST}/{name}/html")
    assert 'src="data:image/png;base64,iVBOR' in frame.text and "cid:" not in frame.text
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "script-src" not in frame.headers["Content-Security-Policy"]


def test_what_a_mail_carries_is_kept_and_never_run(app: Flask, office: FlaskClient) -> None:
    name = some_mail()
    parts = [office.get(f"{LIST}/{name}/parts/{number}") for number in (0, 1)]
    assert sorted(part.headers["Content-Disposition"].split("=")[1].strip('"')[:6] for part in parts) == [
        "TPBIS-",
        "qr.png",
    ]
    for part in parts:
        assert part.mimetype == "application/octet-stream" and part.headers["X-Content-Type-Options"] == "nosniff"
    assert {parts[0].data[:4], parts[1].data[:4]} == {b"\x89PNG", b"BEGI"}
    assert office.get(f"{LIST}/{name}/parts/9").status_code == 404


def test_no_other_file_can_be_read(app: Flask, office: FlaskClient) -> None:
    name = some_mail()
    folder = Path(app.config["INSTANCE"]) / "mail"
    (folder / ".1-secret-x.eml.5.tmp").write_bytes((folder / name).read_bytes())
    (folder / "notes.txt").write_text("secret")
    for other in (
        "notes.txt",
        ".1-secret-x.eml.5.tmp",
        "..%2Ftpbis.sqlite",
        "%2e%2e%2ftpbis.sqlite",
        "9-x-y.eml",
        "x.eml",
    ):
        assert office.get(f"{LIST}/{other}").status_code == 404
    assert "notes.txt" not in office.get(LIST).text


def test_the_list_goes_on_page_by_page(app: Flask, office: FlaskClient) -> None:
    folder = Path(app.config["INSTANCE"]) / "mail"
    folder.mkdir()
    for number in range(1, kept.PAGE + 4):
        (folder / f"{number}-links-a@example.id.eml").write_bytes(f"Subject: Mail {number}\r\n\r\nHi\r\n".encode())
    first = office.get(LIST).text
    assert "Mail 53" in first and "Mail 3<" not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following and "Mail 3<" in office.get(following[1]).text
    assert office.get(f"{LIST}/7-links-a@example.id.eml").status_code == 200, (
        "a file without date or recipient is shown too"
    )


def test_in_production_and_for_who_may_not_see_mail_there_are_no_such_pages(app: Flask) -> None:
    name = some_mail()
    pic = sign_in(app.test_client(), made())
    assert pic.get(LIST).status_code == 403 and pic.get(f"{LIST}/{name}").status_code == 403
    office = sign_in(app.test_client(), sari())
    assert LIST in office.get("/en/office/mail").text
    app.config["PRODUCTION"] = True
    for address in (LIST, f"{LIST}/{name}", f"{LIST}/{name}/html", f"{LIST}/{name}/parts/0"):
        assert office.get(address).status_code == 404
    assert LIST not in office.get("/en/office/mail").text
