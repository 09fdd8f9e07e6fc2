"""The office's mail desk: the national office alone, and never a link or a ticket."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.builders import an_account, an_event, registered, somebody
from tests.cast import made, sari, sign_in
from tests.doors.browsing import post, shown
from tests.queries import counted
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox.beat import beat
from tpbis_events.outbox.causes import Cause, cause_of, code_of
from tpbis_events.outbox.model import Mail, MailState, Pulse
from tpbis_events.people.model import Right


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


def test_a_mail_that_cannot_be_written_has_its_page_all_the_same(app: Flask, client: FlaskClient) -> None:
    mail_id = a_failed_mail().id
    with transaction():
        mail = db.session.get_one(Mail, mail_id)
        mail.kind, mail.last_answer = "of-another-version", "could not be written: TemplateNotFound"
    sign_in(client, sari())
    page = client.get(f"/en/office/mail/{mail_id}")
    assert page.status_code == 200 and "could not be written" in page.text
    assert client.get(f"/office/mail/{mail_id}/html").status_code == 200


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


def some_failed(first: int = 0) -> dict[str, int]:
    """Mails that failed for three causes; one of the ids of each."""
    from tpbis_events.outbox import lease, settle

    place = an_event(roles={"stakeholder": 6})["51", "stakeholder"]
    for number in range(6):
        registered(place, somebody(email=f"peserta{first + number}@example.id"))
    said = [
        "550 5.1.1 no such user",
        "550 5.1.1 unknown",
        "552 5.2.2 mailbox full",
        "554 5.7.1 spam",
        "554 5.7.1 policy",
        "",
    ]
    for leased, answer in zip(lease.lease("w1").mails, said, strict=True):
        if answer:
            settle.fail(leased.mail.id, "w1", answer)
        else:
            settle.put_off(leased.mail.id, "w1", "451 4.7.1 greylisted")
    return {row.cause or "": row.id for row in db.session.scalars(select(Mail))}


def test_what_failed_is_grouped_by_cause_and_a_group_is_sent_again_or_given_up_at_once(
    app: Flask, client: FlaskClient
) -> None:
    some_failed()
    sign_in(client, sari())
    page = shown(client.get("/en/office/mail").text)
    assert "2 The address does not exist Failed 550 5.1.1" in page
    assert "1 The mailbox is full Failed 552 5.2.2" in page
    assert "2 Refused as unwanted Failed 554 5.7.1" in page
    assert "1 Not taken yet Due 451 4.7.1" in page
    rejected = {"state": "failed", "cause": "rejected", "code": "554 5.7.1"}
    assert client.get("/en/office/mail", query_string=rejected).text.count('scope="row"') == 2
    answer = post(client, "/en/office/mail/many", act="resend", **rejected)
    assert answer.status_code == 303
    assert "2 mails are due again." in client.get("/en/office/mail").text
    gone = {"state": "failed", "cause": "no_mailbox", "code": "550 5.1.1"}
    post(client, "/en/office/mail/many", act="give_up", **gone)
    states = sorted(row.state.value for row in db.session.scalars(select(Mail)))
    assert states == ["due", "due", "due", "failed", "given_up", "given_up"]
    entries = db.session.execute(
        select(AuditEntry.act, AuditEntry.after).where(AuditEntry.act.like("mail.%_many"))
    ).all()
    assert [(act, after["number"], after["cause"]) for act, after in entries] == [
        ("mail.resent_many", 2, "rejected"),
        ("mail.given_up_many", 2, "no_mailbox"),
    ]
    assert "empty by now" in client.get(post(client, "/en/office/mail/many", act="resend", **rejected).location).text


@pytest.mark.parametrize("asked", [{}, {"state": "sent"}, {"state": "nonsense"}, {"cause": "rejected"}])
def test_a_group_without_a_state_that_waits_means_nothing(
    app: Flask, client: FlaskClient, asked: dict[str, str]
) -> None:
    some_failed()
    sign_in(client, sari())
    before = sorted((row.id, row.state) for row in db.session.scalars(select(Mail)))
    for act in ("resend", "give_up"):
        assert post(client, "/office/mail/many", act=act, **asked).status_code == 303
    db.session.rollback()
    assert sorted((row.id, row.state) for row in db.session.scalars(select(Mail))) == before


def test_one_mail_is_given_up_and_can_still_be_sent(app: Flask, client: FlaskClient) -> None:
    mail_id = some_failed()["full"]
    sign_in(client, sari())
    assert post(client, f"/office/mail/{mail_id}/give-up").status_code == 303
    assert post(client, f"/office/mail/{mail_id}/give-up").status_code == 409
    page = client.get(f"/en/office/mail/{mail_id}").text
    assert "Given up" in page and "Send again" in page
    assert post(client, f"/office/mail/{mail_id}/resend").status_code == 303
    assert db.session.get_one(Mail, mail_id, populate_existing=True).state is MailState.DUE


def test_the_history_of_an_address_is_masked_and_each_look_is_written_down(app: Flask, client: FlaskClient) -> None:
    place = an_event(roles={"stakeholder": 2})["51", "stakeholder"]
    first = registered(place, somebody(email="budi.santoso@example.id"))
    correct_to = somebody(email="Budi.Santoso+2@example.id")
    registered(an_event()["51", "village"], correct_to)
    mail_id = db.session.scalars(select(Mail.id).where(Mail.subject == f"registration:{first.registration_id}")).one()
    sign_in(client, sari())
    assert client.get(f"/office/mail/{mail_id}/address").status_code == 405
    page = post(client, f"/en/office/mail/{mail_id}/address").text
    assert page.count('scope="row"') == 2 and "bu…@example.id" in page and "budi.santoso" not in page.lower()
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "mail.address_seen"))
    assert (entry.actor.startswith("account:"), entry.subject) == (True, f"registration:{first.registration_id}")
    assert "budi.santoso" not in client.get("/en/office/mail").text, "lists are masked"
    other = app.test_client()
    sign_in(other, made())
    assert post(other, f"/office/mail/{mail_id}/address").status_code == 403


def test_an_auditor_reads_the_desk_and_changes_nothing(app: Flask, client: FlaskClient) -> None:
    mail_id = some_failed()["full"]
    sign_in(client, an_account("Rini", Right.AUDITOR))
    page = client.get("/en/office/mail").text
    assert "The mailbox is full" in page and 'value="give_up"' not in page
    for path in (f"/office/mail/{mail_id}/give-up", "/office/mail/many", "/office/mail/addresses/1/clear"):
        assert post(client, path, state="failed").status_code == 403


def test_the_desk_asks_as_much_of_the_database_for_many_mails_as_for_few(app: Flask, client: FlaskClient) -> None:
    some_failed()
    sign_in(client, sari())

    def asked() -> int:
        db.session.remove()
        with counted() as statements:
            assert client.get("/office/mail").status_code == 200
        return len(statements)

    few = asked()
    some_failed(10)
    assert asked() == few <= 12


def test_the_command_line_tells_programs_and_acts_by_cause_and_kind(app: Flask) -> None:
    some_failed()
    run = app.test_cli_runner().invoke
    told = json.loads(run(args=["mail", "status", "--json"]).output)
    assert told["counts"] == {"due": 1, "leased": 0, "sent": 0, "failed": 5, "held": 0, "given_up": 0}
    assert {(each["cause"], each["number"]) for each in told["not_sent"]} == {
        ("no_mailbox", 2), ("full", 1), ("rejected", 2), ("not_now", 1)
    }  # fmt: skip
    assert told["worker"] == {"heard_at": None, "silent": True} and told["addresses_that_take_no_mail"] == 2
    assert run(args=["mail", "retry", "--cause", "rejected"]).output == "2 due again\n"
    assert run(args=["mail", "retry", "--kind", "invitation"]).output == "0 due again\n"
    listed = run(args=["mail", "addresses"]).output
    assert listed.count("pe…@example.id") == 2 and "peserta" not in listed
    assert run(args=["mail", "addresses", "--clear", listed.split("\t")[0]]).exit_code == 0
    assert run(args=["mail", "give-up", "--all-failed"]).output == "3 given up\n"
    assert run(args=["mail", "bounces"]).exit_code == 2
    assert "failed    0" in run(args=["mail", "status"]).output


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_words_and_says_what_helps(cause: Cause) -> None:
    from tpbis_events.web.office.mail_causes import CAUSES

    assert cause in CAUSES


@pytest.mark.parametrize(
    ("said", "cause", "code"),
    [
        ("550 5.1.1 The email account that you tried to reach does not exist", Cause.NO_MAILBOX, "550 5.1.1"),
        ("550 no such user here", Cause.NO_MAILBOX, "550"),
        ("550 Requested action not taken: mailbox unavailable", Cause.OTHER, "550"),
        ("450 4.1.1 user unknown in local recipient table", Cause.NOT_NOW, "450 4.1.1"),
        ("450 4.2.2 mailbox full", Cause.FULL, "450 4.2.2"),
        ("550-5.7.26 DMARC policy", Cause.REJECTED, "550 5.7.26"),
        ("552 5.3.4 message too big", Cause.TOO_LARGE, "552 5.3.4"),
        ("550 5.4.4 host not found", Cause.NO_DOMAIN, "550 5.4.4"),
        ("556 5.1.10 takes no mail", Cause.NO_DOMAIN, "556 5.1.10"),
        ("421 4.7.0 try again later", Cause.NOT_NOW, "421 4.7.0"),
        ("451 greylisted", Cause.NOT_NOW, "451"),
        ("550 from 10.5.1.1: no", Cause.OTHER, "550"),
        ("", Cause.NOT_NOW, ""),
    ],
)
def test_answers_come_down_to_a_cause(said: str, cause: Cause, code: str) -> None:
    assert (cause_of(said), code_of(said)) == (cause, code)
