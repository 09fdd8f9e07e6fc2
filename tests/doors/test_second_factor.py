"""The second factor and the sign-ins: set up with an app, asked for at the sign-in, recovery codes, browsers listed and ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import PASSWORD, an_account
from tests.cast import made, sari, sign_in
from tests.conftest import _forget_last_request, settings_for
from tests.doors.test_accounts import token_on, try_in
from tpbis_events import create_app
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail
from tpbis_events.people import totp
from tpbis_events.people.model import Account, Right, SignIn
from tpbis_events.web.guards import limiter

SET_UP = "/office/account/second-factor"
CODE = "/office/login/code"


def set_up(client: FlaskClient, password: str = PASSWORD) -> tuple[str, list[str]]:
    """Set the factor up as a person does -> the app's key, the recovery codes."""
    page = client.get(SET_UP).text
    found = re.search(r'<strong class="num">([A-Z2-7-]+)</strong>', page)
    assert found
    key = found.group(1).replace("-", "")
    data = {"code": totp.code_at_present(key), "present": password, "csrf_token": token_on(page)}
    answer = client.post(SET_UP, data=data)
    assert answer.status_code == 200
    return key, re.findall(r"<strong class=\"num\">([0-9A-Z-]{19})</strong>", answer.text)


def second_step(client: FlaskClient, code: str) -> int:
    return client.post(CODE, data={"code": code, "csrf_token": token_on(client.get(CODE).text)}).status_code


def test_after_the_password_the_app_is_asked_and_each_code_counts_once(app: Flask, client: FlaskClient) -> None:
    email = sari().email
    now = clock.now()
    with clock.stopped_at(now):
        assert try_in(client, email, PASSWORD).status_code == 302
        key, codes = set_up(client)
        assert len(set(codes)) == 8
    with clock.stopped_at(now + timedelta(minutes=5)):
        other = app.test_client()
        asked = try_in(other, email, PASSWORD, next="/office/audit")
        assert asked.location == CODE
        assert other.get("/office/").status_code == 303, "the password alone opens nothing"
        assert second_step(other, "000000") == 422
        code = totp.code_at_present(key)
        answer = other.post(CODE, data={"code": code, "csrf_token": token_on(other.get(CODE).text)})
        assert (answer.status_code, answer.location) == (303, "/office/audit")
        assert other.get("/office/").status_code == 200
        third = app.test_client()
        try_in(third, email, PASSWORD)
        assert second_step(third, code) == 422, "the same code again"
        assert second_step(third, codes[0].lower().replace("-", " ")) == 303
        fourth = app.test_client()
        try_in(fourth, email, PASSWORD)
        assert second_step(fourth, codes[0]) == 422, "a recovery code again"


def test_the_second_step_is_for_who_said_the_password_within_ten_minutes(client: FlaskClient) -> None:
    email, now = sari().email, clock.now()
    assert client.get(CODE).status_code == 303
    with clock.stopped_at(now):
        try_in(client, email, PASSWORD)
        key, _codes = set_up(client)
        client.post("/office/logout", data={"csrf_token": token_on(client.get("/office/account").text)})
        try_in(client, email, PASSWORD)
        assert client.get(CODE).status_code == 200
    with clock.stopped_at(now + timedelta(minutes=11)):
        assert client.get(CODE).status_code == 303
        assert totp.code_at_present(key)


def test_setting_up_needs_the_password_and_a_code_and_the_keys_are_unreadable_in_the_database(
    client: FlaskClient,
) -> None:
    account_id = sari().id
    sign_in(client, db.session.get_one(Account, account_id))
    page = client.get(SET_UP).text
    found = re.search(r'<strong class="num">([A-Z2-7-]+)</strong>', page)
    assert found and found.group(1) in client.get(SET_UP).text, "the same key until it is used"
    key, token = found.group(1).replace("-", ""), token_on(page)
    for wrong in ({"code": "123"}, {"code": ""}, {"present": "not hers at all"}):
        data = {"code": totp.code_at_present(key), "present": PASSWORD, "csrf_token": token, **wrong}
        assert client.post(SET_UP, data=data).status_code == 422, wrong
    _key, codes = set_up(client)
    db.session.rollback()
    row = db.session.execute(db.text("SELECT totp_key, recovery_codes FROM accounts")).one()
    assert key.encode() not in row[0] and codes[0].replace("-", "") not in row[1]


def test_new_recovery_codes_end_the_old_ones_and_the_factor_can_be_removed(client: FlaskClient) -> None:
    email = made().email
    try_in(client, email, PASSWORD)
    _key, old = set_up(client)
    renew = "/office/account/recovery-codes"
    data = {"present": PASSWORD, "csrf_token": token_on(client.get(renew).text)}
    assert client.post(renew, data={**data, "present": "x"}).status_code == 422
    new = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", client.post(renew, data=data).text)
    other = client.application.test_client()
    try_in(other, email, PASSWORD)
    assert second_step(other, old[0]) == 422 and second_step(other, new[0]) == 303
    off = "/office/account/second-factor/off"
    assert client.post(off, data={**data, "csrf_token": token_on(client.get(off).text)}).status_code == 303
    assert try_in(client.application.test_client(), email, PASSWORD).location == "/office/begin"


@pytest.fixture
def strict(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An installation that demands the second factor, and counts guesses."""
    app = create_app({**settings_for(sqlite_url, tmp_path), "SECOND_FACTOR_REQUIRED": True, "RATELIMIT_ENABLED": True})
    app.before_request_funcs.setdefault(None, []).insert(0, _forget_last_request)
    with app.app_context():
        yield app
        limiter.reset()
        limiter.enabled = False
        db.session.remove()
        db.engine.dispose()


def test_where_it_is_demanded_the_office_opens_only_after_it_is_set_up(strict: Flask) -> None:
    client = strict.test_client()
    try_in(client, sari().email, PASSWORD)
    for address in ("/office/", "/office/begin", "/office/accounts", "/office/audit", "/door/"):
        assert client.get(address).location == SET_UP, address
    assert client.get("/office/account").status_code == 200
    set_up(client)
    assert client.get("/office/").status_code == 200
    off = "/office/account/second-factor/off"
    data = {"present": PASSWORD, "csrf_token": token_on(client.get("/office/account").text)}
    assert client.post(off, data=data).status_code == 409


def test_who_holds_no_right_over_the_country_needs_none(strict: Flask) -> None:
    client = strict.test_client()
    try_in(client, made().email, PASSWORD)
    assert client.get("/office/").status_code == 200


def test_guessing_codes_is_stopped_for_the_account_from_wherever(strict: Flask) -> None:
    client, email = strict.test_client(), sari().email
    try_in(client, email, PASSWORD)
    set_up(client)
    statuses = []
    for guess in range(11):
        browser = strict.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"203.0.113.{guess}"
        try_in(browser, email, PASSWORD)
        statuses.append(second_step(browser, "000000"))
    assert statuses == [422] * 10 + [429]


def test_browsers_are_listed_by_name_and_ended_by_their_owner_alone(app: Flask, client: FlaskClient) -> None:
    email, stranger = sari().email, sign_in(app.test_client(), made())
    phone, desk = app.test_client(), app.test_client()
    phone.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 13) Chrome/120 Mobile Safari/537.36"
    for browser in (phone, desk, client):
        try_in(browser, email, PASSWORD)
    page = client.get("/office/account").text
    assert "Chrome, Android" in page and page.count("/office/account/sign-ins/") == 3
    db.session.rollback()
    of_phone = db.session.query(SignIn.id).filter_by(browser="Chrome, Android").scalar()
    end = f"/office/account/sign-ins/{of_phone}/end"
    assert stranger.post(end, data={"csrf_token": token_on(stranger.get("/office/account").text)}).status_code == 404
    assert client.post(end, data={"csrf_token": token_on(page)}).status_code == 303
    assert phone.get("/office/").status_code == 303 and desk.get("/office/").status_code == 200
    assert client.post("/office/account/sign-ins/end-others", data={"csrf_token": token_on(page)}).status_code == 303
    assert desk.get("/office/").status_code == 303 and client.get("/office/").status_code == 200


def test_another_password_signs_all_other_browsers_out(app: Flask, client: FlaskClient) -> None:
    email, other, new = sari().email, app.test_client(), "lima belas kata sandi baru"
    try_in(other, email, PASSWORD)
    try_in(client, email, PASSWORD)
    change = "/office/account/password"
    data = {"present": PASSWORD, "password": new, "again": new, "csrf_token": token_on(client.get(change).text)}
    assert client.post(change, data={**data, "present": "wrong password"}).status_code == 422
    assert client.post(change, data=data).status_code == 303
    assert client.get("/office/").status_code == 200 and other.get("/office/").status_code == 303
    assert try_in(app.test_client(), email, PASSWORD).status_code == 200


def test_a_copied_cookie_opens_nothing_after_signing_out_or_twelve_hours(client: FlaskClient) -> None:
    account = sari()
    sign_in(client, account)
    cookie = client.get_cookie("tpbis")
    assert cookie
    with clock.stopped_at(clock.now() + timedelta(hours=12, minutes=1)):
        assert client.get("/office/").status_code == 303
    client.post("/office/logout", data={"csrf_token": token_on(client.get("/office/").text)})
    thief = client.application.test_client()
    thief.set_cookie("tpbis", cookie.value)
    assert thief.get("/office/").status_code == 303


def test_who_forgot_the_password_gets_one_mail_in_ten_minutes_and_a_stranger_sees_the_same(client: FlaskClient) -> None:
    address, email = "/office/forgotten", sari().email
    token = token_on(client.get(address).text)
    answers = [
        client.post(address, data={"email": typed, "csrf_token": token})
        for typed in (email, email.upper(), "tono@example.id", "no address")
    ]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/office/forgotten/asked")}
    db.session.rollback()
    mails = db.session.query(Mail).filter_by(kind="password_link").all()
    assert [mail.recipient for mail in mails] == [email]
    assert try_in(client, email, PASSWORD).status_code == 302, "asking changes nothing"


def test_an_administrator_removes_the_factor_of_somebody_else_and_not_her_own(app: Flask, client: FlaskClient) -> None:
    account = sari()
    own_id = account.id
    sign_in(client, account)
    set_up(client)
    other = an_account("Ketut", Right.PIC, "51")
    other_id, hers = other.id, sign_in(app.test_client(), other)
    set_up(hers)
    token = token_on(client.get("/office/account").text)
    remove = "/office/accounts/{}/remove-second-factor"
    assert client.post(remove.format(own_id), data={"csrf_token": token}).status_code == 409
    assert client.post(remove.format(other_id), data={"csrf_token": token}).status_code == 303
    assert hers.get("/office/").status_code == 303
    assert try_in(app.test_client(), "ketut@example.id", PASSWORD).location == "/office/begin"
