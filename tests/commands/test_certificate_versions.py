"""A certificate's versions: a corrected name keeps the number, the old paper reads as replaced, a revoked one as revoked."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import at_once
from tests.builders import BUDI, Place, an_event, registered, somebody
from tests.cast import acting, door, made, sari
from tests.commands.test_certificates import an_agenda, attend, change_event, issued
from tpbis_events.audit.model import AuditEntry
from tpbis_events.certificates.changes import personal_changes
from tpbis_events.certificates.earning import earned_by
from tpbis_events.certificates.file import file_of
from tpbis_events.certificates.issue import Issued, issue
from tpbis_events.certificates.lookup import Validity, facts_of, of_registration, told, version_by_code
from tpbis_events.certificates.model import Certificate, Series, Version
from tpbis_events.certificates.reissue import Reissued, reissue
from tpbis_events.certificates.revoke import revoke
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, Actor, participant
from tpbis_events.programmes.model import CertificateKind, Role, Session
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.erase import KEPT_AFTER_SESSION, erase_expired
from tpbis_events.registrations.model import Registration


def over(place: Place) -> AbstractContextManager[None]:
    return clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at)


def a_certificate() -> tuple[Place, int, Issued]:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI).registration_id
    attend(place, budi)
    return place, budi, issued(place, budi)


def rename(registration_id: int, name: str = "Budi Santosa, M.Hum.") -> None:
    correct(registration_id, replace(BUDI, full_name=name), by=COMMAND_LINE)


def reissued(place: Place, registration_id: int, by: Actor = COMMAND_LINE) -> Reissued:
    with over(place):
        return reissue(registration_id, by=by)


def validity(code: str) -> Validity:
    version = version_by_code(code)
    assert version is not None
    return told(version).validity


def test_a_corrected_name_keeps_the_number_and_the_old_paper_reads_as_replaced(app_on_each: Flask) -> None:
    place, budi, first = a_certificate()
    old = version_by_code(first.code)
    assert old is not None
    old_file = file_of(old)
    rename(budi)
    again = reissued(place, budi, participant(budi))
    assert (again.number, again.version) == (first.number, 2) and again.code != first.code
    assert again.changed == ("full_name",)
    assert (validity(first.code), validity(again.code)) == (Validity.REPLACED, Validity.VALID)
    old, new = version_by_code(first.code), version_by_code(again.code)
    assert old is not None and new is not None and told(old).newest == 2
    assert file_of(old) == old_file and old.file_hash == sha256(old_file).hexdigest()
    assert new.file_hash == sha256(file_of(new)).hexdigest() != old.file_hash
    assert (facts_of(old).full_name, facts_of(new).full_name) == ("Budi Santoso", "Budi Santosa, M.Hum.")
    assert old.issued_by == "command line" and new.issued_by == "participant"
    assert db.session.scalars(select(Series.last_number)).all() == [1]
    written = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "certificate.reissued")).one()
    assert written.after == {"number": first.number, "version": 2, "fields": ["full_name"]}


def test_without_a_change_there_is_no_new_version(app: Flask) -> None:
    place, budi, _first = a_certificate()
    for by in (participant(budi), COMMAND_LINE):
        with pytest.raises(Refusal, match="certificate.nothing_new"):
            reissued(place, budi, by)
    change_event(place, signatory_name="Pejabat Baru")
    with pytest.raises(Refusal, match="certificate.nothing_new"):
        reissued(place, budi, participant(budi))
    assert reissued(place, budi, acting(made())).version == 2


def test_eight_who_ask_for_a_new_version_at_once_get_one(app_on_each: Flask) -> None:
    place, budi, _first = a_certificate()
    rename(budi)

    def ask() -> str:
        try:
            return str(reissue(budi, by=COMMAND_LINE).version)
        except Refusal as no:
            return no.code

    with over(place):
        assert sorted(at_once(app_on_each, [ask] * 8)) == ["2"] + ["certificate.nothing_new"] * 7
    assert db.session.scalars(select(Version.version).order_by(Version.version)).all() == [1, 2]


def test_what_has_changed_is_told_before_the_button_is_pressed(app: Flask) -> None:
    place, budi, _first = a_certificate()
    an_agenda(place, (1, 3))
    rename(budi)
    registration, certificate = db.session.get_one(Registration, budi), of_registration(budi)
    assert certificate is not None
    assert personal_changes(registration, certificate, earned_by(registration)) == ("full_name", "jp")
    reissued(place, budi)
    db.session.expire_all()
    assert personal_changes(registration, certificate, earned_by(registration)) == ()


def test_a_revoked_certificate_stays_visible_as_revoked_and_is_not_issued_again(app_on_each: Flask) -> None:
    place, budi, first = a_certificate()
    rename(budi)
    second = reissued(place, budi)
    assert revoke(budi, reason=" Salah orang ", by=acting(sari())).number == first.number
    for code in (first.code, second.code):
        version = version_by_code(code)
        assert version is not None
        now = told(version)
        assert (now.validity, now.revoke_reason) == (Validity.REVOKED, "Salah orang") and now.revoked_at
    for act in (lambda: issued(place, budi), lambda: reissued(place, budi)):
        with pytest.raises(Refusal, match="certificate.revoked"):
            act()
    with pytest.raises(Refusal, match="certificate.revoked"):
        revoke(budi, reason="lain", by=COMMAND_LINE)
    written = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "certificate.revoked")).one()
    assert written.reason == "Salah orang"


def test_only_the_national_office_revokes_and_never_without_a_reason(app: Flask) -> None:
    _place, budi, _first = a_certificate()
    for who in (acting(made()), acting(door())):
        with pytest.raises(Forbidden):
            revoke(budi, reason="x", by=who)
    with pytest.raises(NotFound):
        revoke(budi, reason="x", by=participant(budi))
    for reason in ("", " \u200b ", "x" * 501):
        with pytest.raises(Invalid):
            revoke(budi, reason=reason, by=COMMAND_LINE)
    assert db.session.scalars(select(Certificate.revoked_at)).all() == [None]


def test_a_template_per_kind_numbers_within_one_series(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 3, "speaker": 1})["51", "stakeholder"]
    change_event(place, certificate_design={"templates": {"speaker": "{seq:3}/{kind}/{unit}/{year}"}})
    budi, tono = registered(place).registration_id, registered(place).registration_id
    with transaction():
        db.session.get_one(Role, place.role_id).certificate_kind = CertificateKind.SPEAKER
    attend(place, budi, tono)
    year = db.session.get_one(Session, place.session_id).ends_at.year
    assert [issued(place, each).number for each in (budi, tono)] == [f"001/N/TPBIS/{year}", f"002/N/TPBIS/{year}"]


def test_a_number_that_another_series_made_is_refused_and_none_is_lost(app: Flask) -> None:
    here, there = an_event()["51", "stakeholder"], an_event()["51", "stakeholder"]
    change_event(
        here, certificate_series="A", certificate_design={"templates": {"participant": "{seq}/A-{unit}/{year}"}}
    )
    change_event(
        there, certificate_series="A-A", certificate_design={"templates": {"participant": "{seq}/{unit}/{year}"}}
    )
    budi, tono = registered(here).registration_id, registered(there).registration_id
    attend(here, budi)
    attend(there, tono)
    issued(here, budi)
    with pytest.raises(Refusal, match="certificate.number_taken"):
        issued(there, tono)
    change_event(there, certificate_design={})
    assert issued(there, tono).number.startswith("0001/A-A/")


def test_who_fell_short_gets_a_letter_that_becomes_a_certificate_when_it_is_earned(app: Flask) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    budi, absent = registered(place, BUDI).registration_id, registered(place).registration_id
    attend(place, budi, days=(1,))
    with over(place):
        with pytest.raises(Refusal, match="certificate.not_earned"):
            issue(absent, by=participant(absent), letter=True)
        letter = issue(budi, by=participant(budi), letter=True)
    certificate = of_registration(budi)
    assert certificate is not None and certificate.kind is CertificateKind.LETTER and not certificate.stands
    attend(place, budi, days=(2,))
    again = reissued(place, budi, participant(budi))
    assert (again.number, again.version) == (letter.number, 2)
    db.session.expire_all()
    assert (certificate.kind.value, certificate.stands) == ("participant", True)


def test_who_has_earned_a_certificate_gets_no_letter(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place).registration_id
    attend(place, budi)
    with over(place), pytest.raises(Refusal, match="certificate.no_letter"):
        issue(budi, by=participant(budi), letter=True)
    assert db.session.scalars(select(Series.id)).all() == []


def test_the_office_issues_with_a_reason_what_was_not_earned_and_the_reason_stays(app: Flask) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    budi = registered(place, somebody()).registration_id
    attend(place, budi, days=(1,))
    with over(place):
        for who, problem in ((participant(budi), NotFound), (acting(door()), Forbidden)):
            with pytest.raises(problem):
                issue(budi, by=who, waiver="sakit")
        pic = acting(made())
        with pytest.raises(Invalid):
            issue(budi, by=pic, waiver=" ")
        issue(budi, by=pic, waiver="Bertugas mendampingi menteri pada hari kedua")
    certificate = of_registration(budi)
    assert certificate is not None and certificate.stands
    assert certificate.waiver == "Bertugas mendampingi menteri pada hari kedua"
    assert certificate.waived_by == certificate.latest.issued_by != "participant"
    written = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "certificate.issued")).one()
    assert written.reason == certificate.waiver


def test_a_speaker_needs_to_have_been_there_on_one_day_only(app: Flask) -> None:
    place = an_event(days=3)["51", "stakeholder"]
    change_event(place, certificate_design={"jp_needed": 20})
    budi, absent = registered(place).registration_id, registered(place).registration_id
    with transaction():
        db.session.get_one(Role, place.role_id).certificate_kind = CertificateKind.SPEAKER
    attend(place, budi, days=(2,))
    assert issued(place, budi).number.startswith("0001/")
    with pytest.raises(Refusal, match="certificate.not_earned"):
        issued(place, absent)


def test_an_event_may_ask_for_hours_besides_days(app: Flask) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    an_agenda(place, (1, 3), (2, 4))
    change_event(place, certificate_percent=50, certificate_design={"jp_needed": 5})
    budi, sari_ = registered(place).registration_id, registered(place).registration_id
    attend(place, budi, days=(1,))
    attend(place, sari_, days=(1, 2))
    with pytest.raises(Refusal, match="certificate.requirements_missing"):
        issued(place, budi)
    missing = [
        (each.what, each.needed, each.done) for each in earned_by(db.session.get_one(Registration, budi)).requirements
    ]
    assert missing == [("days", 1, 1), ("jp", 5, 3)]
    assert issued(place, sari_).number.startswith("0001/")


def test_once_the_persons_data_is_erased_nothing_is_written_and_what_was_issued_stands(app: Flask) -> None:
    place, budi, first = a_certificate()
    made_none = registered(place).registration_id
    attend(place, made_none)
    with clock.stopped_at(
        db.session.get_one(Session, place.session_id).ends_at + KEPT_AFTER_SESSION + timedelta(days=1)
    ):
        assert erase_expired() == 2
        for act in (
            lambda: reissue(budi, by=COMMAND_LINE),
            lambda: issue(made_none, by=COMMAND_LINE, waiver="susulan"),
        ):
            with pytest.raises(Refusal, match="certificate.person_erased"):
                act()
    assert validity(first.code) is Validity.VALID
