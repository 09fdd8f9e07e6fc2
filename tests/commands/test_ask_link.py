"""Asking for the links of an address: one mail for all its registrations, and no difference for who has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import at_once
from tests.builders import BUDI, an_event, registered, somebody
from tpbis_events.foundation import clock
from tpbis_events.foundation.codes import grouped
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, Invalid
from tpbis_events.outbox import desk, write
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.actor import participant
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.answers import answers_of
from tpbis_events.registrations.ask_link import KEPT, LISTED, PAUSE, ask_link, forget_asking
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.correct import correct
from tpbis_events.registrations.links import LIFE_AFTER_SESSION, open_link
from tpbis_events.registrations.model import FormKey, Registration


def owed() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).where(Mail.kind == "links").order_by(Mail.id)))


def text_of(mail: Mail) -> str:
    return write.written(write.owed(mail)).text


def test_one_mail_lists_every_registration_of_an_address_with_its_state_and_its_own_link(app_on_each: Flask) -> None:
    first, second = an_event(in_days=10)["51", "stakeholder"], an_event(in_days=40)["51", "village"]
    budi, gone, other = registered(first, BUDI), registered(second, BUDI), registered(first)
    cancel(gone.registration_id, by=participant(gone.registration_id))
    assert ask_link("budi@example.id", "en") is None
    (mail,) = owed()
    assert (mail.recipient, mail.language, mail.state) == ("budi@example.id", "en", MailState.DUE)
    text = text_of(mail)
    assert text.count("Name: Budi Santoso") == 2
    later, sooner = text.split("Name: Budi Santoso")[1:]
    assert "State: Cancelled" in later and f"http://127.0.0.1:8000/en/my/{gone.token}\n" in later
    assert "State: Seat confirmed" in sooner and f"http://127.0.0.1:8000/en/my/{budi.token}\n" in sooner
    assert grouped(budi.reference) in sooner and "Session: SHM Bali" in sooner
    assert other.token not in text
    assert {open_link(each.token).id for each in (budi, gone)} == {budi.registration_id, gone.registration_id}


def test_the_mail_speaks_the_language_of_the_page_where_it_was_asked(app: Flask) -> None:
    registered(an_event()["51", "stakeholder"], replace(BUDI, language="en"))
    ask_link("budi@example.id", "id")
    (mail,) = owed()
    assert "/en/my/" not in text_of(mail) and "SHM Provinsi" in text_of(mail)


def test_on_an_offices_address_each_colleague_is_named_with_her_own_link(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    office = [
        registered(place, replace(BUDI, full_name=name, phone="", email="kantor@example.id", shared_address=True))
        for name in ("Made Wirawan", "Ni Luh Ayu", "Wayan Sudra")
    ]
    ask_link("kantor@example.id", "en")
    (mail,) = owed()
    entries = text_of(mail).split("Name: ")[1:]
    assert [entry.split("\n")[0] for entry in entries] == ["Made Wirawan", "Ni Luh Ayu", "Wayan Sudra"]
    assert ["Seat confirmed" in entry for entry in entries] == [True, False, False]
    assert ["On the waiting list" in entry for entry in entries] == [False, True, True]
    assert all(each.token in entry for each, entry in zip(office, entries, strict=True))


def test_nothing_is_owed_to_an_address_that_nobody_gave(app_on_each: Flask) -> None:
    registered(an_event()["51", "stakeholder"], BUDI)
    for stranger in ("tono@example.id", "udi@example.id", "%@example.id", "budi_@example.id"):
        assert ask_link(stranger, "en") is None
    assert owed() == []


@pytest.mark.parametrize("typed", ["  budi@EXAMPLE.id ", "Budi@example.id", "BUDI@EXAMPLE.ID", "budi@example.id\u200b"])
@pytest.mark.parametrize("given", ["budi@example.id", "Budi@example.id"])
def test_capitals_and_blanks_do_not_matter_and_the_mail_goes_to_the_address_as_it_was_given(
    app: Flask, typed: str, given: str
) -> None:
    registered(an_event()["51", "stakeholder"], replace(BUDI, email=given))
    ask_link(typed, "id")
    assert [mail.recipient for mail in owed()] == [given]


def test_no_second_mail_goes_to_an_address_within_ten_minutes(app_on_each: Flask) -> None:
    registered(an_event()["51", "stakeholder"], BUDI)
    began = clock.now().replace(second=59, microsecond=999_999)
    for after, mails in ((0, 1), (1, 1), (599, 1), (600, 2), (601, 2), (1199, 2), (1200, 3)):
        with clock.stopped_at(began + timedelta(seconds=after)):
            ask_link("Budi@example.id" if after % 2 else "budi@example.id", "id")
        assert len(owed()) == mails, f"{after} seconds later"


def test_who_registers_after_asking_in_vain_gets_the_mail_ten_minutes_later(app: Flask) -> None:
    ask_link("budi@example.id", "id")
    registered(an_event()["51", "stakeholder"], BUDI)
    ask_link("budi@example.id", "id")
    assert owed() == []
    with clock.stopped_at(clock.now() + PAUSE):
        ask_link("budi@example.id", "id")
    assert len(owed()) == 1


def test_many_who_ask_at_once_make_one_mail(app_on_each: Flask) -> None:
    registered(an_event()["51", "stakeholder"], BUDI)
    outcomes = at_once(app_on_each, [lambda: ask_link("budi@example.id", "id")] * 12)
    assert outcomes == [None] * 12
    assert len(owed()) == 1


def test_a_registration_is_listed_as_long_as_its_link_is_good_and_not_a_second_longer(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = registered(place, BUDI)
    until = (db.session.get_one(Session, place.session_id).ends_at + LIFE_AFTER_SESSION).replace(microsecond=0)
    with clock.stopped_at(until):
        ask_link("budi@example.id", "id")
        assert open_link(budi.token).id == budi.registration_id
    with clock.stopped_at(until + PAUSE):
        ask_link("budi@example.id", "id")
        with pytest.raises(Gone, match="link.expired"):
            open_link(budi.token)
    in_time, too_late = [text_of(mail) for mail in owed()]
    assert budi.token in in_time
    assert grouped(budi.reference) not in too_late and "http" not in too_late


def test_the_link_is_the_one_that_held_when_it_was_asked_for(app: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    ask_link("budi@example.id", "id")
    answers = replace(answers_of(db.session.get_one(Registration, budi.registration_id)), email="baru@example.id")
    correct(budi.registration_id, answers, by=participant(budi.registration_id))
    (mail,) = owed()
    assert f"/my/{budi.token}\n" in text_of(mail), "an address that was given up never gets a link that works"
    with pytest.raises(Gone, match="link.replaced"):
        open_link(budi.token)


def test_who_gave_only_a_phone_number_is_never_mailed(app: Flask) -> None:
    registered(an_event()["51", "stakeholder"], replace(BUDI, email=""))
    ask_link("budi@example.id", "id")
    assert owed() == []


def test_a_mail_lists_no_more_than_an_inbox_shows_and_says_that_there_are_more(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 200})["51", "stakeholder"]
    for number in range(LISTED + 3):
        name = f"Peserta {number:03} " + "ສີດາ ວົງສາ " * 15
        registered(place, somebody(full_name=name, email="kantor@example.id", shared_address=True))
    ask_link("kantor@example.id", "id")
    (mail,) = owed()
    assert len(mail.facts["registrations"]) == LISTED and mail.facts["more"]
    assert len(write.written(write.owed(mail)).html.encode()) < 102 * 1024  # Gmail cuts what is longer


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "text.missing"), (" \u200b ", "text.missing"), ("budi", "email.wrong"), ("08123456789", "email.wrong")],
)
def test_what_is_no_address_is_refused_and_nothing_is_written_down(app: Flask, typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask_link(typed, "id")
    assert refused.value.problems == {"email": code}
    assert db.session.scalars(select(FormKey)).all() == []


def test_what_is_written_down_of_an_unknown_address_is_not_the_address(app: Flask) -> None:
    ask_link("tono@example.id", "id")
    (asked,) = db.session.scalars(select(FormKey))
    assert "tono" not in asked.key and len(asked.key) == 64


def test_the_office_sees_the_mail_without_the_links(app: Flask) -> None:
    budi = registered(an_event()["51", "stakeholder"], BUDI)
    ask_link("budi@example.id", "id")
    (mail,) = owed()
    preview = desk.preview(mail.id)
    assert preview.line.reference is None and preview.attached == ()
    assert "Budi Santoso" in preview.words.text
    assert budi.token not in preview.words.text + preview.words.html


def test_who_asked_is_forgotten_after_ten_minutes_and_the_answer_after_a_month(app_on_each: Flask) -> None:
    registered(an_event()["51", "stakeholder"], BUDI)
    began = clock.now()
    for address in ("budi@example.id", "tono@example.id"):
        ask_link(address, "id")
    keys = len(db.session.scalars(select(FormKey)).all())
    assert forget_asking() == 0
    with clock.stopped_at(began + PAUSE + timedelta(seconds=1)):
        assert (forget_asking(), forget_asking()) == (2, 0)
    assert len(db.session.scalars(select(FormKey)).all()) == keys - 2 == 1, "the keys of other forms stay"
    with clock.stopped_at(began + KEPT + timedelta(seconds=1)):
        assert forget_asking() == 0, "what is still owed stays"
        _send_all()
        assert (forget_asking(), len(owed())) == (1, 0)
    assert db.session.scalars(select(Mail.kind)).all() == ["confirmation"]


def _send_all() -> None:
    from tpbis_events.outbox.deliver import deliver_due

    assert deliver_due("test").sent + deliver_due("test").sent >= 1
