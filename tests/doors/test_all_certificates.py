"""All certificates of an e-mail address by one link: only mailed to it, open to its holder, ended in time and by a change."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from zipfile import ZipFile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import BUDI, Place, an_event, registered
from tests.commands.test_certificate_versions import over, reissued
from tests.commands.test_certificates import attend, issued
from tests.queries import counted
from tpbis_events.certificates.collection import collected
from tpbis_events.certificates.file import file_of
from tpbis_events.certificates.issue import Issued
from tpbis_events.certificates.lookup import of_registration, version_by_code
from tpbis_events.certificates.model import Signing
from tpbis_events.certificates.revoke import revoke
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox import write
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.address_links import LIFE, link_of, token_of
from tpbis_events.registrations.ask_link import ask_link
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.erase import KEPT_AFTER_SESSION, erase_expired
from tpbis_events.registrations.links import LIFE_AFTER_SESSION
from tpbis_events.registrations.rules import Applicant

OFFICE = replace(BUDI, phone="", email="kantor@example.id", shared_address=True)


def given(answers: Applicant = BUDI, in_days: int = 10) -> tuple[Place, int, Issued]:
    """Somebody who was there and has a certificate of an event of her own."""
    place = an_event(in_days=in_days)["51", "stakeholder"]
    registration_id = registered(place, answers).registration_id
    attend(place, registration_id)
    return place, registration_id, issued(place, registration_id)


def mailed(kind: str) -> str:
    """The page that the newest mail of a kind leads to, as a path."""
    mail = db.session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id.desc())).first()
    assert mail is not None
    text = write.written(write.owed(mail)).text
    found = re.findall(r"http://127\.0\.0\.1:8000((?:/en)?/my/certificates/\S+)", text)
    assert len(found) == 1 and found[0].count("/") in (3, 4), text
    return str(found[0])


def test_the_link_is_mailed_with_a_certificate_and_with_the_links_that_are_asked_for(client: FlaskClient) -> None:
    given()
    with_it = mailed("certificate_ready")
    ask_link("BUDI@example.id", "en")
    asked_for = mailed("links")
    assert asked_for.startswith("/en/my/certificates/")
    assert "budi" not in (with_it + asked_for).casefold()
    for mail in db.session.scalars(select(Mail).where(Mail.kind.in_(("certificate_ready", "links")))):
        assert "/my/certificates/" not in write.written(write.owed(mail), masked=True).text
    for page in (with_it, asked_for):
        answer = client.get(page)
        assert answer.status_code == 200 and "Budi Santoso" in answer.text
        assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Referrer-Policy"] == "no-referrer"


def test_who_has_no_certificate_gets_her_links_and_no_other(app: Flask) -> None:
    registered(an_event()["51", "stakeholder"], BUDI)
    ask_link("budi@example.id", "en")
    mail = db.session.scalars(select(Mail).where(Mail.kind == "links")).one()
    text = write.written(write.owed(mail)).text
    assert "/en/my/" in text and "/my/certificates/" not in text
    shown = write.written(write.owed(mail), masked=True).text
    assert "http" not in shown


def test_each_certificate_is_listed_with_its_file_and_check_page_and_nobody_elses(client: FlaskClient) -> None:
    _first_place, _budi, first = given(in_days=10)
    _second_place, gone, second = given(in_days=40)
    _third_place, _waits, third = given(in_days=50)
    *_tono, foreign = given(replace(BUDI, full_name="Tono", email="tono@example.id", phone=""))
    revoke(gone, reason="Salah <orang>", by=COMMAND_LINE)
    with transaction():
        version = version_by_code(third.code)
        assert version is not None
        version.signing = Signing.OUTSIDE
    ask_link("budi@example.id", "en")
    link = mailed("links")
    page = client.get(link).text
    numbers = [page.index(each.number) for each in (third, second, first)]
    assert numbers == sorted(numbers), "the latest session first"
    rows = re.findall(r"<tr>.*?</tr>", page, re.S)[1:]
    assert ["being signed" in row for row in rows] == [True, False, False]
    assert ["Revoked" in row and "Salah &lt;orang&gt;" in row for row in rows] == [False, True, False]
    assert [".pdf" in row for row in rows] == [False, False, True]
    assert all(f"/en/check/{grouped(each.code)}" in page for each in (first, second, third))
    assert foreign.number not in page and "all.zip" not in page
    file = client.get(f"{link}/{first.code}.pdf")
    kept = version_by_code(first.code)
    assert kept is not None and file.data == file_of(kept) and file.headers["Cache-Control"] == "no-store"
    statuses = [client.get(f"{link}/{each.code}.pdf").status_code for each in (foreign, second, third)]
    assert statuses == [404, 409, 409]
    refused = client.get(f"{link}/{second.code}.pdf").text
    assert "was revoked" in refused and f'href="/en/my/{link.rpartition("/")[2]}"' not in refused


def test_colleagues_who_share_an_address_find_theirs_by_name_and_all_in_one_file(client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 5})["51", "stakeholder"]
    names = ("Made Wirawan", "Ni Luh Ayu", "Wayan Sudra")
    people = [registered(place, replace(OFFICE, full_name=name)).registration_id for name in names]
    attend(place, *people)
    codes = [issued(place, each).code for each in people]
    correct(people[0], replace(OFFICE, full_name="Made Wirawan, S.IP."), by=COMMAND_LINE)
    codes[0] = reissued(place, people[0]).code
    ask_link("kantor@example.id", "en")
    link = mailed("links")
    page = client.get(link).text
    assert all(name in page for name in ("Made Wirawan, S.IP.", *names[1:])) and "more than one person" in page
    assert "version 2" in page and f"{link}/all.zip" in page
    answer = client.get(f"{link}/all.zip")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/zip", "no-store")
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with ZipFile(io.BytesIO(answer.data)) as archive:
        files = {archive.read(each) for each in archive.infolist()}
        assert {each.external_attr >> 16 for each in archive.infolist()} == {0o644}
    assert files == {file_of(version) for code in codes if (version := version_by_code(code))} and len(files) == 3
    answer.close()


def test_a_link_ends_by_time_by_a_change_of_the_address_and_when_the_person_is_erased(client: FlaskClient) -> None:
    _place, budi, _first = given()
    link = mailed("certificate_ready").replace("/my", "/en/my", 1)
    certificate = of_registration(budi)
    assert certificate is not None
    until = (certificate.issued_at + LIFE).replace(microsecond=0)
    with clock.stopped_at(until):
        assert client.get(link).status_code == 200
    with clock.stopped_at(until + timedelta(seconds=1)):
        over_now = client.get(link)
        assert over_now.status_code == 410 and "It worked for 180 days." in over_now.text
        assert 'href="/en/my"' in over_now.text
    correct(budi, replace(BUDI, email="budi.santoso@example.id"), by=COMMAND_LINE)
    ended = client.get(link)
    assert ended.status_code == 410 and "no longer opens" in ended.text and "Budi" not in ended.text
    ask_link("budi.santoso@example.id", "en")
    newer = mailed("links")
    assert client.get(newer).status_code == 200
    person = certificate.registration.person
    with clock.stopped_at(certificate.issued_at + KEPT_AFTER_SESSION + timedelta(minutes=1)):
        late = token_of(link_of(person, at=clock.now()))
        assert client.get(f"/my/certificates/{late}").status_code == 200
        assert erase_expired() == 1
        assert client.get(f"/my/certificates/{late}").status_code == 410


def test_a_mail_owed_before_a_change_of_the_address_leads_to_nobodys_certificates(app: Flask) -> None:
    _place, budi, _first = given()
    correct(budi, replace(BUDI, email="budi.santoso@example.id"), by=COMMAND_LINE)
    ready = select(Mail).where(Mail.kind == "certificate_ready").order_by(Mail.id)
    text = write.written(write.owed(db.session.scalars(ready).all()[0])).text
    assert "/my/certificates/" not in text


def test_nobody_makes_a_link_and_none_of_another_kind_opens(client: FlaskClient) -> None:
    place, budi, first = given()
    link = mailed("certificate_ready").rpartition("/")[2]
    own = registered(place, replace(BUDI, full_name="Tono", email="tono@example.id", phone="")).token
    for wrong in (link + "x", link[:-1], own, "certificate.pdf", "x", first.code):
        for tail in ("", f"/{first.code}.pdf", "/all.zip"):
            assert client.get(f"/my/certificates/{wrong}{tail}").status_code == 404, (wrong, tail)
    assert client.get(f"/my/{link}").status_code == 404
    assert client.get(f"/my/certificates/{link}").status_code == 200 and budi


def test_links_are_mailed_for_the_certificates_when_the_registrations_open_no_more(client: FlaskClient) -> None:
    place, _budi, first = given()
    with over(place), clock.stopped_at(clock.now() + LIFE_AFTER_SESSION + timedelta(days=1)):
        ask_link("budi@example.id", "en")
        mail = db.session.scalars(select(Mail).where(Mail.kind == "links")).one()
        assert "None of them can be opened any more" in write.written(write.owed(mail)).text
        assert first.number in client.get(mailed("links")).text


def test_the_page_asks_as_much_for_thirty_certificates_as_for_one(client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 40})["51", "stakeholder"]
    people = [registered(place, replace(OFFICE, full_name=f"Orang {number}")).registration_id for number in range(6)]
    attend(place, *people)
    issued(place, people[0])
    ask_link("kantor@example.id", "en")
    link = mailed("links")
    asked = []
    for some in ([], people[1:]):
        for each in some:
            issued(place, each)
        db.session.remove()
        with counted() as statements:
            assert client.get(link).text.count(".pdf") == 1 + len(some)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 3
    with counted() as statements:
        assert len(collected("kantor@example.id")) == 6
    assert len(statements) == 1
