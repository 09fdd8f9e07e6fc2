"""Who is to be told by phone: nobody without a mail is left out, numbers stay masked until they are asked for, ticks are kept."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import BUDI, Place, an_account, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari, sign_in
from tests.doors.browsing import post, row, shown
from tests.queries import counted
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.messages import calls, whatsapp
from tpbis_events.messages.call_instead import call_instead
from tpbis_events.messages.tick_off import tick_off
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.call_model import Call, How
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.erase import erase_expired
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.register import Registered

PHONE = "081234500077"


def by_phone(place: Place, phone: str = PHONE, **more: str) -> Registered:
    return registered(place, somebody(email="", phone=phone, **more))


def open_kinds(place: Place) -> list[str]:
    db.session.rollback()
    return [call.kind for call in calls.page_of(place.event_id, by=COMMAND_LINE).calls]


def of(place: Place) -> str:
    return f"/en/office/events/{place.event_slug}/calls"


def the_call(person: Registered) -> int:
    db.session.rollback()
    wanted = select(Call.id).where(Call.registration_id == person.registration_id).order_by(Call.id.desc())
    return db.session.scalars(wanted).first() or 0


def test_what_is_owed_without_an_address_is_listed_as_long_as_it_is_of_use(app_on_each: Flask) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    seated, waits = by_phone(place), by_phone(place, "081234500078")
    registered(place)
    assert open_kinds(place) == ["confirmation", "waiting"]
    cancel(seated.registration_id, by=COMMAND_LINE, reason="Sakit")
    # Her confirmation is no longer true; who waited has a seat now and no place in line.
    assert open_kinds(place) == ["cancelled", "seated"]
    cancel_session(place.session_id, reason="Banjir", by=COMMAND_LINE)
    assert open_kinds(place) == ["cancelled", "session_cancelled"]
    assert db.session.scalars(select(Mail).where(Mail.subject == f"registration:{waits.registration_id}")).all() == []
    ends = db.session.get_one(Session, place.session_id).ends_at
    with clock.stopped_at(ends + timedelta(days=31)):
        assert open_kinds(place) == []


def test_registering_by_phone_costs_no_statement_more_than_by_mail(app: Flask) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    registered(place)
    costs = []
    for applicant in (somebody(phone="081234500081"), somebody(email="", phone="081234500082")):
        with counted() as statements:
            registered(place, applicant)
        costs.append(len(statements))
    assert costs[1] <= costs[0] <= 12


def test_a_mail_that_failed_becomes_a_call_until_it_is_sent_after_all(app_on_each: Flask) -> None:
    place = an_event()[BALI, "village"]
    registered(place, BUDI)
    assert open_kinds(place) == [] and call_instead() == 0
    for state, expected in (
        (MailState.FAILED, ["confirmation"]), (MailState.DUE, []), (MailState.FAILED, ["confirmation"]),
    ):  # fmt: skip
        with transaction():
            db.session.scalars(select(Mail)).one().state = state
        call_instead()
        assert call_instead() == 0
        assert open_kinds(place) == expected
    call = db.session.scalars(select(Call)).one()
    assert "qr" not in call.facts and call.mail_id
    db.session.rollback()
    with counted() as statements:
        call_instead()
    assert len(statements) == 2


def test_a_mail_that_is_held_for_more_than_a_day_becomes_a_call_until_the_office_lets_it_go(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    registered(place, BUDI)
    with transaction():
        db.session.scalars(select(Mail)).one().state = MailState.HELD
    assert call_instead() == 0
    with clock.stopped_at(clock.now() + timedelta(hours=25)):
        assert call_instead() == 1 and call_instead() == 0
        assert open_kinds(place) == ["confirmation"]
        with transaction():
            db.session.scalars(select(Mail)).one().state = MailState.DUE
        assert call_instead() == 1
        assert open_kinds(place) == []


def test_numbers_are_masked_until_somebody_asks_and_every_look_is_written_down(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    person = by_phone(place, full_name="Wayan Sudiarta")
    sign_in(client, made())
    assert "1 to be told by phone" in client.get("/en/office/").text
    assert "1 to be told by phone" in client.get(f"/en/office/events/{place.event_slug}").text
    session = client.get(f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}").text
    assert f"/calls?session={place.session_slug}" in session
    page = client.get(of(place)).text
    assert "Wayan Sudiarta" in page and "…077" in page and "1234500077" not in page and "wa.me" not in page
    look = post(client, f"/en/office/calls/{the_call(person)}/show").text
    assert "+6281234500077" in look
    link = re.search(r'href="(https://wa\.me/[^"]+)"', look)
    assert link
    address = urlsplit(link.group(1).replace("&amp;", "&"))
    assert address.path == "/6281234500077"
    (text,) = parse_qs(address.query)["text"]
    assert "Yth. " in text or "Dear Wayan Sudiarta" in text
    own = re.search(r"/my/(\S+)", text)
    assert own and open_link(own.group(1)).id == person.registration_id
    looked = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "registration.contact_seen")).all()
    assert [entry.subject for entry in looked] == [f"registration:{person.registration_id}"]


def test_a_line_stays_until_it_is_ticked_off_with_who_when_and_how(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    person = by_phone(place)
    account = made()
    sign_in(client, account)
    call = the_call(person)
    nothing = client.get(post(client, f"/en/office/calls/{call}/told", how="").location)
    assert "Please say how it went" in nothing.text
    post(client, f"/en/office/calls/{call}/told", how="not_reached", note="Tidak diangkat")
    page = shown(client.get(of(place)).text)
    assert "tried 1 time" in page and "Tidak diangkat" in page
    post(client, f"/en/office/calls/{call}/told", how="whatsapp", note="")
    assert "Nobody has to be called" in client.get(of(place)).text
    db.session.rollback()
    kept = db.session.get_one(Call, call)
    assert (kept.how, kept.told_by, kept.tries, kept.note) == (
        How.WHATSAPP, f"account:{account.id}", 1, "Tidak diangkat",
    )  # fmt: skip
    again = client.get(post(client, f"/en/office/calls/{call}/told", how="telephone").location).text
    assert "Somebody has ticked this off already" in again
    timeline = client.get(f"/en/office/registrations/{person.reference}").text
    assert "Told by telephone or WhatsApp" in timeline and "Not reached by telephone" in timeline


def test_a_pic_tells_only_in_her_province_and_an_auditor_nobody(app: Flask, client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"))
    place = places[BALI, "village"]
    own, other = by_phone(place), by_phone(places["12", "village"], "081234500079")
    sign_in(client, made())
    page = client.get(of(place)).text
    assert row(own).person.full_name in page and row(other).person.full_name not in page
    for view in ("show", "told"):
        assert post(client, f"/en/office/calls/{the_call(other)}/{view}", how="telephone").status_code == 404
        assert post(client, f"/en/office/calls/99999999999999999999/{view}", how="telephone").status_code == 404
    with pytest.raises(NotFound):
        tick_off(the_call(other), How.TELEPHONE, by=acting(an_account("Ani", Right.PIC, BALI)))
    assert "1 to be told by phone" in client.get("/en/office/").text
    auditor = app.test_client()
    sign_in(auditor, an_account("Rini", Right.AUDITOR))
    assert auditor.get(of(place)).status_code == 403
    assert post(auditor, f"/en/office/calls/{the_call(own)}/show").status_code == 403
    assert "to be told by phone" not in auditor.get("/en/office/").text
    assert client.post(f"/en/office/calls/{the_call(own)}/told", data={"how": "telephone"}).status_code == 400


def test_the_list_costs_the_same_for_few_and_many_and_goes_on_page_by_page(client: FlaskClient) -> None:
    place = an_event(roles={"village": 80})[BALI, "village"]
    sign_in(client, sari())
    asked = []
    for numbers in (range(1), range(1, 60)):
        for number in numbers:
            by_phone(place, f"0812345{number:05}")
        with counted() as statements:
            page = client.get(of(place)).text
        asked.append(len(statements))
    assert asked[0] == asked[1] and "60 lines" in page
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert client.get(following.group(1).replace("&amp;", "&")).text.count("Show number and text") == 10


KINDS = "applied approved confirmation waiting rejected seated offer offer_reminder lapsed moved substituted".split()
KINDS += "cancelled session_cancelled rescheduled reminder certificate_ready note unheard_of".split()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_short_text_with_ones_own_link_in_ones_language(app: Flask, kind: str) -> None:
    place = an_event()[BALI, "village"]
    for language, phone in (("id", PHONE), ("en", "081234500078")):
        person = by_phone(place, phone, language=language)
        with transaction():
            call = db.session.get_one(Call, the_call(person))
            call.kind = kind
            call.facts = {
                **call.facts, "reason": "Gedung banjir", "left": call.facts,
                "offer_ends_at": clock.now().isoformat(), "note_subject": "Bawa laptop", "note_lines": ["Buka {link}"],
            }  # fmt: skip
        text = whatsapp.text_of(calls.call_of(call.id, by=COMMAND_LINE))
        assert len(text) < 900
        link = re.search(r"(http\S+?/my/\S+)", text)
        assert link and ("/en/my/" in link.group(1)) is (language == "en")
        assert "{" not in text and ("Bawa laptop" in text) is (kind == "note")


def test_calls_are_erased_with_their_person(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    person = by_phone(place)
    with transaction():
        session = db.session.get_one(Session, place.session_id)
        session.starts_at -= timedelta(days=1000)
        session.ends_at -= timedelta(days=1000)
    erase_expired()
    assert the_call(person) == 0


def test_a_line_is_ticked_off_once(app: Flask) -> None:
    person = by_phone(an_event()[BALI, "village"])
    assert tick_off(the_call(person), None, by=COMMAND_LINE) is False
    assert tick_off(the_call(person), How.GIVEN_UP, by=COMMAND_LINE) is True
    with pytest.raises(Refusal, match="call.told"):
        tick_off(the_call(person), How.TELEPHONE, by=COMMAND_LINE)


def test_what_a_mail_told_is_told_by_whatsapp_as_well_and_once(app: Flask, client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    budi = registered(place, somebody(email="budi@example.id", phone=PHONE))
    mail_id = db.session.scalars(select(Mail.id).where(Mail.subject == f"registration:{budi.registration_id}")).one()
    sign_in(client, made())
    page = client.get(f"/en/office/registrations/{budi.reference}").text
    assert "Tell by WhatsApp as well" in page and "wa.me" not in page
    answer = post(client, f"/en/office/registrations/{budi.reference}/calls", mail=str(mail_id))
    assert answer.status_code == 200 and "https://wa.me/6281234500077?text=" in answer.text
    again = post(client, f"/en/office/registrations/{budi.reference}/calls", mail=str(mail_id))
    assert again.status_code == 200 and len(db.session.scalars(select(Call)).all()) == 1
    tick_off(the_call(budi), How.WHATSAPP, by=COMMAND_LINE)
    assert post(client, f"/en/office/registrations/{budi.reference}/calls", mail=str(mail_id)).status_code == 409
    other = registered(an_event(roles={"village": 1})[BALI, "village"])
    assert post(client, f"/en/office/registrations/{other.reference}/calls", mail=str(mail_id)).status_code == 409
