"""Correcting: other answers by the same rules; seat, role and place in line stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import BUDI, an_event, registered, somebody
from tests.cast import acting, made
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, Invalid, NotFound, Refusal
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE, participant
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.answers import answers_of
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.correct import Corrected, correct
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.waiting_list import place_in_line


def row(of: Registered) -> Registration:
    return db.session.get_one(Registration, of.registration_id, populate_existing=True)


def corrected(of: Registered, **changes: object) -> Corrected:
    answers = replace(answers_of(row(of)), **changes)  # type: ignore[arg-type]
    return correct(of.registration_id, answers, by=participant(of.registration_id))


def mails(of: Registered) -> list[tuple[str, str]]:
    which = select(Mail.kind, Mail.recipient).where(Mail.subject == f"registration:{of.registration_id}")
    return [(kind, to) for kind, to in db.session.execute(which.order_by(Mail.id))]


def test_corrected_answers_are_kept_and_the_seat_stays(app_on_each: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    seat, ticket = row(budi).seat_id, row(budi).ticket
    outcome = corrected(budi, full_name="  Budi   Santosa, S.Sos. ", position="Kepala")
    person = row(budi).person
    assert (person.full_name, person.name_key, person.position) == (
        "Budi Santosa, S.Sos.",
        "budi santosa, s.sos.",
        "Kepala",
    )
    assert (outcome.changed, outcome.token) == (("full_name", "position"), budi.token)
    assert (row(budi).state, row(budi).seat_id, row(budi).ticket) == (State.SEATED, seat, ticket)
    assert mails(budi) == [("confirmation", "budi@example.id")]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "registration.corrected")).one()
    assert entry.after == {"fields": ["full_name", "position"]}


def test_the_place_in_line_stays(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    _seated, first, second = (registered(place) for _ in range(3))
    corrected(first, full_name="Nama Baru", email="baru@example.id")
    assert [place_in_line(row(each)) for each in (first, second)] == [1, 2]
    assert mails(first)[1:] == [("waiting", "baru@example.id")]


def test_answers_that_stay_the_same_change_and_log_nothing(app: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    assert corrected(budi) == Corrected((), budi.token)
    assert db.session.scalar(select(AuditEntry).where(AuditEntry.act == "registration.corrected")) is None


def test_another_address_ends_the_old_link_and_is_owed_a_mail_with_the_new_one(app_on_each: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    outcome = corrected(budi, email="budi.baru@example.id")
    with pytest.raises(Gone, match="link.replaced"):
        open_link(budi.token)
    assert open_link(outcome.token).id == budi.registration_id
    assert mails(budi) == [("confirmation", "budi@example.id"), ("confirmation", "budi.baru@example.id")]
    again = corrected(budi, email="budi@example.id")
    assert len({budi.token, outcome.token, again.token}) == 3


def test_an_address_that_is_taken_away_loses_its_link_too(app: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    outcome = corrected(budi, email="")
    with pytest.raises(Gone):
        open_link(budi.token)
    assert open_link(outcome.token).person.email is None
    assert len(mails(budi)) == 1


def test_contacts_that_hold_another_live_registration_are_refused(app_on_each: Flask) -> None:
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    budi, tono = registered(place, BUDI), registered(place, somebody())
    for contact, value in (("email", "BUDI@example.id"), ("phone", "0812-3456-7890")):
        with pytest.raises(Refusal, match="already_registered") as refused:
            corrected(tono, **{contact: value})
        assert refused.value.facts == {"contact": contact}
    assert open_link(tono.token).person.phone is None
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    assert corrected(tono, email="budi@example.id").changed == ("email",)


def test_colleagues_on_one_address_stay_apart_when_one_corrects_her_answers(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    shared = replace(BUDI, phone="", shared_address=True)
    budi = registered(place, shared)
    wayan = registered(place, replace(shared, full_name="Wayan Sudarma"))
    assert corrected(wayan, position="Kepala").changed == ("position",)
    with pytest.raises(Refusal, match="already_registered"):
        corrected(wayan, full_name="budi santoso")
    assert answers_of(row(budi)).shared_address


def test_answers_are_examined_by_the_rules_of_registering(app: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    with pytest.raises(Invalid) as refused:
        corrected(budi, full_name="\x00", email="budi@", employment="pns", support_needed="a" * 1001)
    assert refused.value.problems == {
        "full_name": "text.control_characters",
        "email": "email.wrong",
        "nip": "nip.missing",
        "support_needed": "text.too_long",
    }
    assert row(budi).person.full_name == "Budi Santoso"


def test_a_cancelled_registration_and_one_whose_session_is_over_are_corrected_no_more(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi, tono = registered(place), registered(place)
    cancel(budi.registration_id, by=COMMAND_LINE, reason="berhalangan")
    with pytest.raises(Refusal, match="already_cancelled"):
        corrected(budi, position="Kepala")
    with clock.stopped_at(db.session.get_one(Session, place.session_id).ends_at):
        with pytest.raises(Refusal, match="session.has_begun"):
            corrected(tono, position="Kepala")
        answers = replace(answers_of(row(tono)), position="Kepala")
        assert correct(tono.registration_id, answers, by=COMMAND_LINE).changed == ("position",)


def test_nobody_corrects_for_another_and_a_pic_only_in_her_province(app: Flask) -> None:
    places = an_event(provinces=("51", "11"))
    budi, tono = registered(places["11", "stakeholder"], BUDI), registered(places["11", "stakeholder"])
    answers = replace(BUDI, position="Kepala", regency_code="")
    for stranger in (participant(tono.registration_id), acting(made())):
        with pytest.raises(NotFound):
            correct(budi.registration_id, answers, by=stranger)
    assert row(budi).person.position == "Pustakawan"
