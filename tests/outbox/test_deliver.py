"""Delivering: nothing is lost, nobody is written to twice, and the server's word is taken for what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import BUDI, an_event, registered, somebody
from tests.outbox.post_office import PostOffice, a_port_where_nobody_listens, open_post_office
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox import deliver, desk, lease, post, settle
from tpbis_events.outbox.deliver import deliver_due
from tpbis_events.outbox.letter import Letter
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.resend import resend
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.registrations.correct import correct


def owe_to_budi(**changes: str) -> int:
    """Register Budi; the id of the mail that is owed to him."""
    reference = registered(an_event()["51", "stakeholder"], replace(BUDI, **changes)).reference
    owed = db.session.scalars(select(Mail)).all()
    return next(mail.id for mail in owed if mail.facts["reference"] == reference)


def mail(mail_id: int) -> Mail:
    db.session.rollback()
    return db.session.get_one(Mail, mail_id)


def test_a_mail_that_is_due_is_sent_once_and_the_servers_answer_is_kept(
    posting: Flask, post_office: PostOffice
) -> None:
    mail_id = owe_to_budi()
    assert deliver_due("w1").sent == 1
    assert deliver_due("w1").sent == 0
    row = mail(mail_id)
    assert (row.state, row.attempts, row.last_answer) == (MailState.SENT, 1, "250 OK queued as 17")
    assert post_office.ids == [row.message_id]
    assert post_office.envelopes == [("tpbis@localhost.localdomain", ["budi@example.id"])]


def test_nothing_is_held_open_in_the_database_while_the_server_takes_its_time(
    posting: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe_to_budi()
    open_while_sending = []
    send = post.PatientConnection.send
    monkeypatch.setattr(
        post.PatientConnection,
        "send",
        lambda *args: (open_while_sending.append(db.session().in_transaction()), send(*args)),
    )
    assert deliver_due("w1").sent == 1
    assert open_while_sending == [False]


def test_one_connection_serves_batch_after_batch_until_it_has_had_its_fill(
    posting_on_sqlite: Flask, post_office: PostOffice
) -> None:
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    for _ in range(2 * lease.BATCH + 2):
        registered(place)
    posting_on_sqlite.config["MAIL_MAX_EMAILS"] = 30
    assert (deliver_due("w1").sent, post_office.connections) == (42, 2)
    assert len(set(post_office.ids)) == 42


def test_a_round_ends_after_some_seconds_so_that_the_workers_other_work_has_its_turn(
    posting_on_sqlite: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "SECONDS_OF_A_ROUND", 0.03)
    place = an_event(roles={"stakeholder": 30})["51", "stakeholder"]
    for _ in range(lease.BATCH + 2):
        registered(place)
    assert deliver_due("w1").sent == lease.BATCH


def test_a_temporary_refusal_is_tried_again_after_a_pause_that_doubles(
    posting_on_sqlite: Flask, post_office: PostOffice
) -> None:
    start = clock.now()
    with clock.stopped_at(start):
        mail_id = owe_to_budi()
    post_office.at_data = "451 4.7.1 greylisted"
    at = start
    for attempt, minutes in ((1, 1), (2, 2), (3, 4)):
        with clock.stopped_at(at):
            assert deliver_due("w1").put_off == 1
        row = mail(mail_id)
        assert (row.state, row.attempts, row.last_answer) == (MailState.DUE, attempt, "451 4.7.1 greylisted")
        assert timedelta(minutes=minutes * 0.8) <= row.due_at - at <= timedelta(minutes=minutes * 1.2)
        with clock.stopped_at(row.due_at - timedelta(seconds=1)):
            assert not deliver_due("w1").anything
        at = row.due_at
    post_office.at_data = "250 OK"
    with clock.stopped_at(at):
        assert deliver_due("w1").sent == 1


def test_pauses_end_growing_at_four_hours() -> None:
    pauses = [settle.pause_after(n) / timedelta(minutes=1) for n in (1, 2, 3, 8, 9, 500)]
    assert pauses == [1, 2, 4, 128, 240, 240]


def test_72_hours_after_it_was_owed_a_mail_is_given_up_with_the_last_answer(
    posting_on_sqlite: Flask, post_office: PostOffice
) -> None:
    start = clock.now()
    with clock.stopped_at(start):
        mail_id = owe_to_budi()
    post_office.at_recipient = "450 4.2.1 mailbox busy"
    at, attempts = start, 0
    while mail(mail_id).state is MailState.DUE:
        at, attempts = mail(mail_id).due_at, attempts + 1
        with clock.stopped_at(at):
            deliver_due("w1")
    assert at == start + timedelta(hours=72), "the last attempt is at the very end"
    assert (mail(mail_id).state, mail(mail_id).last_answer) == (MailState.FAILED, "450 4.2.1 mailbox busy")
    assert 20 < attempts < 40


@pytest.mark.parametrize("stage", ["at_recipient", "at_data"])
def test_a_permanent_refusal_fails_at_once_and_only_that_mail(
    posting_on_sqlite: Flask, post_office: PostOffice, stage: str
) -> None:
    mail_id = owe_to_budi()
    setattr(post_office, stage, "550 5.1.1 no such user here")
    assert deliver_due("w1").failed == 1
    assert (mail(mail_id).state, mail(mail_id).last_answer) == (MailState.FAILED, "550 5.1.1 no such user here")
    setattr(post_office, stage, "250 OK")
    registered(an_event()["51", "village"])
    assert deliver_due("w1").sent == 1


def test_a_refused_mail_does_not_stop_those_behind_it(posting_on_sqlite: Flask, post_office: PostOffice) -> None:
    place = an_event(roles={"stakeholder": 5})["51", "stakeholder"]
    for _ in range(4):
        registered(place)
    post_office.in_turn = ["550 no", "451 later", "cut"]
    delivered = deliver_due("w1")
    assert (delivered.failed, delivered.put_off, delivered.sent) == (1, 2, 1)
    assert post_office.connections == 2, "called again after the line was cut"


def test_a_line_cut_after_the_mail_was_given_leads_to_a_repeat_with_the_same_message_id(
    posting_on_sqlite: Flask, post_office: PostOffice
) -> None:
    mail_id = owe_to_budi()
    post_office.in_turn = ["cut"]
    assert deliver_due("w1").put_off == 1
    assert "connection lost" in (mail(mail_id).last_answer or "")
    with clock.stopped_at(mail(mail_id).due_at):
        assert deliver_due("w1").sent == 1
    assert post_office.ids == [mail(mail_id).message_id] * 2


def test_a_server_that_is_away_counts_for_no_mail_and_only_one_call_is_made(
    posting_on_sqlite: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = owe_to_budi(), owe_to_budi()
    posting_on_sqlite.extensions["mail"].port = a_port_where_nobody_listens()
    calls = []
    connect = post.PatientConnection.configure_host
    monkeypatch.setattr(post.PatientConnection, "configure_host", lambda self: (calls.append(1), connect(self))[1])
    delivered = deliver_due("w1")
    assert delivered.unreachable is not None and "refused" in delivered.unreachable
    assert len(calls) == 1
    for mail_id in (first, second):
        row = mail(mail_id)
        assert (row.state, row.attempts, row.leased_by) == (MailState.DUE, 0, None)
        assert "Connection refused" in (row.last_answer or "")
        assert row.due_at <= clock.now() + timedelta(minutes=1.2)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the test's server speaks no TLS
def test_a_refused_login_counts_for_no_mail(posting_on_sqlite: Flask) -> None:
    mail_id = owe_to_budi()
    state = posting_on_sqlite.extensions["mail"]
    with open_post_office(login=True) as strict:
        state.port, state.username, state.password = strict.port, "tpbis", "wrong"
        delivered = deliver_due("w1")
        assert strict.taken == []
    row = mail(mail_id)
    assert (row.state, row.attempts) == (MailState.DUE, 0)
    assert delivered.unreachable is not None and delivered.unreachable.startswith("535")


def test_a_sender_that_the_server_does_not_let_in_counts_for_no_mail(
    posting_on_sqlite: Flask, post_office: PostOffice
) -> None:
    mail_id = owe_to_budi()
    post_office.at_mail = "550 5.7.1 sender not allowed"
    assert deliver_due("w1").unreachable == "550 5.7.1 sender not allowed"
    assert (mail(mail_id).state, mail(mail_id).attempts) == (MailState.DUE, 0)


@pytest.mark.parametrize("address", ["bùdi@example.id", "budi@example.id\r\nBcc: all@example.id", "budi@" + "a" * 70])
def test_an_address_that_no_server_can_be_told_fails_and_is_never_sent(
    posting_on_sqlite: Flask, post_office: PostOffice, address: str
) -> None:
    mail_id = owe_to_budi()
    with transaction():
        db.session.get_one(Mail, mail_id).recipient = address
    assert deliver_due("w1").failed == 1
    assert "can't be" in (mail(mail_id).last_answer or "")
    assert post_office.envelopes == []


def test_a_domain_in_letters_beyond_ascii_is_written_as_servers_know_it(
    posting_on_sqlite: Flask, post_office: PostOffice
) -> None:
    owe_to_budi(email="budi@perpustakaan-é.example")
    assert deliver_due("w1").sent == 1
    assert post_office.envelopes[0][1] == ["budi@xn--perpustakaan--nhb.example"]


def test_a_mail_that_cannot_be_written_is_put_off_and_stops_nobody(posting_on_sqlite: Flask) -> None:
    broken = owe_to_budi()
    owe_to_budi()
    with transaction():
        db.session.get_one(Mail, broken).kind = "of-another-version"
    delivered = deliver_due("w1")
    assert (delivered.put_off, delivered.sent) == (1, 1)
    assert mail(broken).last_answer == "could not be written: TemplateNotFound"


def test_a_mail_that_nobody_foresaw_is_put_off_and_stops_nobody(
    posting_on_sqlite: Flask, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = owe_to_budi()
    owe_to_budi()
    whole = post.PatientConnection.send

    def send(self: post.PatientConnection, message: Letter, envelope_from: str | None = None) -> None:
        if not post_office.taken and not mail(broken).attempts:
            raise LookupError
        whole(self, message, envelope_from)

    monkeypatch.setattr(post.PatientConnection, "send", send)
    delivered = deliver_due("w1")
    assert (delivered.put_off, delivered.sent) == (1, 1)
    assert mail(broken).last_answer == "could not be sent: LookupError"


def test_a_crash_between_sending_and_writing_it_down_repeats_the_mail_with_the_same_message_id(
    posting: Flask, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = owe_to_budi()

    class PowerCut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as crash:
        crash.setattr(deliver, "mark_sent", cut)
        with pytest.raises(PowerCut):
            deliver_due("w1")
    assert mail(mail_id).state is MailState.LEASED
    assert not deliver_due("w2").anything, "the dead worker's lease still holds"
    with clock.stopped_at(clock.now() + lease.LEASE + timedelta(seconds=1)):
        assert deliver_due("w2").sent == 1
    assert post_office.ids == [mail(mail_id).message_id] * 2


def test_a_word_that_comes_after_the_lease_was_lost_changes_nothing_but_sent_is_sent(posting: Flask) -> None:
    mail_id = owe_to_budi()
    lease.lease("slow")
    with clock.stopped_at(clock.now() + lease.LEASE):
        lease.lease("quick")
        assert settle.fail(mail_id, "slow", "550 no") is MailState.LEASED
        assert settle.put_off(mail_id, "slow", "451 later") is MailState.LEASED
        assert settle.mark_sent(mail_id, "250 OK") is MailState.SENT


def test_a_worker_that_is_asked_to_stop_gives_back_what_it_has_not_begun(posting: Flask) -> None:
    place = an_event(roles={"stakeholder": 5})["51", "stakeholder"]
    for _ in range(3):
        registered(place)
    begun = iter([False, True])
    assert deliver_due("w1", stop=lambda: next(begun)).sent == 1
    assert [row.state for row in db.session.scalars(select(Mail).order_by(Mail.id))].count(MailState.DUE) == 2
    assert deliver_due("w2").sent == 2


def test_a_mail_owed_to_an_address_that_was_given_up_carries_only_the_old_link(
    posting_on_sqlite: Flask, post_office: PostOffice
) -> None:
    outcome = registered(an_event()["51", "stakeholder"], BUDI)
    right = correct(outcome.registration_id, replace(BUDI, email="budi.baru@example.id"), by=COMMAND_LINE)
    deliver_due("w1")
    old, new = post_office.taken
    bodies = [each.get_body(("plain",)) for each in (old, new)]
    texts = [body.get_content() for body in bodies if body]
    assert outcome.token in texts[0] and right.token not in texts[0]
    assert right.token in texts[1] and outcome.token not in texts[1]


def test_a_failed_mail_can_be_owed_anew_and_no_other(posting: Flask, post_office: PostOffice) -> None:
    mail_id = owe_to_budi()
    with pytest.raises(Refusal, match="mail.not_failed"):
        resend(mail_id, by="account:1")
    with pytest.raises(NotFound, match="mail.unknown"):
        resend(mail_id + 1, by="account:1")
    post_office.at_recipient = "550 no"
    deliver_due("w1")
    assert desk.standing().failed == 1
    post_office.at_recipient = "250 OK"
    with clock.stopped_at(clock.now() + timedelta(days=30)):
        resend(mail_id, by="account:1")
        post_office.at_data = "451 later"
        assert deliver_due("w1").put_off == 1, "another 72 hours have begun"
    row = mail(mail_id)
    assert (row.state, row.attempts) == (MailState.DUE, 1)


def test_without_a_mail_server_mail_is_kept_as_files_for_the_owner_alone(app_on_each: Flask) -> None:
    mail_id = owe_to_budi(email="budi+a/b@example.id")
    assert deliver_due("w1").sent == 1
    folder = Path(app_on_each.config["INSTANCE"]) / "mail"
    (file,) = folder.iterdir()
    assert file.name == f"{mail_id}-confirmation-budi_a_b@example.id.eml"
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert mail(mail_id).message_id.encode() in file.read_bytes()
    assert mail(mail_id).last_answer == "kept as file"


def test_a_file_that_cannot_be_written_loses_no_mail(app: Flask) -> None:
    mail_id = owe_to_budi()
    (Path(app.config["INSTANCE"]) / "mail").write_text("in the way")
    assert deliver_due("w1").unreachable is not None
    assert (mail(mail_id).state, mail(mail_id).attempts) == (MailState.DUE, 0)


def test_a_server_that_quotes_the_link_does_not_bring_it_to_the_office() -> None:
    said = post.without_links("550 blocked: https://tpbis.example/en/my/WzE4MzI1.secret is listed")
    assert said == "550 blocked: https://tpbis.example/en/my/... is listed"


def test_a_mail_is_not_begun_when_its_lease_may_end_before_the_server_has_answered(
    posting_on_sqlite: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(an_event()["51", "stakeholder"], somebody())
    monkeypatch.setattr(deliver, "SLOWEST_SENDING", lease.LEASE + timedelta(seconds=1))
    assert not deliver_due("w1").anything
    assert db.session.scalars(select(Mail)).one().state is MailState.DUE
