"""The pages over accounts: opening one, the link, rights with an end, disabling; only administrators get there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.builders import PASSWORD, an_account, an_event, registered, somebody
from tests.cast import made, sari, sign_in
from tests.doors.test_accounts import token_on, try_in
from tests.queries import counted
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox import write
from tpbis_events.outbox.model import Mail
from tpbis_events.people.model import Account, Grant, Right

OPEN = "/office/accounts/open"
NEW = {"name": "Ketut", "email": "Ketut@example.id", "language": "en", "right": "pic", "province": "51", "last_day": ""}


def post(client: FlaskClient, address: str, page: str = "", **data: str) -> TestResponse:
    return client.post(address, data={"csrf_token": token_on(client.get(page or "/office/accounts").text), **data})


def ketut() -> Account:
    db.session.rollback()
    return db.session.scalars(select(Account).where(Account.email == "ketut@example.id")).one()


def the_link() -> str:
    db.session.rollback()
    mail = db.session.scalars(select(Mail).where(Mail.kind == "account_link").order_by(Mail.id.desc())).first()
    assert mail is not None
    found = re.search(r"http://127.0.0.1:8000(/\S+/office/password/\S+)", write.written(write.owed(mail)).text)
    assert found
    return found.group(1)


@pytest.fixture
def office(app: Flask, client: FlaskClient) -> FlaskClient:
    return sign_in(client, sari())


def test_an_account_is_opened_and_its_person_chooses_the_password_by_the_mailed_link_once(office: FlaskClient) -> None:
    answer = post(office, OPEN, **NEW)
    account = ketut()
    assert (answer.status_code, answer.location) == (303, f"/office/accounts/{account.id}")
    assert account.password is None and [(g.name, g.province_code) for g in account.roles] == [(Right.PIC, "51")]
    person, link = office.application.test_client(), the_link()
    assert link.startswith("/en/") and "Choose a password" in person.get(link).text
    assert ketut().password is None, "opening the link changes nothing"
    chosen = {"password": PASSWORD, "again": PASSWORD, "csrf_token": token_on(person.get(link).text)}
    assert person.post(link, data={**chosen, "again": "other words entirely"}).status_code == 422
    assert person.post(link, data={**chosen, "password": "short", "again": "short"}).status_code == 422
    assert person.post(link, data=chosen).location == "/en/office/login"
    assert person.get(link).status_code == 410
    assert try_in(person, "ketut@example.id", PASSWORD).status_code == 302
    acts = db.session.scalars(select(AuditEntry.act).where(AuditEntry.subject == f"account:{account.id}")).all()
    assert acts == ["account.opened", "account.password_chosen"]


def test_who_has_chosen_no_password_cannot_sign_in(office: FlaskClient) -> None:
    post(office, OPEN, **NEW)
    for password in ("", "None", PASSWORD):
        assert try_in(office.application.test_client(), "ketut@example.id", password).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"email": ""},
        {"name": " "},
        {"right": ""},
        {"right": "king"},
        {"province": ""},
        {"province": "99"},
        {"right": "national"},
        {"last_day": "2001-01-01"},
        {"last_day": "tomorrow"},
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_opened(
    office: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = post(office, OPEN, **{**NEW, **wrong})
    assert answer.status_code == 422 and 'class="field-error"' in answer.text
    assert db.session.scalar(select(Account).where(Account.email.like("%ketut%"))) is None


def test_a_new_link_ends_the_one_before_and_a_shown_one_is_written_down(office: FlaskClient) -> None:
    post(office, OPEN, **NEW)
    first, own = the_link(), f"/office/accounts/{ketut().id}"
    shown = post(office, f"{own}/show-link").text
    assert office.get(first).status_code == 410
    address = re.search(r'value="http://127.0.0.1:8000(/en/office/password/[^"]+)"', shown)
    assert address and office.get(address.group(1)).status_code == 200
    assert "account.link_shown" in db.session.scalars(select(AuditEntry.act)).all()


def test_a_link_is_over_after_seven_days_and_an_altered_one_is_not_there(office: FlaskClient) -> None:
    post(office, OPEN, **NEW)
    link = the_link()
    with clock.stopped_at(clock.now() + timedelta(days=7, minutes=1)):
        assert office.application.test_client().get(link).status_code == 410
    assert office.application.test_client().get(link[:-3] + "abc").status_code == 404


def test_rights_are_given_changed_and_taken_with_before_and_after_in_the_log(office: FlaskClient) -> None:
    account = made()
    own, last = f"/office/accounts/{account.id}", f"{clock.now() + timedelta(days=40):%Y-%m-%d}"
    assert post(office, f"{own}/rights", own, right="pic", province="52", last_day="").status_code == 303
    assert post(office, f"{own}/rights", own, right="pic", province="52", last_day=last).status_code == 303
    assert post(office, f"{own}/rights", own, right="pic", province="", last_day="").status_code == 422
    db.session.rollback()
    held = {grant.province_code: grant for grant in db.session.get_one(Account, account.id).roles}
    assert set(held) == {"51", "52"} and held["52"].ends_at is not None
    assert post(office, f"{own}/rights/{held['52'].id}/take", own).status_code == 303
    changed, taken = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)).all()[::-1]
    assert changed.before["ends_at"] is None and changed.after["ends_at"].startswith("20")
    assert (taken.act, taken.before["province"], taken.after) == ("account.right_taken", "52", None)


def test_a_disabled_account_is_signed_out_with_its_next_click_and_comes_back_when_it_is_enabled(
    office: FlaskClient,
) -> None:
    account = made()
    account_id, email = account.id, account.email
    hers = sign_in(office.application.test_client(), account)
    assert hers.get("/office/").status_code == 200
    assert post(office, f"/office/accounts/{account_id}/disable").status_code == 303
    assert hers.get("/office/").status_code == 303
    assert try_in(office.application.test_client(), email, PASSWORD).status_code == 200
    assert post(office, f"/office/accounts/{account_id}/enable").status_code == 303
    assert hers.get("/office/").status_code == 303, "the old sign-in stays ended"
    assert try_in(office.application.test_client(), email, PASSWORD).status_code == 302


def test_the_list_finds_by_name_right_and_province_and_costs_the_same_for_many(office: FlaskClient) -> None:
    made()
    with transaction():
        for n in range(60):
            facts = {"email": f"n{n:02}@example.id", "name": f"Panitia{n:02}", "fs_uniquifier": f"n{n}"}
            db.session.add(Account(**facts, created_at=clock.now(), roles=[Grant(name=Right.DOOR, province_code="12")]))
    with counted() as statements:
        page = office.get("/office/accounts").text
    assert len(statements) <= 4
    assert "Panitia00" in page and "after=" in page
    assert "Made" in office.get("/office/accounts?q=MADE").text
    assert "Panitia00" not in office.get("/office/accounts?province=51").text
    assert "Made" not in office.get("/office/accounts?right=door").text


def test_the_national_right_alone_opens_no_account_page(app: Flask, client: FlaskClient) -> None:
    sign_in(client, an_account("Nasional", Right.NATIONAL))
    assert client.get("/office/accounts").status_code == 403
    assert client.get("/office/accounts/1").status_code == 403
    assert "/office/accounts" not in client.get("/office/").text


@pytest.mark.parametrize("right", [Right.AUDITOR, Right.FINANCE])
def test_who_only_reads_sees_a_person_without_contact_nip_and_support(
    app: Flask, client: FlaskClient, right: Right
) -> None:
    place = an_event()["51", "stakeholder"]
    by_mail = somebody(support_needed="kursi roda", employment="pns", nip="198501012010011003")
    by_phone = somebody(email="", phone="081298765432")
    people = [registered(place, each).reference for each in (by_mail, by_phone)]
    sign_in(client, an_account("Pembaca", right))
    roster = f"/office/events/{place.event_slug}/sessions/{place.session_slug}"
    pages = [client.get(at) for at in (roster, *(f"/office/registrations/{each}" for each in people))]
    for page in pages:
        assert page.status_code == 200
        assert not any(each in page.text for each in (by_mail.email, "81298765432", "kursi roda", by_mail.nip))
    assert by_mail.full_name in pages[0].text
    with_rights = sign_in(app.test_client(), sari())
    assert by_mail.email in with_rights.get(f"/office/registrations/{people[0]}").text
