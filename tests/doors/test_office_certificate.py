"""The certificate on the office's page of a person: who may issue it, when, and what its file discloses."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.builders import BUDI, an_event, registered
from tests.cast import BALI, made, sari, sign_in
from tests.doors.browsing import CIVIL_SERVANT, row
from tests.doors.test_my_certificate import attend
from tests.doors.test_office_pages import post, shown
from tpbis_events.audit.model import AuditEntry
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.programmes.model import Session

ACEH = "11"


def looks_at_numbers() -> int:
    db.session.rollback()
    seen = select(func.count()).where(AuditEntry.act == "registration.number_seen")
    return db.session.scalars(seen).one()


def test_made_issues_an_earned_certificate_and_prints_it(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    budi = registered(place, CIVIL_SERVANT)
    own = f"/en/office/registrations/{budi.reference}"
    pic = made()
    with clock.stopped_at(db.session.get_one(Session, place.session_id).starts_at):
        sign_in(client, pic)
        page = shown(client.get(own).text)
        assert "Attended 0 of 1 day; the certificate needs 1." in page and "Issue the certificate" not in page
    attend(budi, 1)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        assert "Earned: attended 1 of 1 day." in shown(client.get(own).text)
        answer = post(client, f"{own}/certificate")
        assert (answer.status_code, answer.location) == (303, f"{own}#certificate")
        number = db.session.scalars(select(Certificate.number)).one()
        page = shown(client.get(own).text)
        assert f"Certificate {number} is issued." in page and "Download the certificate (PDF)" in page
        assert post(client, f"{own}/certificate").status_code == 303
        assert db.session.scalars(select(func.count()).select_from(Certificate)).one() == 1


def test_each_printing_of_a_certificate_with_a_nip_is_written_down(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    servant, villager = registered(place, CIVIL_SERVANT), registered(place)
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        sign_in(client, made())
        for of, looks in ((servant, 1), (villager, 1)):
            attend(of, 1)
            own = f"/en/office/registrations/{of.reference}/certificate"
            assert post(client, own).status_code == 303
            file = post(client, f"{own}/file")
            assert (file.status_code, file.mimetype, file.data[:5]) == (200, "application/pdf", b"%PDF-")
            assert client.get(f"{own}/file").status_code == 405, "a GET would leave no trace"
            assert looks_at_numbers() == looks


def test_a_certificate_that_is_not_earned_is_refused_where_the_button_would_be(client: FlaskClient) -> None:
    budi = registered(an_event()[BALI, "stakeholder"], BUDI)
    sign_in(client, sari())
    own = f"/en/office/registrations/{budi.reference}"
    assert post(client, f"{own}/certificate").status_code == 303
    assert "The certificate is not earned yet. Days attended: 0. Days needed: 1." in shown(client.get(own).text)
    assert post(client, f"{own}/certificate/file").status_code == 404
    assert row(budi) and db.session.scalars(select(Certificate.id)).all() == []


def test_made_cannot_issue_for_another_province(client: FlaskClient) -> None:
    budi = registered(an_event(provinces=(BALI, ACEH))[ACEH, "stakeholder"], BUDI)
    attend(budi, 1)
    sign_in(client, made())
    own = f"/en/office/registrations/{budi.reference}/certificate"
    assert post(client, own).status_code == post(client, f"{own}/file").status_code == 404
    assert db.session.scalars(select(Certificate.id)).all() == []


def test_sari_revokes_with_a_reason_and_made_cannot(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    budi = registered(place, BUDI)
    attend(budi, 1)
    own = f"/en/office/registrations/{budi.reference}"
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        sign_in(client, made())
        post(client, f"{own}/certificate")
        assert "Revoke this certificate" not in client.get(own).text
        assert post(client, f"{own}/certificate/revoke", reason="salah").status_code == 403
        client = client.application.test_client()
        sign_in(client, sari())
        assert post(client, f"{own}/certificate/revoke", reason=" ").status_code == 303
        assert "Please give a reason" in shown(client.get(own).text)
        assert post(client, f"{own}/certificate/revoke", reason="Salah orang").status_code == 303
        page = shown(client.get(own).text)
    assert "Reason: Salah orang" in page and "Issue a new version" not in page


def test_made_issues_for_who_fell_short_with_a_reason_that_stays_to_be_read(client: FlaskClient) -> None:
    place = an_event(days=2)[BALI, "stakeholder"]
    budi = registered(place, BUDI)
    attend(budi, 1)
    own = f"/en/office/registrations/{budi.reference}"
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        sign_in(client, made())
        page = shown(client.get(own).text)
        assert "Issue a letter of attendance" in page and "Issue the certificate all the same" in page
        assert post(client, f"{own}/certificate", kind="waived", reason="Sakit, dengan surat dokter").status_code == 303
        assert "Reason: Sakit, dengan surat dokter" in shown(client.get(own).text)


def test_a_printed_nip_is_written_down_also_when_the_person_has_none_any_longer(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    servant = registered(place, CIVIL_SERVANT)
    attend(servant, 1)
    own = f"/en/office/registrations/{servant.reference}/certificate"
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        sign_in(client, made())
        assert post(client, own).status_code == 303
        with transaction():
            row(servant).person.nip = None
        assert post(client, f"{own}/file").status_code == 200
    assert looks_at_numbers() == 1
