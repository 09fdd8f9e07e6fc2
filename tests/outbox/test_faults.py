"""A mail server that is slow, hangs up, takes one recipient and not the other, or lets nobody in for an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.builders import an_event, registered, somebody
from tests.cast import sari, sign_in
from tests.outbox.post_office import PostOffice, a_port_where_nobody_listens, open_post_office
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox import desk, post
from tpbis_events.outbox.deliver import deliver_due
from tpbis_events.outbox.model import Mail, MailState

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the test's server speaks no TLS


def owe(number: int = 1) -> list[int]:
    """Register so many; the ids of their mails."""
    place = an_event(roles={"stakeholder": number})["51", "stakeholder"]
    for n in range(number):
        registered(place, somebody(email=f"peserta{n}@example.id"))
    return list(db.session.scalars(select(Mail.id).order_by(Mail.id)))


def mail(mail_id: int) -> Mail:
    db.session.rollback()
    return db.session.get_one(Mail, mail_id, populate_existing=True)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_takes_too_long_is_hung_up_on_and_the_mail_tried_again_with_its_message_id(
    posting_on_sqlite: Flask, post_office: PostOffice, stage: str
) -> None:
    posting_on_sqlite.config["MAIL_TIMEOUT"] = 0.2
    (mail_id,) = owe()
    post_office.slow[stage] = 1.0
    assert deliver_due("w1").put_off == 1
    row = mail(mail_id)
    assert (row.state, row.attempts, row.cause) == (MailState.DUE, 1, "connection")
    assert "timed out" in (row.last_answer or "") or "Timeout" in (row.last_answer or "")
    post_office.slow[stage] = 0
    with clock.stopped_at(row.due_at):
        assert deliver_due("w1").sent == 1
    assert set(post_office.ids) == {row.message_id}
    assert len(post_office.ids) == (2 if stage == "DATA" else 1), (
        "what it may have taken is brought again, under the same id"
    )


def test_one_of_several_is_refused_and_the_others_get_theirs(posting_on_sqlite: Flask, post_office: PostOffice) -> None:
    ids = owe(3)
    post_office.of_recipient["peserta1@example.id"] = "550 5.1.1 no such user"
    delivered = deliver_due("w1")
    assert (delivered.sent, delivered.failed) == (2, 1)
    assert [mail(each).state for each in ids] == [MailState.SENT, MailState.FAILED, MailState.SENT]
    assert post_office.connections == 1


@pytest.mark.parametrize(
    "said",
    [
        "554 5.7.1 <peserta0@example.id>: Relay access denied",
        "530 5.7.0 Authentication required",
        "550 relaying denied",
    ],
)
def test_a_server_that_passes_nothing_on_for_us_counts_for_no_mail(
    posting_on_sqlite: Flask, post_office: PostOffice, said: str
) -> None:
    ids = owe(2)
    post_office.at_recipient = said
    assert deliver_due("w1").unreachable == said
    assert {(mail(each).state, mail(each).attempts) for each in ids} == {(MailState.DUE, 0)}


def test_a_line_that_is_hung_up_after_a_mail_costs_the_next_one_nothing(
    posting_on_sqlite: Flask, post_office: PostOffice
) -> None:
    ids = owe(3)
    post_office.at = "MAIL"
    assert deliver_due("w1").sent == 3
    assert {mail(each).attempts for each in ids} == {1}
    assert post_office.connections == 3 and len(set(post_office.ids)) == 3


def test_a_login_that_is_refused_for_an_hour_burns_no_mail_and_the_office_sees_it(
    posting_on_sqlite: Flask,
) -> None:
    state, start = posting_on_sqlite.extensions["mail"], clock.now()
    with clock.stopped_at(start):
        ids = owe(25)
    with open_post_office(login=True) as strict:
        state.port, state.username, state.password = strict.port, "tpbis", "secret"
        for minutes in range(0, 61, 20):
            with clock.stopped_at(start + timedelta(minutes=minutes)):
                assert (deliver_due("w1").unreachable or "").startswith("535")
        with clock.stopped_at(start + timedelta(minutes=60)):
            now = desk.standing()
        assert now.server and not now.server.well
        assert (now.server.since, now.waits_for_server) == (start, 5), "20 of them are due again a minute later"
        assert {(mail(each).state, mail(each).attempts) for each in ids} == {(MailState.DUE, 0)}
        strict.lets_in = True
        with clock.stopped_at(start + timedelta(minutes=62)):
            assert deliver_due("w1").sent == 25
            assert len(set(strict.ids)) == 25
            now = desk.standing()
            assert now.server and now.server.well and now.server.since == start + timedelta(minutes=62)


def test_a_server_that_is_away_longer_than_mail_is_tried_gives_up_nothing(posting_on_sqlite: Flask) -> None:
    start, office_port = clock.now(), posting_on_sqlite.extensions["mail"].port
    with clock.stopped_at(start):
        ids = owe(2)
    posting_on_sqlite.extensions["mail"].port = a_port_where_nobody_listens()
    for days in range(6):
        with clock.stopped_at(start + timedelta(days=days)):
            assert deliver_due("w1").unreachable
    posting_on_sqlite.extensions["mail"].port = office_port
    with clock.stopped_at(start + timedelta(days=6)):
        assert deliver_due("w1").sent == 2
    assert {mail(each).state for each in ids} == {MailState.SENT}


def test_72_hours_begin_with_the_first_temporary_answer_not_with_the_day_it_was_owed(
    posting_on_sqlite: Flask, post_office: PostOffice
) -> None:
    start = clock.now()
    with clock.stopped_at(start):
        (mail_id,) = owe()
    post_office.at_data = "451 4.7.1 greylisted"
    with clock.stopped_at(start + timedelta(days=4)):
        assert deliver_due("w1").put_off == 1
    assert mail(mail_id).state is MailState.DUE


def test_a_mail_beyond_what_inboxes_show_is_loud_in_tests_and_in_production_a_word_for_the_desk(
    posting_on_sqlite: Flask, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "LARGEST", 2000)
    (mail_id,) = owe()
    with pytest.raises(post.MailTooLarge):
        deliver_due("w1")
    db.session.rollback()
    posting_on_sqlite.config["TESTING"] = False
    with clock.stopped_at(clock.now() + timedelta(minutes=6)):
        assert deliver_due("w1").failed == 1
    row = mail(mail_id)
    assert row.cause == "too_large" and "kB" in (row.last_answer or "")
    assert post_office.taken == []


def test_the_front_page_of_the_office_says_in_red_that_the_worker_stopped(app: Flask, client: FlaskClient) -> None:
    from tests.cast import made
    from tpbis_events.outbox.beat import beat

    sign_in(client, made())
    assert 'class="notice alarm" role="alert"' in client.get("/en/office/").text, "also to who may see no mail"
    beat("w1")
    assert "alarm" not in client.get("/en/office/").text
    with clock.stopped_at(clock.now() + timedelta(seconds=61)):
        page = client.get("/en/office/").text
    assert "The worker has stopped" in page and "It was last heard of on" in page


def test_the_front_page_names_a_server_that_is_away_and_held_mail(posting_on_sqlite: Flask) -> None:
    owe()
    posting_on_sqlite.extensions["mail"].port = a_port_where_nobody_listens()
    deliver_due("w1")
    with posting_on_sqlite.app_context():  # each request begins with nothing of the one before
        client = posting_on_sqlite.test_client()
        sign_in(client, sari())
    with posting_on_sqlite.app_context():
        assert "The mail server cannot be reached" in client.get("/en/office/").text
    with posting_on_sqlite.app_context():
        assert "ConnectionRefusedError" in client.get("/en/office/mail").text
    assert db.session.scalar(select(func.count()).where(Mail.state == MailState.DUE)) == 1
