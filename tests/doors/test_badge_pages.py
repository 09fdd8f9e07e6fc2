"""The digital badge on one's own page, and the public list of those that no longer hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.badge_verifier import Answer, verify
from tests.builders import BUDI, Place, an_event, registered
from tests.commands.test_certificates import attend, change_event, issued
from tests.queries import counted
from tpbis_events.certificates import badge_key, badge_status
from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.certificates.reissue import reissue
from tpbis_events.certificates.revoke import revoke
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.register import Registered

KEY, OLDER = "A" * 43, "B" * 42 + "A"


@pytest.fixture
def place(app: Flask) -> Place:
    app.config["BADGE_KEYS"] = [KEY]
    return an_event(roles={"stakeholder": 9})["51", "stakeholder"]


def certified(place: Place, name: str = "Budi Santoso") -> Registered:
    person = registered(place, replace(BUDI, full_name=name, email=f"{name[:4].lower()}@example.id", phone=""))
    attend(place, person.registration_id)
    issued(place, person.registration_id)
    return person


def fetched(client: FlaskClient, person: Registered) -> dict[str, Any]:
    answer = client.get(f"/my/{person.token}/certificate.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def asked(client: FlaskClient, place: Place, *badges: dict[str, Any]) -> list[Answer]:
    """Of the proof of each, and by the list that the badge itself names, whether it holds."""
    address = badges[0]["credentialStatus"]["statusListCredential"]
    found = client.get(address.removeprefix("http://127.0.0.1:8000"))
    assert found.status_code == 200
    return verify(badges, over(place) + timedelta(days=1), {address: json.loads(found.data)})


def over(place: Place) -> Any:
    return db.session.get_one(Session, place.session_id).ends_at


def test_the_badge_of_an_issued_certificate_is_downloaded_and_verifies_offline(
    client: FlaskClient, place: Place
) -> None:
    budi = certified(place)
    page = client.get(f"/en/my/{budi.token}").text
    assert "Download my digital badge" in page and f"/en/my/{budi.token}/certificate.json" in page
    answer = client.get(f"/en/my/{budi.token}/certificate.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="lencana-0001-')
    assert answer.headers["Content-Disposition"].endswith('.json"')
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    again = client.get(f"/my/{budi.token}/certificate.json")
    assert again.data == answer.data  # made anew, and the same bytes in either language
    certificate = db.session.scalars(select(Certificate)).one()
    subject = answer.json["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == "Budi Santoso" and subject["licenseNumber"] == certificate.number
    assert answer.json["id"] == certificate.facts["check_url"]
    assert subject["activityEndDate"] == over(place).strftime("%Y-%m-%dT%H:%M:%SZ")
    altered = json.loads(answer.text.replace("Budi Santoso", "Tono Santoso"))
    whole, other = verify([answer.json, altered], over(place))
    assert whole.verified and not other.verified


def test_a_replaced_or_revoked_badge_is_seen_by_who_asks_for_the_list(client: FlaskClient, place: Place) -> None:
    budi, made, sari = (certified(place, name) for name in ("Budi Santoso", "Made Wirawan", "Sari Lestari"))
    before = fetched(client, budi)
    badges = [before, fetched(client, made), fetched(client, sari)]
    assert [answer.holds for answer in asked(client, place, *badges)] == [True] * 3
    correct(
        budi.registration_id,
        replace(BUDI, full_name="Budi Santosa", email="budi@example.id", phone=""),
        by=COMMAND_LINE,
    )
    with clock.stopped_at(over(place) + timedelta(hours=1)):
        reissue(budi.registration_id, by=COMMAND_LINE)
    with clock.stopped_at(over(place) + timedelta(hours=2)):
        revoke(made.registration_id, reason="salah", by=COMMAND_LINE)
    answers = asked(client, place, *badges, fetched(client, budi))
    assert all(answer.verified for answer in answers)  # what was signed stays signed
    assert [answer.holds for answer in answers] == [False, False, True, True]


def test_the_list_names_nobody_and_may_be_kept_for_minutes(client: FlaskClient, place: Place) -> None:
    budi = certified(place)
    revoke(budi.registration_id, reason="salah tulis", by=COMMAND_LINE)
    certificate = db.session.scalars(select(Certificate)).one()
    (key,) = badge_key.all_keys()
    answer = client.get(f"/badges/status/{key.name}/0")
    assert answer.mimetype == "application/vc" and answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=300" and "Set-Cookie" not in answer.headers
    for private in (certificate.code, certificate.number, "Budi", "salah"):
        assert private not in answer.text
    assert len(answer.data) < 5000
    assert client.get(f"/badges/status/{key.name}/0").data == answer.data
    for wrong in (f"{key.name}/1", "z6MkNobody/0", f"{key.name}/16383", f"{key.name}/16384", f"{key.name}/{10**20}"):
        assert client.get(f"/en/badges/status/{wrong}").status_code == 404


def test_badges_and_their_list_cost_as_many_queries_however_many_were_issued(client: FlaskClient, place: Place) -> None:
    def cost() -> tuple[int, int]:
        with counted() as mine:
            fetched(client, budi)
        with counted() as list_:
            assert client.get(f"/badges/status/{badge_key.all_keys()[0].name}/0").status_code == 200
        return len(mine), len(list_)

    budi = certified(place)
    alone = cost()
    for name in ("Made Wirawan", "Sari Lestari", "Tono Hartono"):
        revoke(certified(place, name).registration_id, reason="salah", by=COMMAND_LINE)
    assert cost() == alone and alone[1] == 2


def test_a_badge_signed_by_an_older_key_can_still_be_revoked(app: Flask, client: FlaskClient, place: Place) -> None:
    budi = certified(place)
    app.config["BADGE_KEYS"] = [OLDER]
    old = fetched(client, budi)
    app.config["BADGE_KEYS"] = [KEY, OLDER]
    new = fetched(client, budi)
    assert old["issuer"]["id"] != new["issuer"]["id"]
    assert [answer.holds for answer in asked(client, place, old)] == [True]
    revoke(budi.registration_id, reason="salah", by=COMMAND_LINE)
    for each in (old, new):
        assert [(answer.verified, answer.holds) for answer in asked(client, place, each)] == [(True, False)]


def test_versions_beyond_the_first_list_have_their_bits_in_the_next(
    client: FlaskClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    budi, made = certified(place), certified(place, "Made Wirawan")
    with transaction():
        certificate = select(Certificate.id).where(Certificate.registration_id == made.registration_id)
        later = badge_status.SIZE * 3
        db.session.execute(update(Version).where(Version.certificate_id.in_(certificate)).values(id=later))
    badges = fetched(client, budi), fetched(client, made)
    assert badges[1]["credentialStatus"]["statusListCredential"].endswith("/3")
    assert badges[1]["credentialStatus"]["statusListIndex"] == "0"
    revoke(made.registration_id, reason="salah", by=COMMAND_LINE)
    assert [each.holds for badge in badges for each in asked(client, place, badge)] == [True, False]


def test_who_has_no_certificate_that_stands_gets_no_badge(client: FlaskClient, place: Place) -> None:
    budi, tono = certified(place), registered(place)
    assert client.get(f"/en/my/{tono.token}/certificate.json").status_code == 404
    assert client.get("/en/my/nobody-holds-this/certificate.json").status_code == 404
    revoke(budi.registration_id, reason="salah", by=COMMAND_LINE)
    answer = client.get(f"/en/my/{budi.token}/certificate.json")
    assert answer.status_code == 409 and "was revoked" in answer.text
    assert "certificate.json" not in client.get(f"/my/{budi.token}").text


def test_a_letter_of_attendance_has_no_badge(app: Flask, client: FlaskClient) -> None:
    app.config["BADGE_KEYS"] = [KEY]
    place = an_event(days=2)["51", "stakeholder"]
    budi = registered(place, BUDI)
    attend(place, budi.registration_id)
    with clock.stopped_at(over(place)):
        assert client.post(f"/my/{budi.token}/certificate", data={"kind": "letter"}).status_code == 303
        assert "certificate.json" not in client.get(f"/my/{budi.token}").text
        answer = client.get(f"/en/my/{budi.token}/certificate.json")
    assert answer.status_code == 404 and "no digital badge for a letter" in answer.text


def test_before_its_signatory_has_signed_nothing_is_handed_out(client: FlaskClient, place: Place) -> None:
    budi = certified(place)
    with transaction():
        db.session.scalars(select(Version)).one().signing = Signing.OUTSIDE
    assert client.get(f"/my/{budi.token}/certificate.json").status_code == 409
    assert "certificate.json" not in client.get(f"/my/{budi.token}").text
    with transaction():
        db.session.scalars(select(Version)).one().signed_hash = "0" * 64
    assert client.get(f"/my/{budi.token}/certificate.json").status_code == 200


def test_a_site_without_a_key_offers_no_badge(app: Flask, client: FlaskClient, place: Place) -> None:
    budi = certified(place)
    app.config["BADGE_KEYS"] = []
    assert "certificate.json" not in client.get(f"/my/{budi.token}").text
    answer = client.get(f"/en/my/{budi.token}/certificate.json")
    assert answer.status_code == 404 and "not set up to sign badges" in answer.text


def test_the_check_page_names_the_keys_so_that_a_forger_with_our_name_is_told(app: Flask, client: FlaskClient) -> None:
    assert "did:key:" not in client.get("/en/check").text
    app.config["BADGE_KEYS"] = [KEY, OLDER]
    page = client.get("/en/check").text
    assert len(badge_key.all_keys()) == 2 and all(key.did in page for key in badge_key.all_keys())


def test_a_demo_certificate_is_a_specimen_also_as_a_badge(client: FlaskClient, place: Place) -> None:
    change_event(place, demo=True)
    assert fetched(client, certified(place))["name"].startswith("CONTOH / SPECIMEN")
