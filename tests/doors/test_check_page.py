"""Anybody checks a certificate by its code, and learns what it says and no more."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import BUDI, an_event, registered
from tests.conftest import settings_for
from tpbis_events import create_app
from tpbis_events.attendance.check_in import check_in
from tpbis_events.certificates.issue import issue
from tpbis_events.certificates.model import Certificate
from tpbis_events.certificates.reissue import reissue
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.model import Registration
from tpbis_events.web.public.certificates import LIMIT


@pytest.fixture
def code(app: Flask) -> str:
    """The code of Budi's certificate; he is a civil servant, so there is more about him that must not be shown."""
    place = an_event()["51", "stakeholder"]
    budi = registered(place, replace(BUDI, employment="pns", nip="198504122010011003")).registration_id
    session = db.session.get_one(Session, place.session_id)
    with clock.stopped_at(session.ends_at):
        check_in(budi, session.days[0].id, by=COMMAND_LINE)
        return issue(budi, by=COMMAND_LINE).code


def certificate() -> Certificate:
    return db.session.scalars(select(Certificate)).one()


def revoke(reason: str) -> None:
    with transaction():
        row = certificate()
        row.revoked_at, row.revoke_reason = datetime(2027, 3, 1, 1, 30, tzinfo=UTC), reason


def test_a_valid_certificate_says_for_whom_what_and_when(client: FlaskClient, code: str) -> None:
    answer = client.get(f"/en/check/{code}")
    assert answer.status_code == 200
    facts = certificate().facts
    for told in (
        "This certificate is valid",
        "Budi Santoso",
        facts["number"],
        facts["dates_en"],
        facts["event_name_en"],
    ):
        assert told in answer.text


def test_it_says_nothing_that_is_not_on_the_list(client: FlaskClient, code: str) -> None:
    page = client.get(f"/en/check/{code}").text
    for secret in ("198504122010011003", "budi@example.id", "81234567890", BUDI.institution, BUDI.position):
        assert secret not in page
    labels = re.findall(r"<dt>(.*?)</dt>", page)
    assert labels == ["Name", "Took part as", "Event", "Date", "Number", "Version"]


def test_a_revoked_certificate_says_since_when_and_why(client: FlaskClient, code: str) -> None:
    revoke("Nama salah <tulis>")
    page = client.get(f"/en/check/{code}").text
    assert "This certificate was revoked" in page and "is valid" not in page
    assert "Monday, 1 March 2027, 08:30 WIB" in page
    assert "Nama salah &lt;tulis&gt;" in page


def test_a_replaced_version_says_so_and_the_new_one_is_valid(client: FlaskClient, code: str) -> None:
    budi = certificate().registration_id
    answers = replace(BUDI, full_name="Budi Santosa", employment="pns", nip="198504122010011003")
    correct(budi, answers, by=COMMAND_LINE)
    with clock.stopped_at(db.session.get_one(Registration, budi).session.ends_at):
        again = reissue(budi, by=COMMAND_LINE)
    old, new = client.get(f"/en/check/{code}").text, client.get(f"/en/check/{again.code}").text
    assert "This version is replaced by version 2" in old and "Budi Santoso" in old and "is valid" not in old
    assert "This certificate is valid" in new and "Budi Santosa" in new


def test_a_code_that_nobody_was_given_is_answered_kindly_with_404(client: FlaskClient, code: str) -> None:
    for wrong in ("AAAA-AAAA-AAAA-AAAA-AAAA", "x", code[:-1], "a" * 5000, "<script>"):
        answer = client.get(f"/en/check/{wrong}")
        assert answer.status_code == 404
        assert "We found no certificate with this code" in answer.text
        assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "change", [str.lower, grouped, lambda code: f" {grouped(code, 5)} ".replace("0", "o").replace("1", "l")]
)
def test_a_code_is_read_as_people_type_it(client: FlaskClient, code: str, change: object) -> None:
    typed = change(code)  # type: ignore[operator]
    asked = client.get("/en/check", query_string={"code": typed})
    assert (asked.status_code, asked.location) == (303, f"/en/check/{grouped(code)}")
    assert "This certificate is valid" in client.get(asked.location).text


def test_the_whole_address_may_be_pasted_and_a_number_is_told_apart_from_a_code(client: FlaskClient, code: str) -> None:
    pasted = client.get("/check", query_string={"code": f"http://127.0.0.1:8000/check/{code}"})
    assert pasted.location == f"/check/{grouped(code)}"
    number = client.get("/en/check", query_string={"code": certificate().number})
    assert number.status_code == 200 and "looks like the number of the certificate" in number.text


def test_an_empty_form_asks_for_the_code(client: FlaskClient) -> None:
    assert "There is a problem" not in client.get("/en/check").text
    for empty in ("", "   ", "--"):
        answer = client.get("/en/check", query_string={"code": empty})
        assert answer.status_code == 200
        assert "Type the check code." in answer.text


def test_no_cookie_is_set_and_neither_caches_nor_search_engines_keep_a_name(client: FlaskClient, code: str) -> None:
    for address in ("/check", f"/check?code={code}", f"/check/{code}", "/check/nothing"):
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers
    found = client.get(f"/check/{code}")
    assert found.headers["Cache-Control"] == "no-store"
    assert found.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in found.text


def test_the_qr_code_on_the_paper_leads_here(client: FlaskClient, code: str) -> None:
    address = certificate().facts["check_url"]
    assert address == f"http://127.0.0.1:8000/check/{code}"
    assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_who_tries_codes_one_after_another_is_stopped(sqlite_url: str, tmp_path: Path) -> None:
    app = create_app({**settings_for(sqlite_url, tmp_path), "RATELIMIT_ENABLED": True})
    client = app.test_client()
    most = int(LIMIT.split()[0])
    try:
        answers = [client.get(f"/check/{number:020}").status_code for number in range(most + 2)]
    finally:
        with app.app_context():
            db.engine.dispose()
    assert answers == [404] * most + [429] * 2
