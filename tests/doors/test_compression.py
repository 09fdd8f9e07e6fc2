"""What travels compressed, and what must not."""

from __future__ import annotations

import gzip
import re

from flask.testing import FlaskClient

from tests.builders import BUDI, an_event, registered
from tests.cast import sari, sign_in

READS_GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_public_page_and_its_sheets_travel_compressed_and_are_the_same_as_plain(client: FlaskClient) -> None:
    page = client.get("/privacy", headers=READS_GZIP, buffered=True)
    plain = client.get("/privacy")
    assert page.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(page.data) == plain.data and len(page.data) * 2 < len(plain.data)
    assert "Accept-Encoding" in page.headers["Vary"] and "Accept-Encoding" in plain.headers["Vary"]
    for sheet in re.findall(r'href="(/static/[^"]+\.css[^"]*)"', plain.text):
        packed = client.get(sheet, headers=READS_GZIP, buffered=True)
        assert packed.headers["Content-Encoding"] == "gzip" and "immutable" in packed.headers["Cache-Control"]
        assert gzip.decompress(packed.data) == client.get(sheet, buffered=True).data
        known = client.get(sheet, headers={**READS_GZIP, "If-None-Match": packed.headers["ETag"]}, buffered=True)
        assert (known.status_code, known.data) == (304, b"")


def test_a_font_is_sent_as_it_is(client: FlaskClient) -> None:
    font = client.get(
        "/static/fonts/plus-jakarta-sans/plus-jakarta-sans-latin-700-normal.woff2", headers=READS_GZIP, buffered=True
    )
    assert font.status_code == 200 and "Content-Encoding" not in font.headers and font.data[:4] == b"wOF2"


def test_the_length_of_a_page_with_a_person_or_a_token_tells_nothing(client: FlaskClient) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    answers = [
        client.get(f"/my/{budi.token}", headers=READS_GZIP, buffered=True),
        client.get("/office/login", headers=READS_GZIP),
    ]
    sign_in(client, sari())
    answers.append(client.get(f"/office/registrations/{budi.reference}?q=x", headers=READS_GZIP, buffered=True))
    for answer in answers:
        assert answer.status_code == 200 and "Content-Encoding" not in answer.headers, answer.request.path
