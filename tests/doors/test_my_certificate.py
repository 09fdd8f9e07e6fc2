"""Attendance and certificate on one's own page."""

from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import BUDI, an_event, registered
from tests.doors.browsing import row
from tpbis_events.attendance.check_in import check_in
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Event, Session
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.register import Registered


def attend(of: Registered, *days: int) -> None:
    for day in db.session.get_one(Session, row(of).session_id).days:
        if day.number in days:
            with clock.stopped_at(day.starts_at):
                check_in(of.registration_id, day.id, by=COMMAND_LINE)


def test_a_certificate_that_is_not_earned_says_what_is_missing(client: FlaskClient) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    budi = registered(place, BUDI)
    attend(budi, 1)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        page = client.get(f"/en/my/{budi.token}").text
        assert "Attended 1 of 2 days; the certificate needs 2." in page
        assert "Attended" in page and "not checked in" in page and "Make my certificate" not in page
        answer = client.post(f"/en/my/{budi.token}/certificate")
        assert answer.status_code == 409 and "Days attended: 1. Days needed: 2." in answer.text
        missing = client.get(f"/en/my/{budi.token}/certificate.pdf")
        assert missing.status_code == 404 and "There is no certificate here yet" in missing.text


def test_an_earned_certificate_is_made_by_a_button_once_and_is_the_same_file_ever_after(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    attend(budi, 1)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        assert "Make my certificate" in client.get(f"/en/my/{budi.token}").text
        answer = client.post(f"/en/my/{budi.token}/certificate")
        assert (answer.status_code, answer.location) == (303, f"/en/my/{budi.token}/certificate.pdf")
        certificate = db.session.scalars(select(Certificate)).one()
        file = client.get(answer.location)
        assert (file.mimetype, file.data[:5], file.headers["Cache-Control"]) == (
            "application/pdf",
            b"%PDF-",
            "no-store",
        )
        assert file.headers["Content-Disposition"].startswith('attachment; filename="sertifikat-0001-')
        again = client.post(f"/en/my/{budi.token}/certificate")
        assert again.status_code == 303 and client.get(again.location).data == file.data
        page = client.get(f"/en/my/{budi.token}").text
    assert certificate.number in page and f"/en/check/{certificate.code}" in page and "Make my certificate" not in page
    assert db.session.scalars(select(Certificate.id)).all() == [certificate.id]


def test_the_certificate_of_one_is_not_fetched_by_the_link_of_another(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    budi, tono = registered(place, BUDI), registered(place)
    attend(budi, 1)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        client.post(f"/my/{budi.token}/certificate")
        assert client.get(f"/my/{tono.token}/certificate.pdf").status_code == 404
        assert client.post(f"/my/{tono.token}/certificate").status_code == 409


def test_a_revoked_certificate_is_not_given_out(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    attend(budi, 1)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        client.post(f"/my/{budi.token}/certificate")
        with transaction():
            certificate = db.session.scalars(select(Certificate)).one()
            certificate.revoked_at, certificate.revoke_reason = clock.now(), "salah <b>nama</b>"
        for answer in (
            client.get(f"/en/my/{budi.token}/certificate.pdf"),
            client.post(f"/en/my/{budi.token}/certificate"),
        ):
            assert answer.status_code == 409 and "was revoked" in answer.text
        page = client.get(f"/en/my/{budi.token}").text
    assert "was revoked" in page and "salah &lt;b&gt;nama&lt;/b&gt;" in page and "certificate.pdf" not in page


def test_those_who_wait_or_have_cancelled_are_told_nothing_of_certificates(client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    budi, waiting = registered(place, BUDI), registered(place)
    assert "certificate-title" not in client.get(f"/my/{waiting.token}").text
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert "certificate-title" not in client.get(f"/my/{budi.token}").text
    assert client.post(f"/my/{budi.token}/certificate").status_code == 409


def test_the_page_asks_as_many_questions_of_the_database_however_many_are_registered(client: FlaskClient) -> None:
    from sqlalchemy import event

    place = an_event(roles={"stakeholder": 1}, days=5)["51", "stakeholder"]
    first = registered(place)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    client.get(f"/my/{first.token}")
    alone = len(asked)
    for _ in range(6):
        registered(place)
    asked.clear()
    client.get(f"/my/{first.token}")
    assert len(asked) == alone <= 10


def test_a_corrected_name_is_offered_as_a_new_version(client: FlaskClient) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    attend(budi, 1)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        client.post(f"/my/{budi.token}/certificate")
        before = client.get(f"/my/{budi.token}/certificate.pdf").data
        assert "Make the new version" not in client.get(f"/en/my/{budi.token}").text
        assert client.post(f"/my/{budi.token}/certificate/new-version").status_code == 409
        correct(budi.registration_id, replace(BUDI, full_name="Budi Santosa"), by=COMMAND_LINE)
        assert "has changed since: name." in client.get(f"/en/my/{budi.token}").text
        answer = client.post(f"/my/{budi.token}/certificate/new-version")
        assert answer.status_code == 303 and client.get(answer.location).data != before
        page = client.get(f"/en/my/{budi.token}").text
    assert "Version 2 replaces the one before." in page and "Make the new version" not in page


def test_who_fell_short_reads_all_that_is_missing_and_takes_a_letter(client: FlaskClient) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    with transaction():
        event = db.session.get_one(Event, place.event_id)
        event.certificate_design = {"jp_needed": 4, "points_needed": 70, "evaluation_needed": True}
    budi = registered(place, BUDI)
    attend(budi, 1)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        page = client.get(f"/en/my/{budi.token}").text
        for words in ("Attend 2 days", "Attend 4 JP", "70 percent of the points", "Hand in the evaluation"):
            assert words in page
        answer = client.post(f"/en/my/{budi.token}/certificate", data={"kind": "letter"})
        assert answer.status_code == 303 and client.get(answer.location).data.startswith(b"%PDF-")
        assert "Your letter of attendance" in client.get(f"/en/my/{budi.token}").text
