"""Corrections that people ask for after their session: decided by the office, answers and new version in one act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.at_once import at_once
from tests.builders import BUDI, Place, an_event, registered
from tests.cast import acting, made, sari, sign_in
from tests.commands.test_certificate_versions import over, validity
from tests.commands.test_certificates import attend, issued
from tests.doors.test_office_pages import post, shown
from tpbis_events.audit.model import AuditEntry
from tpbis_events.certificates import corrections
from tpbis_events.certificates.ask_correction import ask_correction
from tpbis_events.certificates.decide_correction import decide_correction
from tpbis_events.certificates.erase_corrections import erase_corrections
from tpbis_events.certificates.lookup import Validity, facts_of, of_registration
from tpbis_events.certificates.model import Correction
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.register import Registered

ANSWERS = {
    "full_name": "Budi Santosa, M.Hum.",
    "own_script_name": "",
    "position": BUDI.position,
    "institution": BUDI.institution,
}


def a_certified() -> tuple[Place, Registered, str]:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    attend(place, budi.registration_id)
    return place, budi, issued(place, budi.registration_id).code


def asked(place: Place, of: int, note: str = "") -> int:
    """Ask after the session; the id of the request."""
    with over(place):
        ask_correction(of, ANSWERS, note, by=participant(of))
    return db.session.scalars(select(Correction.id).where(Correction.decided_at.is_(None))).one()


def test_an_accepted_correction_changes_the_answers_and_writes_the_next_version(app_on_each: Flask) -> None:
    place, budi, code = a_certified()
    correction = asked(place, budi.registration_id, " Gelar tertinggal ")
    with over(place):
        decided = decide_correction(budi.registration_id, correction, accept=True, by=acting(made()))
    assert (decided.accepted, decided.version) == (True, 2)
    row = db.session.get_one(Registration, budi.registration_id)
    assert row.person.full_name == ANSWERS["full_name"] and row.person.name_key == row.name_key != ""
    certificate = of_registration(budi.registration_id)
    assert certificate is not None and facts_of(certificate.latest).full_name == ANSWERS["full_name"]
    assert (validity(code), validity(certificate.code)) == (Validity.REPLACED, Validity.VALID)
    assert db.session.scalars(select(Mail.id).where(Mail.kind == "certificate_ready")).all()
    acts = db.session.scalars(select(AuditEntry.act).where(AuditEntry.act.like("correction.%"))).all()
    assert sorted(acts) == ["correction.accepted", "correction.asked"]
    written = db.session.scalars(select(AuditEntry.after).where(AuditEntry.act.like("correction.%"))).all()
    assert "Santosa" not in str(written)


def test_one_that_is_not_accepted_changes_nothing_and_says_why(app: Flask) -> None:
    place, budi, code = a_certified()
    correction = asked(place, budi.registration_id)
    with over(place):
        with pytest.raises(Invalid):
            decide_correction(budi.registration_id, correction, accept=False, reason=" ", by=COMMAND_LINE)
        decide_correction(budi.registration_id, correction, accept=False, reason="KTP lain", by=COMMAND_LINE)
        with pytest.raises(Refusal, match="correction.decided"):
            decide_correction(budi.registration_id, correction, accept=True, by=COMMAND_LINE)
    found = corrections.newest(budi.registration_id)
    assert found is not None and (found.accepted, found.reason) == (False, "KTP lain")
    assert db.session.get_one(Registration, budi.registration_id).person.full_name == BUDI.full_name
    assert validity(code) is Validity.VALID


def test_two_who_decide_at_once_decide_once(app_on_each: Flask) -> None:
    place, budi, _code = a_certified()
    correction = asked(place, budi.registration_id)

    def decide() -> str:
        try:
            return str(decide_correction(budi.registration_id, correction, accept=True, by=COMMAND_LINE).version)
        except Refusal as no:
            return no.code

    with over(place):
        assert sorted(at_once(app_on_each, [decide] * 4)) == ["2"] + ["correction.decided"] * 3


def test_asked_again_it_takes_the_place_of_what_waits(app: Flask) -> None:
    place, budi, _code = a_certified()
    first = asked(place, budi.registration_id)
    with over(place):
        again = ANSWERS | {"full_name": "Budi S."}
        ask_correction(budi.registration_id, again, "", by=participant(budi.registration_id))
    row = db.session.scalars(select(Correction)).one()
    assert (row.id, row.asked) == (first, {"full_name": "Budi S."})


def test_what_may_not_be_asked_is_refused(app: Flask) -> None:
    place, budi, _code = a_certified()
    own = participant(budi.registration_id)
    with pytest.raises(Refusal, match="correction.by_herself"):
        ask_correction(budi.registration_id, ANSWERS, "", by=own)
    with over(place):
        same = ANSWERS | {"full_name": BUDI.full_name}
        with pytest.raises(Refusal, match="correction.nothing"):
            ask_correction(budi.registration_id, same, "", by=own)
        for wrong in ({"full_name": " "}, {"full_name": "x" * 300}, {"position": ""}):
            with pytest.raises(Invalid):
                ask_correction(budi.registration_id, ANSWERS | wrong, "", by=own)
        with pytest.raises(Invalid):
            ask_correction(budi.registration_id, ANSWERS, "x" * 501, by=own)
        for who in (COMMAND_LINE, participant(budi.registration_id + 1), acting(made())):
            with pytest.raises(NotFound):
                ask_correction(budi.registration_id, ANSWERS, "", by=who)
    assert db.session.scalars(select(Correction.id)).all() == []


def test_the_person_herself_decides_nothing_and_a_pic_nothing_elsewhere(app: Flask) -> None:
    place = an_event(provinces=("52",))["52", "stakeholder"]
    budi = registered(place, BUDI)
    correction = asked(place, budi.registration_id)
    pic = acting(made())
    assert corrections.number_waiting(by=pic) == 0 and corrections.waiting(by=pic) == []
    assert corrections.number_waiting(by=acting(sari())) == len(corrections.waiting(by=COMMAND_LINE)) == 1
    with over(place):
        for who in (participant(budi.registration_id), pic):
            with pytest.raises(NotFound):
                decide_correction(budi.registration_id, correction, accept=True, by=who)


def test_requests_are_erased_with_the_persons_data(app: Flask) -> None:
    place, budi, _code = a_certified()
    asked(place, budi.registration_id)
    ends_at = db.session.get_one(Session, place.session_id).ends_at
    with clock.stopped_at(ends_at + timedelta(days=729)):
        assert erase_corrections() == 0
    with clock.stopped_at(ends_at + timedelta(days=731)):
        assert erase_corrections() == 1
    assert db.session.scalars(select(Correction.id)).all() == []


def test_from_her_page_to_the_office_and_back(client: FlaskClient) -> None:
    place, budi, _code = a_certified()
    with over(place):
        page = client.get(f"/en/my/{budi.token}").text
        assert f"/en/my/{budi.token}/correction" in page
        address = f"/en/my/{budi.token}/correction"
        assert BUDI.full_name in client.get(address).text
        wrong = client.post(address, data=ANSWERS | {"full_name": ""})
        assert wrong.status_code == 422 and "Enter your full name." in wrong.text
        assert client.post(address, data=ANSWERS | {"full_name": BUDI.full_name}).status_code == 422
        assert client.post(address, data=ANSWERS | {"note": "gelar <b>"}).status_code == 303
        assert "You asked for a correction: name." in client.get(f"/en/my/{budi.token}").text
        office = client.application.test_client()
        sign_in(office, made())
        assert "1 correction of a certificate waits" in shown(office.get("/en/office/").text)
        listed = office.get("/en/office/corrections").text
        assert "Santosa" in listed and "gelar &lt;b&gt;" in listed
        own = f"/en/office/registrations/{budi.reference}"
        correction = str(db.session.scalars(select(Correction.id)).one())
        assert post(office, f"{own}/correction", correction=correction, decision="reject").status_code == 303
        assert "Say in at most 500 characters" in shown(office.get(own).text)
        answer = post(office, f"{own}/correction", correction=correction, decision="accept")
        assert answer.status_code == 303
        assert "Version 2 of the certificate is issued." in shown(office.get(own).text)
        page = client.get(f"/en/my/{budi.token}").text
    assert "Your correction was accepted: name." in page and "Santosa" in page


def test_a_name_in_a_script_that_is_not_printed_is_corrected_without_a_new_version(app: Flask) -> None:
    place, budi, code = a_certified()
    answers = ANSWERS | {"full_name": BUDI.full_name, "own_script_name": "\u1c5a\u1c5b\u1c5c"}  # Ol Chiki
    with over(place):
        ask_correction(budi.registration_id, answers, "", by=participant(budi.registration_id))
        correction = db.session.scalars(select(Correction.id)).one()
        decided = decide_correction(budi.registration_id, correction, accept=True, by=COMMAND_LINE)
    assert (decided.accepted, decided.version) == (True, None)
    assert db.session.get_one(Registration, budi.registration_id).person.own_script_name == answers["own_script_name"]
    assert validity(code) is Validity.VALID
