"""The office's pages for certificates of many: what it would bring about, ordering, watching, stopping, taking the files out."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari, sign_in
from tests.commands.kept import entries
from tests.commands.test_certificate_batches import finish, ordered, outcomes, over, people
from tests.commands.test_certificates import attend, change_event, issued
from tests.doors.browsing import post, shown
from tests.queries import counted
from tpbis_events.certificates.batch_model import CertificateBatch, Outcome
from tpbis_events.certificates.file import file_of
from tpbis_events.certificates.lookup import of_registration
from tpbis_events.certificates.model import Signing
from tpbis_events.certificates.revoke import revoke
from tpbis_events.cli.worker import Worker
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import Session, Wave
from tpbis_events.registrations.model import Registration
from tpbis_events.reports import certificate_files
from tpbis_events.reports.build_exports import build_due
from tpbis_events.reports.model import Export


def page_of(place: Place, *, session: bool = True) -> str:
    here = f"/en/office/events/{place.event_slug}"
    return f"{here}/sessions/{place.session_slug}/certificates" if session else f"{here}/certificates"


def after(client: FlaskClient, answer: TestResponse) -> str:
    """The words of the page that an answer leads to."""
    assert answer.status_code == 303
    return shown(client.get(answer.location).text)


def test_an_organizer_sees_what_it_brings_about_orders_it_watches_it_and_reads_who_has_none(
    app: Flask, client: FlaskClient
) -> None:
    place = an_event(roles={"stakeholder": 6})[BALI, "stakeholder"]
    people(place, 3)
    (absent,) = people(place, 1, there=False)
    had = people(place, 1)[0]
    issued(place, had)
    reference = db.session.get_one(Registration, absent).reference
    account = made()
    sign_in(client, account)
    roster = client.get(f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}").text
    assert (
        page_of(place) in roster
        and page_of(place, session=False) in client.get(f"/en/office/events/{place.event_slug}").text
    )
    assert "No session here has begun" in client.get(page_of(place)).text
    with over(place):
        sign_in(client, account)
        before = client.get(page_of(place))
        assert "3 people have earned a certificate and have none yet" in shown(before.text)
        assert "1 person has one already" in shown(before.text) and "Not there on enough days: 1" in shown(before.text)
        assert "Issue 3 certificates" in before.text
        answer = post(client, page_of(place), key="the own key of a form")
        assert answer.status_code == 303
        watched = client.get(answer.location)
        assert "0 of 5" in shown(watched.text) and 'data-live="3000"' in watched.text and "live.js" in watched.text
        again = post(client, page_of(place), key="the own key of a form")
        assert again.location == answer.location
        finish()
        done = client.get(answer.location)
        assert "5 of 5" in shown(done.text) and "live.js" not in done.text and "Stop it" not in done.text
        assert f"/en/office/registrations/{reference}#certificate" in done.text
        assert "Not there on enough days: 1 person" in shown(done.text)
        issued_ones = client.get(f"{answer.location}?list=issued").text
        assert len(re.findall(r"000[2-4]/TPBIS/", issued_ones)) == 3
        later = client.get(page_of(place))
        assert "As things stand nobody would get a certificate now" in later.text and answer.location in later.text
        stopped = post(client, f"{answer.location}/stop")
        assert stopped.status_code == 303 and "This order is over" in after(client, stopped)


def test_it_is_stopped_by_a_button_and_only_where_one_may_issue(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"stakeholder": 3})
    place, other = places[BALI, "stakeholder"], places["12", "stakeholder"]
    people(place, 2), people(other, 1)
    with over(other):
        mine = ordered(place, key="1")
        theirs = ordered(other, key="2")
        sign_in(client, made())
        orders = f"/en/office/events/{place.event_slug}/certificates/orders"
        assert client.get(f"{orders}/{theirs}").status_code == 404
        assert post(client, f"{orders}/{theirs}/stop").status_code == 404
        assert client.get(f"{orders}/999999999999").status_code == 404
        assert client.get(page_of(other)).status_code == 404
        listed = client.get(page_of(place, session=False)).text
        assert f"orders/{mine}" in listed and f"orders/{theirs}" not in listed
        assert after(client, post(client, f"{orders}/{mine}/stop")).count("It is stopped.") == 1
        assert post(client, page_of(place), key="short").status_code == 404
        finish()
    assert {outcome for outcome, _code in outcomes(mine).values()} == {Outcome.DUE}
    assert "Not done any more" in client.get(f"{orders}/{mine}").text
    assert {outcome for outcome, _code in outcomes(theirs).values()} == {Outcome.ISSUED}


@pytest.mark.parametrize("number", [3, 33])
def test_the_pages_cost_the_same_for_few_and_for_many_sessions(app: Flask, client: FlaskClient, number: int) -> None:
    from tpbis_events.places.provinces import all_provinces

    codes = tuple(each.code for each in all_provinces()[:number])
    places = an_event(provinces=codes, roles={"stakeholder": 1})
    place = places[codes[0], "stakeholder"]
    for each in list(places.values())[:3]:
        people(each, 1)
    with transaction():
        db.session.get_one(Session, place.session_id).wave = Wave(event_id=place.event_id, number=4)
    account = sari()
    with clock.stopped_at(clock.now().replace(year=clock.now().year + 1)):
        sign_in(client, account)
        order = ordered(place, session=False)
        client.get(page_of(place, session=False))
        with counted() as statements:
            assert client.get(page_of(place, session=False)).status_code == 200
        assert len(statements) <= 20, "\n".join(statements)
        with counted() as statements:
            assert client.get(f"{page_of(place, session=False)}/orders/{order}").status_code == 200
        assert len(statements) <= 13, "\n".join(statements)
        of_wave = client.get(f"{page_of(place, session=False)}?wave=4").text
        assert "1 person has earned" in shown(of_wave) and of_wave.count('<th scope="row"><a') == 2, (
            "the order, the session"
        )
        dashboard = client.get(f"/en/office/events/{place.event_slug}?wave=4").text
        assert f"{page_of(place, session=False)}?wave=4" in dashboard
        assert client.get(f"{page_of(place, session=False)}?wave=5").status_code == 404


def a_certificate(place: Place, name: str, **more: Any) -> int:
    registration_id = registered(place, somebody(full_name=name, **more)).registration_id
    attend(place, registration_id)
    issued(place, registration_id)
    return registration_id


def taken(client: FlaskClient, place: Place, what: str, *, session: bool = False) -> bytes:
    answer = post(client, page_of(place, session=session), what=what)
    assert answer.status_code == 200, answer.status_code
    data: bytes = answer.data
    answer.close()
    return data


def test_the_zip_of_an_edition_holds_one_for_each_province_with_who_is_left_out(
    app: Flask, client: FlaskClient
) -> None:
    places = an_event(provinces=(BALI, "12", "34"), roles={"stakeholder": 5})
    place = places[BALI, "stakeholder"]
    budi = a_certificate(place, "Budi Santoso", employment="pns", nip="198501012010011003")
    waits, gone = a_certificate(place, "=Waktu()"), a_certificate(place, "Wayan")
    people(place, 1)
    lost = a_certificate(place, "Sri Hilang")
    a_certificate(places["12", "stakeholder"], "Éko")
    revoke(gone, reason="Salah orang", by=COMMAND_LINE)
    with transaction():
        certificate = of_registration(waits)
        assert certificate is not None
        certificate.latest.signing = Signing.OUTSIDE
        certificate = of_registration(lost)
        assert certificate is not None
        certificate.latest.file_hash = "0" * 64  # neither kept nor drawn like that any more
    sign_in(client, sari())
    change_event(place, certificate_design={"signing": "outside"})
    page = client.get(page_of(place, session=False)).text
    assert "/certificates/signing" in page and "1 waiting for the signature, 1 revoked" in shown(page)
    outer = ZipFile(io.BytesIO(taken(client, place, "certificates_zip")))
    assert sorted(outer.namelist()) == ["bali.zip", "sumatera-utara.zip"]
    bali = ZipFile(io.BytesIO(outer.read("bali.zip")))
    name = next(each for each in bali.namelist() if each.endswith(".pdf"))
    assert re.fullmatch(r"bali/sertifikat-0001-TPBIS-[A-Z0-9-]+-Budi-Santoso\.pdf", name)
    certificate = of_registration(budi)
    assert certificate is not None and bali.read(name) == file_of(certificate.latest), "the file as it was issued"
    assert sorted(bali.namelist()) == [name, "tidak-disertakan.csv"]
    _head, *left = csv.reader(io.StringIO(bali.read("tidak-disertakan.csv").decode("utf-8-sig")), delimiter=";")
    why = {row[1]: row[4] for row in left}
    assert why == {
        "'=Waktu()": "Waiting for the signature", "Wayan": "Revoked", "Orang 0": "No certificate yet",
        "Sri Hilang": "Its file can't be read",
    }  # fmt: skip
    assert ZipFile(io.BytesIO(outer.read("sumatera-utara.zip"))).namelist()[0].endswith("-Eko.pdf")
    assert [each.subject for each in entries("registration.number_seen")] == [f"registration:{budi}"]
    printed = PdfReader(io.BytesIO(taken(client, place, "certificates_print")))
    assert len(printed.pages) == 3, "what isn't signed yet or was revoked isn't printed either"
    own = ZipFile(io.BytesIO(taken(sign_in(app.test_client(), made()), place, "certificates_zip")))
    assert name in own.namelist(), "a PIC gets the zip of her province itself"
    assert len(entries("registration.number_seen")) == 3 and len(entries("export.made")) == 3


def test_all_to_print_are_one_pdf_or_several_in_a_zip_and_many_are_made_in_the_background(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"stakeholder": 4})
    place = places[BALI, "stakeholder"]
    for n in range(3):
        a_certificate(place, f"Peserta {n}")
    a_certificate(places["12", "stakeholder"], "Peserta 3")
    sign_in(client, sari())
    printed = PdfReader(io.BytesIO(taken(client, place, "certificates_print")))
    assert len(printed.pages) == 4 and "Peserta 0" in printed.pages[1].extract_text() + printed.pages[0].extract_text()
    monkeypatch.setattr(certificate_files, "PORTION", 3)
    parts = ZipFile(io.BytesIO(taken(client, place, "certificates_print")))
    pdfs = [each for each in parts.namelist() if each.endswith(".pdf")]
    assert [len(PdfReader(io.BytesIO(parts.read(each))).pages) for each in pdfs] == [3, 1]
    monkeypatch.setattr(certificate_files, "PORTION", 1000)
    monkeypatch.setattr("tpbis_events.reports.order_export.CERTIFICATES_AT_ONCE", 2)
    later = post(client, page_of(place, session=False), what="certificates_print")
    assert later.status_code == 303 and build_due("one worker")
    export = db.session.scalars(select(Export)).one()
    needs = {(act, code) for act in ("issue certificate", "see number") for code in (BALI, "12")}
    assert {tuple(each) for each in export.needs} == needs and set(export.provinces) == {BALI, "12"}
    fetched = post(client, f"/en/office/exports/{export.key}")
    assert fetched.mimetype == "application/pdf" and len(PdfReader(io.BytesIO(fetched.data)).pages) == 4
    fetched.close()
    nobody = an_event()[BALI, "stakeholder"]
    assert "There is no certificate to take out" in after(
        client, post(client, page_of(nobody), what="certificates_zip")
    )


def test_the_worker_issues_beside_its_other_work(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 2})[BALI, "stakeholder"]
    people(place, 2)
    with over(place):
        batch = ordered(place, by=acting(an_account("Ketut", Right.PIC, BALI)))
        worker = Worker(app)
        (task,) = (each for each in worker.tasks if each.name == "issue certificates")
        assert task.aside
        while worker.step(task):
            pass
    assert set(outcomes(batch).values()) == {(Outcome.ISSUED, None)}
    assert db.session.get_one(CertificateBatch, batch).ended_at is not None
