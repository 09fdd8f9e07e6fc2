"""Mail that comes back: by a mailbox and by a hook; what counts, what doesn't, and what becomes of the address."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.builders import BUDI, an_event, registered
from tests.cast import sari, sign_in
from tests.doors.browsing import post, shown
from tests.outbox.imap_office import ImapOffice, open_imap_office, settings
from tpbis_events.audit.model import AuditEntry
from tpbis_events.cli.worker import Trouble, read_bounces
from tpbis_events.foundation.database import db
from tpbis_events.outbox import addresses, desk
from tpbis_events.outbox.bounces import reported
from tpbis_events.outbox.deliver import deliver_due
from tpbis_events.outbox.mark_address import forget_addresses
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.post_rows import MailAddress, MailBounce
from tpbis_events.outbox.read_mailbox import Read, read_mailbox

REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@post.example.id
To: tpbis@example.id
Subject: Undelivered Mail Returned to Sender
Date: Sun, 22 Nov 2026 08:00:00 +0700
Message-ID: <{report_id}@post.example.id>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="frontier"

--frontier
Content-Type: text/plain; charset=us-ascii

This is the mail system at host post.example.id.

--frontier
Content-Type: message/delivery-status

Reporting-MTA: dns; post.example.id
X-Postfix-Queue-ID: 4F00D

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.id
Diagnostic-Code: smtp; {said}

--frontier
Content-Type: {returned}

From: TPBIS Events <tpbis@example.id>
To: {recipient}
Subject: Konfirmasi
Message-ID: {message_id}

{body}
--frontier--
"""
NO_SUCH_USER = "550 5.1.1 <budi@example.id>: no such user"


def a_report(message_id: str, **changes: str) -> bytes:
    facts = {
        "report_id": "r1", "recipient": "budi@example.id", "action": "failed", "status": "5.1.1", "said": NO_SUCH_USER,
        "returned": "message/rfc822", "body": "Isi", "message_id": message_id,
    }  # fmt: skip
    return REPORT.format(**{**facts, **changes}).replace("\n", "\r\n").encode()


def sent_to_budi(**changes: str) -> Mail:
    """A mail to Budi that the server has taken."""
    reference = registered(an_event()["51", "stakeholder"], replace(BUDI, **changes)).reference
    assert deliver_due("w1").sent == 1
    return next(mail for mail in db.session.scalars(select(Mail)) if mail.facts["reference"] == reference)


def again(mail: Mail) -> Mail:
    db.session.rollback()
    return db.session.get_one(Mail, mail.id, populate_existing=True)


@pytest.fixture
def office(app: Flask) -> Iterator[ImapOffice]:
    with open_imap_office() as office:
        app.config.update(settings(office))
        yield office


def test_a_mail_that_came_back_shows_as_failed_and_what_is_owed_to_its_address_later_fails_at_once(
    app: Flask, office: ImapOffice, client: FlaskClient
) -> None:
    mail = sent_to_budi()
    office.bring(a_report(mail.message_id))
    assert read_mailbox() == Read(messages=1, counted=1)
    mail = again(mail)
    assert (mail.state, mail.cause, mail.code) == (MailState.FAILED, "no_mailbox", "550 5.1.1")
    assert mail.last_answer == f"came back: {NO_SUCH_USER}"
    later = registered(an_event()["51", "stakeholder"], replace(BUDI, email="Budi@Example.ID"))
    assert deliver_due("w1").failed == 1
    owed = db.session.scalars(select(Mail).where(Mail.subject == f"registration:{later.registration_id}")).one()
    assert (owed.state, owed.cause, owed.attempts) == (MailState.FAILED, "marked", 0)
    assert "takes no mail: 550 5.1.1" in (owed.last_answer or "")
    sign_in(client, sari())
    page = shown(client.get(f"/en/office/registrations/{later.reference}").text)
    assert "The e-mail address takes no mail The address does not exist" in page


def test_the_office_clears_the_mark_and_mail_goes_there_again(
    app: Flask, office: ImapOffice, client: FlaskClient
) -> None:
    mail = sent_to_budi()
    office.bring(a_report(mail.message_id))
    read_mailbox()
    sign_in(client, sari())
    page = client.get("/en/office/mail/addresses").text
    assert page.count("bu…@example.id") >= 2 and "budi@example.id" not in page, "the server's words quote it as well"
    (row,) = addresses.listed()[0]
    assert post(client, f"/office/mail/addresses/{row.id}/clear").status_code == 303
    assert addresses.number() == 0
    cleared = db.session.scalars(select(MailAddress)).one()
    assert cleared.cleared_by and cleared.cleared_by.startswith("account:")
    assert post(client, f"/office/mail/addresses/{row.id}/clear").status_code == 404
    registered(an_event()["51", "stakeholder"], BUDI)
    assert deliver_due("w1").sent == 1
    acts = list(db.session.scalars(select(AuditEntry.act).where(AuditEntry.act.like("mail.%")).order_by(AuditEntry.id)))
    assert acts == ["mail.came_back", "mail.address_cleared"]


@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": "<guessed@127.0.0.1>"},
        {"recipient": "sari@example.id"},
        {"action": "delayed", "status": "4.4.1"},
        {"action": "delivered", "status": "2.0.0"},
        {"returned": "text/plain"},
        {"message_id": "<a@b> <c@d>"},
        {"message_id": ""},
    ],
)
def test_a_report_that_quotes_no_mail_of_ours_to_this_recipient_counts_for_nothing(
    app: Flask, office: ImapOffice, changes: dict[str, str]
) -> None:
    mail = sent_to_budi()
    office.bring(a_report(**{"message_id": mail.message_id, **changes}))
    assert read_mailbox() == Read(messages=1, counted=0)
    assert again(mail).state is MailState.SENT
    assert list(db.session.scalars(select(MailAddress))) == [] == list(db.session.scalars(select(MailBounce)))


def test_a_mail_that_was_never_sent_cannot_come_back(app: Flask, office: ImapOffice) -> None:
    registered(an_event()["51", "stakeholder"], BUDI)
    mail = db.session.scalars(select(Mail)).one()
    office.bring(a_report(mail.message_id))
    assert read_mailbox().counted == 0
    assert again(mail).state is MailState.DUE


@pytest.mark.parametrize(
    ("status", "said", "cause"),
    [
        ("5.2.2", "552 5.2.2 mailbox full", "full"),
        ("4.4.7", "smtp; 451 4.4.7 delivery time expired", "not_now"),
        ("5.7.1", "550 5.7.1 message rejected as spam", "rejected"),
    ],
)
def test_what_is_no_fault_of_the_address_is_counted_and_marks_nobody(
    app: Flask, office: ImapOffice, status: str, said: str, cause: str
) -> None:
    mail = sent_to_budi()
    office.bring(a_report(mail.message_id, status=status, said=said))
    assert read_mailbox().counted == 1
    assert (again(mail).state, again(mail).cause) == (MailState.FAILED, cause)
    row = db.session.scalars(select(MailAddress)).one()
    assert (row.refused_since, row.soft) == (None, 1)
    registered(an_event()["51", "stakeholder"], BUDI)
    assert deliver_due("w1").sent == 1


def test_the_headers_alone_are_enough_and_upper_case_and_a_foreign_domain_are_the_same_address(
    app: Flask, office: ImapOffice
) -> None:
    mail = sent_to_budi(email="budi@perpustakaan-é.example")
    office.bring(
        a_report(mail.message_id, returned="text/rfc822-headers", recipient="Budi@xn--perpustakaan--nhb.EXAMPLE")
    )
    assert read_mailbox().counted == 1
    assert again(mail).state is MailState.FAILED


def test_the_same_report_counts_once_and_another_after_a_resend_counts_again(app: Flask, office: ImapOffice) -> None:
    from tpbis_events.outbox.resend import resend

    mail = sent_to_budi()
    office.bring(a_report(mail.message_id))
    assert read_mailbox().counted == 1
    assert read_mailbox().messages == 0, "what was read isn't read again"
    office.validity += 1
    assert read_mailbox() == Read(messages=1, counted=0), "the numbers are new, the report is not"
    resend(mail.id, by="account:1")
    assert addresses.number() == 0, "whoever sends again has looked at it"
    assert deliver_due("w1").sent == 1
    office.bring(a_report(mail.message_id, report_id="r2"))
    assert read_mailbox().counted == 1
    assert addresses.number() == 1


def test_the_mailbox_is_only_read_and_what_is_no_report_stops_nothing(app: Flask, office: ImapOffice) -> None:
    mail = sent_to_budi()
    for junk in (
        b"",
        b"\xff\xfe not a mail",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n",
        b"Subject: Hi\r\n\r\n?",
    ):
        office.bring(junk)
    office.bring(a_report(mail.message_id))
    assert read_mailbox() == Read(messages=5, counted=1)
    verbs = {line.split(" ")[1] for line in office.said}
    assert verbs == {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}
    assert not [line for line in office.said if "STORE" in line or "BODY[" in line]


def test_a_mailbox_that_cannot_be_read_is_told_to_the_office_and_tried_again(
    app: Flask, office: ImapOffice, client: FlaskClient
) -> None:
    app.config["BOUNCE_IMAP_PASSWORD"] = "wrong"
    with pytest.raises(Trouble):
        read_bounces("w1", lambda: False)
    sign_in(client, sari())
    page = client.get("/en/office/mail").text
    assert "The mailbox of returned mail cannot be read" in page and "AUTHENTICATIONFAILED" in page
    app.config["BOUNCE_IMAP_PASSWORD"] = settings(office)["BOUNCE_IMAP_PASSWORD"]
    assert read_bounces("w1", lambda: False) is False
    assert "cannot be read" not in client.get("/en/office/mail").text
    app.config["BOUNCE_IMAP_FOLDER"] = 'No "such" one'
    with pytest.raises(Trouble):
        read_bounces("w1", lambda: False)


def test_without_a_mailbox_nothing_is_asked(app: Flask) -> None:
    assert read_mailbox() == Read()


def test_a_direct_no_to_the_address_marks_it_as_well(app: Flask) -> None:
    from tpbis_events.outbox import lease, settle

    registered(an_event()["51", "stakeholder"], BUDI)
    (leased,) = lease.lease("w1").mails
    settle.fail(leased.mail.id, "w1", NO_SUCH_USER)
    assert list(addresses.refusing(["budi@example.id", "BUDI@example.id", "sari@example.id"])) == [
        "budi@example.id", "BUDI@example.id"
    ]  # fmt: skip


def test_what_is_known_of_an_address_goes_with_the_last_mail_to_it(app: Flask, office: ImapOffice) -> None:
    from tpbis_events.foundation.transaction import transaction

    mail = sent_to_budi()
    office.bring(a_report(mail.message_id))
    read_mailbox()
    assert forget_addresses() == 0
    with transaction():
        db.session.delete(db.session.get_one(Mail, mail.id))
    assert forget_addresses() == 1
    assert list(db.session.scalars(select(MailBounce))) == []


def test_a_report_of_several_recipients_names_each() -> None:
    two = a_report("<one@x>").replace(
        b"\r\n--frontier\r\nContent-Type: message/rfc822",
        b"\r\nFinal-Recipient: rfc822;sari@example.id\r\nAction: failed\r\nStatus: 5.0.0\r\n"
        b"\r\n--frontier\r\nContent-Type: message/rfc822",
    )
    first, second = reported(two)
    assert (first.recipients, second.recipients) == ({"budi@example.id"}, {"sari@example.id"})
    assert first.key != second.key
    assert second.hard, "for good, and nothing says that the address isn't the reason"


# --- the hook

SECRET = "shared with the mail service"


def call(client: FlaskClient, body: Any, *, secret: str = SECRET, signature: str | None = None) -> TestResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"X-TPBIS-Signature": signed if signature is None else signature}
    return client.post("/hooks/mail/bounces", data=raw, headers=headers, content_type="application/json")


def test_a_signed_call_marks_the_address_and_a_second_one_changes_nothing(app: Flask, client: FlaskClient) -> None:
    app.config["BOUNCE_SECRET"] = SECRET
    mail = sent_to_budi()
    told = {
        "message_id": mail.message_id.strip("<>"), "recipient": "BUDI@example.id", "kind": "hard", "status": "5.1.1",
        "said": "no such user\r\nX: http://127.0.0.1/my/secret-token", "id": "evt-1",
    }  # fmt: skip
    other = {"message_id": "<guessed@x>", "recipient": "budi@example.id", "kind": "hard"}
    assert call(client, {"bounces": [told, other]}).json == {"counted": 1, "known": 0, "stranger": 1}
    assert call(client, {"bounces": [told]}).json == {"counted": 0, "known": 1, "stranger": 0}
    assert addresses.number() == 1
    assert "secret-token" not in (again(mail).last_answer or "") and "\n" not in (again(mail).last_answer or "")


def test_a_soft_one_of_a_hook_is_counted_only(app: Flask, client: FlaskClient) -> None:
    app.config["BOUNCE_SECRET"] = SECRET
    mail = sent_to_budi()
    told = {"message_id": mail.message_id, "recipient": "budi@example.id", "kind": "soft", "said": "no such user"}
    assert call(client, {"bounces": [told]}).json["counted"] == 1
    assert addresses.number() == 0


def test_without_a_secret_there_is_no_hook(app: Flask, client: FlaskClient) -> None:
    assert call(client, {"bounces": []}, secret="").status_code == 404


@pytest.mark.postgres
def test_a_report_that_the_database_cannot_ask_for_stops_none_behind_it(
    app_on_each: Flask,
) -> None:
    with open_imap_office() as office:
        office.validity = 4_294_967_295
        app_on_each.config.update(settings(office))
        mail = sent_to_budi()
        office.bring(a_report("<a\0b@example.id>"))
        office.bring(a_report(mail.message_id))
        assert read_mailbox() == Read(messages=2, counted=1)
    assert again(mail).state is MailState.FAILED


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "nonsense", "sha1=x"])
def test_a_call_without_the_right_signature_is_refused(app: Flask, client: FlaskClient, signature: str) -> None:
    app.config["BOUNCE_SECRET"] = SECRET
    answer = call(client, {"bounces": []}, signature=signature)
    assert (answer.status_code, answer.json) == (401, {"error": "signature"})
    assert call(client, {"bounces": []}, secret="another").status_code == 401


A_GOOD_ONE = {"message_id": "<a@b>", "recipient": "a@b.example", "kind": "hard"}


@pytest.mark.parametrize(
    ("body", "status", "at"),
    [
        (b"{", 400, None),
        (b"\xff", 400, None),
        (b"[" * 100_000, 400, None),
        ([], 422, "bounces"),
        ({}, 422, "bounces"),
        ({"bounces": [A_GOOD_ONE] * 501}, 422, "bounces"),
        ({"bounces": [A_GOOD_ONE, 7]}, 422, "bounces[1].message_id"),
        ({"bounces": [{**A_GOOD_ONE, "recipient": ""}]}, 422, "bounces[0].recipient"),
        ({"bounces": [{**A_GOOD_ONE, "recipient": ["x"]}]}, 422, "bounces[0].recipient"),
        ({"bounces": [{**A_GOOD_ONE, "kind": "bad"}]}, 422, "bounces[0].kind"),
        ({"bounces": [{**A_GOOD_ONE, "said": "\0"}]}, 422, "bounces[0].said"),
        ({"bounces": [{**A_GOOD_ONE, "said": "x" * 2001}]}, 422, "bounces[0].said"),
        (b"x" * (256 * 1024 + 1), 413, None),
    ],
)
def test_what_is_not_of_the_right_shape_is_refused_whole(
    app: Flask, client: FlaskClient, body: Any, status: int, at: str | None
) -> None:
    app.config["BOUNCE_SECRET"] = SECRET
    answer = call(client, body)
    assert answer.status_code == status
    assert answer.json.get("at") == at


def test_the_desk_tells_of_the_last_reading(app: Flask, office: ImapOffice) -> None:
    read_mailbox()
    bounces = desk.standing().bounces
    assert bounces is not None and bounces.well
