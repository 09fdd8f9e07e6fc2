"""The office's mail desk: the national office alone, and never a link or a ticket."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import an_event, registered, somebody
from tests.cast import made, sari, sign_in
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.beat import beat
from tpbis_events.outbox.model import Mail, MailState, Pulse


def a_failed_mail() -> Mail:
    registered(an_event()["51", "stakeholder"], somebody(full_name="Sari <b>Ayu</b>"))
    with transaction():
        mail = db.session.scalars(select(Mail)).one()
        mail.state = MailState.FAILED
        mail.last_answer = "550 5.1.1 no such user"
    return mail


def test_the_national_office_sees_how_the_mail_stands(app: Flask, client: FlaskClient) -> None:
    a_failed_mail()
    sign_in(client, sari())
    page = client.get("/en/office/mail").text
    assert "550 5.1.1 no such user" in page and "It has never been heard of." in page
    beat("w1")
    assert "The worker is at work" in client.get("/en/office/mail").text
    with clock.stopped_at(clock.now() + timedelta(seconds=61)):
        assert "The worker is silent" in client.get("/en/office/mail").text


def test_a_mail_is_shown_as_it_looks_without_link_and_ticket(app: Flask, client: FlaskClient) -> None:
    mail = a_failed_mail()
    ticket, mail_id = mail.facts["qr"], mail.id
    sign_in(client, sari())
    for path in (f"/en/office/mail/{mail_id}", f"/en/office/mail/{mail_id}/html", "/en/office/mail"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "/my/" not in answer.text and ticket not in answer.text.replace("-", "")
        assert "<b>Ayu" not in answer.text
    assert "qr.png, TPBIS-" in client.get(f"/en/office/mail/{mail_id}").text


def test_the_frame_of_a_mail_lets_nothing_in_but_its_own_styles(app: Flask, client: FlaskClient) -> None:
    mail_id = a_failed_mail().id
    sign_in(client, sari())
    policy = client.get(f"/office/mail/{mail_id}/html").headers["Content-Security-Policy"]
    rules = dict(([*rule.strip().split(" ", 1), ""])[:2] for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["style-src"] == "'unsafe-inline'"
    assert rules["frame-ancestors"] == "'self'" and "sandbox" in rules and "script-src" not in rules
    around = client.get(f"/office/mail/{mail_id}").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in around


def test_a_failed_mail_is_sent_again_by_a_post_with_its_token_only(app: Flask, client: FlaskClient) -> None:
    mail_id = a_failed_mail().id
    sign_in(client, sari())
    assert client.get(f"/office/mail/{mail_id}/resend").status_code == 405
    assert client.post(f"/office/mail/{mail_id}/resend").status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"/office/mail/{mail_id}").text)
    assert token
    data = {"csrf_token": token.group(1)}
    assert client.post(f"/office/mail/{mail_id}/resend", data=data).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Mail, mail_id).state is MailState.DUE
    assert client.post(f"/office/mail/{mail_id}/resend", data=data).status_code == 409
    assert client.post(f"/office/mail/{10**18}/resend", data=data).status_code == 404


def test_the_pic_of_a_province_sees_no_mail_and_strangers_are_asked_to_sign_in(app: Flask, client: FlaskClient) -> None:
    mail_id = a_failed_mail().id
    paths = ("/office/mail", f"/office/mail/{mail_id}", f"/office/mail/{mail_id}/html")
    assert [client.get(path).status_code for path in paths] == [303] * 3
    sign_in(client, made())
    assert [client.get(path).status_code for path in paths] == [403] * 3


def test_the_list_goes_on_page_by_page_and_by_state(app: Flask, client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 60})["51", "stakeholder"]
    for _ in range(52):
        registered(place)
    sign_in(client, sari())
    first = client.get("/en/office/mail?state=due").text
    assert first.count('scope="row"') == 50
    older = re.search(r'href="([^"]+before=\d+[^"]*)"', first)
    assert older
    assert client.get(older.group(1).replace("&amp;", "&")).text.count('scope="row"') == 2
    assert client.get("/en/office/mail?state=failed").text.count('scope="row"') == 0
    assert client.get("/en/office/mail?state=nonsense&before=-1").status_code == 200


def test_workers_silent_for_a_day_are_forgotten_when_a_new_one_comes(app: Flask) -> None:
    with clock.stopped_at(clock.now() - timedelta(hours=25)):
        beat("old")
    beat("new")
    beat("new")
    assert [pulse.worker for pulse in db.session.scalars(select(Pulse))] == ["new"]


@pytest.mark.parametrize("arguments", [["mail", "retry"], ["mail", "retry", "1", "--all-failed"]])
def test_retry_on_the_command_line_wants_ids_or_all(app: Flask, arguments: list[str]) -> None:
    assert app.test_cli_runner().invoke(args=arguments).exit_code == 2


def test_the_command_line_tells_retries_and_delivers(app: Flask) -> None:
    a_failed_mail()
    run = app.test_cli_runner().invoke
    assert "failed    1" in run(args=["mail", "status"]).output
    assert "due again" in run(args=["mail", "retry", "--all-failed"]).output
    assert "sent 1, failed 0" in run(args=["mail", "deliver"]).output
    assert run(args=["mail", "retry", "1"]).exit_code == 1


def test_every_kind_of_mail_has_a_name_in_the_office() -> None:
    from tpbis_events.outbox.write import KINDS
    from tpbis_events.web.office import mail

    assert set(mail.KINDS) == set(KINDS)
