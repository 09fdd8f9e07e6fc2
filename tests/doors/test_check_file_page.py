"""Anybody uploads a file and is told whether it is the one that was issued; nothing of it is kept or logged."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import BUDI, registered
from tests.commands.test_certificate_versions import a_certificate, reissued, rename
from tests.commands.test_certificates import attend, issued
from tests.conftest import settings_for
from tests.queries import counted
from tpbis_events import create_app
from tpbis_events.certificates.check_file import LARGEST
from tpbis_events.certificates.drawing import draw_all
from tpbis_events.certificates.file import file_of
from tpbis_events.certificates.lookup import facts_of, version_by_code
from tpbis_events.certificates.model import Signing, Version
from tpbis_events.certificates.revoke import revoke
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.web.public.certificates import _KEPT, LIMIT

NAME = "ijazah-rahasia.pdf"


def version_of(code: str) -> Version:
    found = version_by_code(code)
    assert found is not None
    return found


def upload(client: FlaskClient, content: bytes, language: str = "/en") -> TestResponse:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{NAME}"\r\nContent-Type: application/pdf\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"
    return client.post(f"{language}/check", data=body, content_type="multipart/form-data; boundary=x")


def test_the_issued_file_shows_the_same_proof_as_its_code_and_whether_it_still_holds(client: FlaskClient) -> None:
    place, budi, first = a_certificate()
    file = file_of(version_of(first.code))
    with counted() as asked:
        valid = upload(client, file)
    assert valid.status_code == 200 and len(asked) <= 3
    assert "The file is unaltered" in valid.text and "This certificate is valid" in valid.text
    proof = re.compile(r"<section class=\"result.*?</section>", re.S)
    assert proof.findall(valid.text) == proof.findall(client.get(f"/en/check/{first.code}").text) != []
    rename(budi)
    reissued(place, budi)
    replaced = upload(client, file).text
    assert "The file is unaltered" in replaced and "This version is replaced by version 2" in replaced
    revoke(budi, reason="Salah orang", by=COMMAND_LINE)
    revoked = upload(client, file).text
    assert "This certificate was revoked" in revoked and "Salah orang" in revoked and "is valid" not in revoked


def test_an_altered_file_is_told_so_with_what_was_really_issued(client: FlaskClient) -> None:
    place, _budi, first = a_certificate()
    file = file_of(version_of(first.code))
    answer = upload(client, file.replace(b"/Title (Sertifikat", b"/Title (SERTIFIKAT"))
    assert answer.status_code == 200
    for words in (
        "This is not the file that was issued",
        "What was issued under this code, and is valid",
        BUDI.full_name,
    ):
        assert words in answer.text
    assert "unaltered" not in answer.text and "result--valid" not in answer.text
    tono = registered(place, replace(BUDI, full_name="Tono", email="tono@example.id", phone="")).registration_id
    attend(place, tono)
    second = issued(place, tono)
    merged = upload(client, draw_all([facts_of(version_of(each.code)) for each in (first, second)], "x")).text
    assert f"/en/check/{grouped(second.code)}" in merged and "not the file that was issued" in merged


def test_the_drawn_form_of_a_signed_certificate_is_called_unsigned(client: FlaskClient) -> None:
    _place, _budi, first = a_certificate()
    file = file_of(version_of(first.code))
    with transaction():
        version_of(first.code).signing = Signing.OWN
    answer = upload(client, file).text
    assert "This is the form without a digital signature" in answer and first.number in answer


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "The one that came is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), 422, "a picture cannot be checked by its bytes"),
        (b"PK\x03\x04", 422, "This is no PDF file."),
        (b"%PDF-1.4 other", 200, "This file is not one of ours"),
        (b"%PDF-1.4 other".ljust(LARGEST), 200, "This file is not one of ours"),
        (bytes(LARGEST + 1), 413, "larger than 15 MB"),
        (bytes(LARGEST + 100_000), 413, "larger than 15 MB"),
    ],
)
def test_what_cannot_be_checked_is_answered_beside_the_field(
    client: FlaskClient, content: bytes, status: int, words: str
) -> None:
    answer = upload(client, content)
    assert answer.status_code == status and words in answer.text and "<form" in answer.text
    if status != 200:
        assert "There is a problem" in answer.text and 'aria-describedby="file-hint file-error"' in answer.text
        assert answer.text.index("<title>Error:") < answer.text.index('href="#file"')
    without = client.post("/en/check", data={})
    assert without.status_code == 422 and "Choose the PDF file" in without.text


def test_nothing_is_kept_logged_or_left_in_the_browser(
    client: FlaskClient, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    _place, _budi, first = a_certificate()
    kept = sorted(app.config["INSTANCE"].rglob("*"))
    logging.getLogger("tpbis").setLevel(logging.INFO)
    with caplog.at_level(logging.INFO):
        for content in (file_of(version_of(first.code)), b"%PDF-1.4", b"no", bytes(LARGEST + 1)):
            answer = upload(client, content)
            assert "Set-Cookie" not in answer.headers and NAME not in answer.text
            assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Robots-Tag"] == "noindex"
            assert '<meta name="robots" content="noindex">' in answer.text
    assert sorted(app.config["INSTANCE"].rglob("*")) == kept
    assert NAME not in caplog.text


def test_a_result_is_read_in_the_other_language_without_sending_the_file_again(client: FlaskClient) -> None:
    _place, _budi, first = a_certificate()
    page = upload(client, file_of(version_of(first.code))[:-1]).text
    result = re.search(r'name="result" value="([^"]+)"', page)
    assert result and 'form="result-again" formaction="/check"' in page
    again = client.post("/check", data={"result": result[1], "step": "edit"})
    assert again.status_code == 200 and 'lang="id"' in again.text and first.number in again.text
    assert "result--valid" not in again.text
    for broken in (result[1] + "x", "", result[1].swapcase()):
        assert client.post("/en/check", data={"result": broken}).location == "/en/check"
    with clock.stopped_at(clock.now() + 2 * _KEPT):
        assert client.post("/en/check", data={"result": result[1]}).location == "/en/check"


def test_who_sends_file_after_file_is_stopped(sqlite_url: str, tmp_path: Path) -> None:
    app = create_app({**settings_for(sqlite_url, tmp_path), "RATELIMIT_ENABLED": True})
    client = app.test_client()
    most = int(LIMIT.split()[0])
    try:
        answers = [client.post("/check").status_code for _ in range(most + 1)]
    finally:
        with app.app_context():
            db.engine.dispose()
    assert answers == [422] * most + [429]
