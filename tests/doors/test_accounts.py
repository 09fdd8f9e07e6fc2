"""Signing in to the office and out again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.builders import PASSWORD, an_account
from tests.cast import door, made, sari, sign_in
from tests.conftest import _forget_last_request, settings_for
from tpbis_events import create_app
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.model import Account, Right
from tpbis_events.web import accounts
from tpbis_events.web.guards import limiter

LOGIN = "/office/login"


def token_on(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the form carries a CSRF token"
    return found.group(1)


def try_in(client: FlaskClient, email: str, password: str, *, at: str = LOGIN, **more: str) -> TestResponse:
    data = {"email": email, "password": password, "csrf_token": token_on(client.get(at).text), **more}
    return client.post(at, data=data)


def words_of(answer: TestResponse) -> str:
    """A sign-in page without what differs by itself: the token, and the address that was typed."""
    return re.sub(r'value="[^"]*"', "", answer.text)


def test_sari_signs_in_and_is_in_her_office(client: FlaskClient) -> None:
    answer = try_in(client, sari().email, PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/office/begin")
    page = client.get(answer.location, follow_redirects=True)
    assert page.status_code == 200 and page.request.path == "/office/"
    assert "Sari" in page.text


def test_who_works_at_the_door_comes_to_the_door(client: FlaskClient) -> None:
    sign_in(client, door())
    assert client.get("/office/begin").location == "/door/"
    assert client.get("/office/").status_code == 403


def test_json_nested_beyond_reading_is_a_bad_request(client: FlaskClient) -> None:
    deep = client.post(LOGIN, data="[" * 200_000, content_type="application/json")
    assert deep.status_code == 400


def test_a_wrong_password_and_an_unknown_address_are_answered_the_same(client: FlaskClient) -> None:
    account = sari()
    wrong = try_in(client, account.email, "bukan sandinya sama sekali")
    unknown = try_in(client, "tono@example.id", PASSWORD)
    nonsense = try_in(client, "bukan alamat", PASSWORD)
    empty = try_in(client, "", "")
    assert words_of(wrong) == words_of(unknown) == words_of(nonsense) == words_of(empty)
    assert wrong.status_code == 200 and 'class="error-summary"' in wrong.text
    assert client.get("/office/").status_code == 303


@pytest.mark.parametrize("language", ["", "/en"])
def test_what_the_sign_in_says_comes_from_our_own_catalogue(client: FlaskClient, language: str) -> None:
    said = try_in(client, "tono@example.id", PASSWORD, at=f"{language}{LOGIN}").text
    assert "Authentication failed" not in said
    assert ("The e-mail address or the password is wrong" in said) is (language == "/en") or not _has_indonesian()


def _has_indonesian() -> bool:
    catalogue = Path(__file__).parents[2] / "tpbis_events/translations/id/LC_MESSAGES/messages.mo"
    return catalogue.exists() and b"alamat surel atau kata sandi" in catalogue.read_bytes().lower()


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_place_asked_for_is_kept_over_the_sign_in_in_its_language(client: FlaskClient, language: str) -> None:
    account = sari()
    asked = client.get(f"{language}/office/audit?act=seats.added")
    assert asked.status_code == 303 and asked.location.startswith(f"{language}{LOGIN}?next=")
    answer = try_in(client, account.email, PASSWORD, at=asked.location)
    assert answer.location == f"{language}/office/audit?act=seats.added"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://jahat.example/",
        "//jahat.example/",
        "///jahat.example",
        "\\\\jahat.example",
        "/\\jahat.example",
        "javascript:alert(1)",
        "http:jahat.example",
        " //jahat.example",
    ],
)
def test_the_sign_in_leads_nowhere_else(client: FlaskClient, elsewhere: str) -> None:
    account = sari()
    answer = try_in(client, account.email, PASSWORD, next=elsewhere)
    assert answer.status_code == 302
    assert urlsplit(urljoin("http://localhost/office/login", answer.location.replace("\\", "/"))).netloc == "localhost"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client: FlaskClient) -> None:
    cookie = try_in(client, sari().email, PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "remember_token" not in cookie


def test_nobody_is_remembered_beyond_the_session_even_if_a_form_asks_for_it(client: FlaskClient) -> None:
    answer = try_in(client, sari().email, PASSWORD, remember="y")
    assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("remember_token")]


def test_signing_out_is_a_post_with_a_token(client: FlaskClient) -> None:
    sign_in(client, sari())
    assert client.get("/office/logout").status_code == 405
    assert client.post("/office/logout").status_code == 400
    assert client.get("/office/").status_code == 200
    answer = client.post("/office/logout", data={"csrf_token": token_on(client.get("/office/").text)})
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/office/").status_code == 303


def test_a_disabled_account_is_out_at_once_and_learns_no_more_than_a_stranger(client: FlaskClient) -> None:
    account = made()
    email, stranger = account.email, client.application.test_client()
    sign_in(client, account)
    with transaction():
        db.session.execute(update(Account).where(Account.email == email).values(active=False))
    assert client.get("/office/").status_code == 303
    refused, unknown = try_in(stranger, email, PASSWORD), try_in(stranger, "tono@example.id", PASSWORD)
    assert words_of(refused) == words_of(unknown)


def test_a_sign_in_without_a_token_is_refused(client: FlaskClient) -> None:
    assert client.post(LOGIN, data={"email": sari().email, "password": PASSWORD}).status_code == 400


def test_a_password_hashed_by_old_settings_is_hashed_anew_when_it_is_used(client: FlaskClient) -> None:
    from flask_security.utils import get_hmac
    from passlib.hash import argon2

    account = an_account("Sari", Right.NATIONAL)
    email, weak = account.email, argon2.using(rounds=1, memory_cost=8, parallelism=1).hash(get_hmac(PASSWORD))
    with transaction():
        db.session.execute(update(Account).where(Account.email == email).values(password=weak))
    assert try_in(client, email, PASSWORD).status_code == 302
    db.session.rollback()
    assert db.session.query(Account.password).filter_by(email=email).scalar() != weak


def test_outside_the_tests_a_password_is_hashed_with_memory_and_time(tmp_path: Path) -> None:
    """At least what OWASP's password storage sheet asks of Argon2id: 19 MiB, twice."""
    from flask_security.utils import hash_password

    settings = settings_for(f"sqlite:///{tmp_path}/tpbis.sqlite", tmp_path)
    del settings["SECURITY_PASSWORD_HASH"], settings["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"]
    with create_app(settings).app_context():
        found = re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=", hash_password(PASSWORD))
    assert found is not None
    memory, rounds = map(int, found.groups())
    assert memory >= 19 * 1024 and rounds >= 2


@pytest.fixture
def limited(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(accounts, "LIMIT_OF_GUESSES", "3 per minute")
    app = create_app({**settings_for(sqlite_url, tmp_path), "RATELIMIT_ENABLED": True})
    app.before_request_funcs.setdefault(None, []).insert(0, _forget_last_request)
    with app.app_context():
        yield app
        limiter.reset()
        limiter.enabled = False
        db.session.remove()
        db.engine.dispose()


def test_guessing_is_stopped_by_a_page_that_says_so_and_other_networks_go_on(limited: Flask) -> None:
    email = sari().email
    client = limited.test_client()
    guess = {"email": email, "password": "tebakan", "csrf_token": token_on(client.get(LOGIN).text)}
    assert [client.post(LOGIN, data=guess).status_code for _guess in range(3)] == [200, 200, 200]
    stopped = client.post(LOGIN, data={**guess, "password": PASSWORD})
    assert stopped.status_code == 429 and "<h1>" in stopped.text
    elsewhere = limited.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert try_in(elsewhere, email, PASSWORD).status_code == 302


def test_signing_in_rightly_uses_up_no_guesses(limited: Flask) -> None:
    email = sari().email
    assert [try_in(limited.test_client(), email, PASSWORD).status_code for _time in range(5)] == [302] * 5
