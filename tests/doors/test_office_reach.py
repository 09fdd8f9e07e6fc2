"""What no page of the office does: change by GET, take a form without its token, tell a stranger or another province anything.

Who may open which page is in test_route_matrix.py.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, made, sari, sign_in
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import Base, db
from tpbis_events.outbox.model import Mail
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.registrations.invite import Guest, invite
from tpbis_events.registrations.model import InvitationKind

ELSEWHERE = "12"
NIP = "198501012010011003"


@dataclass(frozen=True, slots=True)
class World:
    """What the addresses of the office may name, in one province."""

    place: Place
    reference: str
    mail_id: int
    invitation_id: int
    account_id: int

    @property
    def names(self) -> dict[str, Any]:
        return {
            "event": self.place.event_slug,
            "programme": self.place.event_slug.replace("event", "shm"),  # as the builders name them
            "session": self.place.session_slug,
            "role": self.place.role_slug,
            "reference": self.reference,
            "day": 1,
            "mail_id": self.mail_id,
            "invitation": self.invitation_id,
            "account_id": self.account_id,
            "grant_id": 1,
            "number": 1,
            "item": 1,
            "bulk_id": 1,
            "key": "nobody-has-this-key",
            "kind": "xlsx",
        }


def a_world(place: Place) -> World:
    person = registered(place, somebody(employment="pns", nip=NIP))
    about = Mail.subject == f"registration:{person.registration_id}"
    mail_id = db.session.scalars(select(Mail.id).where(about)).one()
    guest = Guest(InvitationKind.OFFICE, "Dinas Arsip", places=2)
    invited = invite(place.quota_id, guest, expires_at=clock.now() + timedelta(days=5), by=COMMAND_LINE)
    account_id = an_account(f"Ketut{mail_id}", Right.DOOR).id
    return World(place, person.reference, mail_id, invited.invitation_id, account_id)


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """(method, rule) of every page of the office."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("office.")]
    return [(method, rule) for rule in rules for method in ("GET", "POST") if method in (rule.methods or ())]


def ask(client: FlaskClient, method: str, rule: Rule, world: World, token: str = "") -> TestResponse:
    with client.application.test_request_context():
        from flask import url_for

        url = url_for(rule.endpoint, **{name: world.names.get(name, 1) for name in rule.arguments})
    return client.open(url, method=method, data={"csrf_token": token} if method == "POST" else None)


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/").text)
    assert found
    return found.group(1)


def everything() -> dict[str, list[Any]]:
    """All rows of all tables."""
    db.session.rollback()
    return {
        table.name: sorted(map(str, db.session.execute(select(table)).all())) for table in Base.metadata.sorted_tables
    }


@pytest.fixture
def shared(app: Flask) -> dict[tuple[str, str], Place]:
    """One event in both provinces."""
    return an_event(provinces=(BALI, ELSEWHERE))


def test_a_stranger_is_led_to_the_sign_in_by_every_page_and_sends_nothing(
    app: Flask, client: FlaskClient, shared: dict[tuple[str, str], Place]
) -> None:
    world = a_world(shared[BALI, "village"])
    before = everything()
    for method, rule in routes(app):
        answer = ask(client, method, rule, world)
        if method == "GET":
            assert answer.status_code == 303 and answer.location.startswith("/office/login?next="), rule.rule
        else:
            assert answer.status_code == 400, rule.rule  # no token without a session
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/login").text)
    assert token
    for method, rule in routes(app):
        if method == "POST":
            answer = ask(client, method, rule, world, token.group(1))
            assert (answer.status_code, answer.location) == (303, "/office/login"), rule.rule
    assert everything() == before


def test_in_a_shared_event_made_sees_no_session_of_another_province(
    client: FlaskClient, shared: dict[tuple[str, str], Place]
) -> None:
    theirs = shared[ELSEWHERE, "village"]
    sign_in(client, made())
    address = f"/office/events/{theirs.event_slug}/sessions/{theirs.session_slug}"
    assert client.get(address).status_code == 404
    assert theirs.session_slug not in client.get(f"/office/events/{theirs.event_slug}").text


def test_what_is_elsewhere_looks_like_what_is_not_there_but_the_log_tells_them_apart(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = a_world(an_event(provinces=(ELSEWHERE,))[ELSEWHERE, "village"])
    account = made()
    account_id = account.id
    sign_in(client, account)
    caplog.set_level(logging.INFO, "tpbis")
    theirs = client.get(f"/office/registrations/{elsewhere.reference}")
    guessed = client.get("/office/registrations/00000000")
    other = f"/office/events/{elsewhere.place.event_slug}/sessions/"
    assert theirs.text.replace(elsewhere.reference, "") == guessed.text.replace("00000000", "")
    session, none = client.get(other + elsewhere.place.session_slug), client.get(other + "atlantis")
    assert session.text.replace(elsewhere.place.session_slug, "") == none.text.replace("atlantis", "")
    facts = [record.facts for record in caplog.records if record.getMessage() == "access.refused"]
    assert [(fact["code"], fact["account"]) for fact in facts[:2]] == [
        ("actor.out_of_reach", account_id),
        ("registration.unknown", account_id),
    ]


def test_get_changes_nothing_in_the_office(
    app: Flask, client: FlaskClient, shared: dict[tuple[str, str], Place]
) -> None:
    world = a_world(shared[BALI, "village"])
    sign_in(client, sari())
    before, shown = everything(), 0
    for method, rule in routes(app):
        if method == "GET":
            answer = ask(client, method, rule, world)
            shown += answer.status_code == 200
            # 404: a wave or an agenda item that the event doesn't have; 409: a video call that the session doesn't have
            assert answer.status_code in (200, 404, 409), rule.rule
    assert everything() == before
    assert shown > 40


def test_every_form_of_the_office_that_changes_something_carries_a_token(
    app: Flask, client: FlaskClient, shared: dict[tuple[str, str], Place]
) -> None:
    world = a_world(shared[BALI, "village"])
    sign_in(client, sari())
    forms = 0
    for method, rule in routes(app):
        if method == "GET":
            answer = ask(client, method, rule, world)
            page = answer.text if answer.mimetype == "text/html" else ""
            for form in re.findall(r'<form[^>]*method="post".*?</form>', page, flags=re.DOTALL):
                assert 'name="csrf_token"' in form, rule.rule
                forms += 1
        else:
            assert ask(client, method, rule, world).status_code == 400, rule.rule
    assert forms > 10


@pytest.mark.parametrize("odd", ["%00", "%ED%A0%80", "..%2F..", "x" * 3000, "'", "9" * 40])
def test_odd_addresses_are_not_there(app_on_each: Flask, odd: str) -> None:
    client = sign_in(app_on_each.test_client(), sari())
    for address in (f"/office/events/{odd}", f"/office/events/{odd}/sessions/{odd}", f"/office/registrations/{odd}"):
        assert client.get(address).status_code in (400, 404), address
