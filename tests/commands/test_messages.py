"""Messages to many: who gets one, when, how fast, in whose right; nobody twice and nobody missed, whatever is killed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.at_once import at_once
from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.messages import run_messages as running
from tpbis_events.messages.forget_messages import forget_messages
from tpbis_events.messages.model import Message, MessageRow, MessageState, Reached
from tpbis_events.messages.progress import progress_of
from tpbis_events.messages.run_messages import run_messages, run_piece
from tpbis_events.messages.schedule_message import schedule_message, stop_message, unschedule_message
from tpbis_events.messages.send_test import send_test
from tpbis_events.messages.set_wanted import set_wanted
from tpbis_events.messages.text import UnknownPlaceholder
from tpbis_events.messages.whom import Whom, numbers, read, scope_of_message
from tpbis_events.messages.write_message import change_message, write_message
from tpbis_events.outbox.headers import complete
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.outbox.write import letter, owed, written
from tpbis_events.people.actor import COMMAND_LINE, Actor, participant
from tpbis_events.people.model import Account, Grant, Right
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.search import Search

KEY = "a form that was sent once"
WORDS = {
    "subject_id": "Bawa laptop ke {pertemuan}",
    "text_id": "Halo {nama}, peran Anda {peran}.\n\nBuka {tautan}",
    "subject_en": "Bring a laptop to {session}",
    "text_en": "Hello {name}, you come as {role}.\n\nOpen {link}",
}
SEATED = Whom(Search(state="seated"))


def a_message(by: Actor, place: Place, whom: Whom = SEATED, *, key: str = KEY, of_event: bool = False) -> int:
    return write_message(key, place.event_slug, None if of_event else place.session_slug, whom, WORDS, by=by)


def all_run() -> None:
    while run_messages():
        pass


def state_of(message_id: int) -> MessageState:
    db.session.rollback()
    return db.session.get_one(Message, message_id).state


def notes() -> list[str]:
    """The subjects of the letters that are owed."""
    db.session.rollback()
    return list(db.session.scalars(select(Mail.subject).where(Mail.kind == "note").order_by(Mail.id)))


def about(people: list[Registered]) -> list[str]:
    return [f"registration:{person.registration_id}" for person in people]


def test_who_is_found_when_it_begins_gets_it_once_in_her_language_by_mail_or_as_a_call(app_on_each: Flask) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    by = acting(sari())
    people = [
        registered(place, somebody(language=language, **more))
        for language, more in (("id", {}), ("en", {}), ("id", {"email": "", "phone": "081234567890"}))
    ]
    message = a_message(by, place)
    assert a_message(by, place) == message  # a double click
    assert notes() == []
    schedule_message(message, None, None, by=by)
    late = registered(place)  # before it begins
    all_run()
    all_run()
    assert state_of(message) is MessageState.DONE
    assert notes() == about([*people[:2], late])
    mails = db.session.scalars(select(Mail).where(Mail.kind == "note").order_by(Mail.id)).all()
    indonesian, english = (written(owed(mail)) for mail in mails[:2])
    assert indonesian.subject == "Bawa laptop ke SHM Bali" and english.subject == "Bring a laptop to SHM Bali"
    assert "peran Anda Peran village" in indonesian.text and "you come as Role village" in english.text
    assert f"{app_on_each.config['BASE_URL']}/en/my/" in english.text.split("Open ")[1].split()[0]
    mime = letter(owed(mails[0]))
    complete(mime, owed(mails[0]))
    assert mime.extra_headers and "/my/messages/" in mime.extra_headers["List-Unsubscribe"]
    call = db.session.scalars(select(Call).where(Call.kind == "note")).one()
    assert call.registration_id == people[2].registration_id
    found = progress_of([message])[message]
    assert (found.on_the_way, found.by_phone, found.to_go, found.all) == (3, 1, 0, 4)


def test_whose_registration_ended_or_who_wants_none_is_left_out_and_counted(app: Flask) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    by = acting(sari())
    stays, leaves, unwilling = (registered(place) for _number in range(3))
    set_wanted(unwilling.registration_id, False, by=participant(unwilling.registration_id))
    message = a_message(by, place, Whom())
    schedule_message(message, None, None, by=by)
    run_messages()  # it has begun, and nobody has it yet
    cancel(leaves.registration_id, by=COMMAND_LINE, reason="Sakit")
    all_run()
    assert notes() == about([stays])
    found = progress_of([message])[message]
    assert (found.no_longer_found, found.unwanted, found.gone) == (1, 1, 1)


def test_who_has_cancelled_is_meant_only_by_a_search_for_the_cancelled(app: Flask) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    by = acting(sari())
    gone, here = registered(place), registered(place)
    cancel(gone.registration_id, by=COMMAND_LINE, reason="Sakit")
    for number, whom in enumerate([Whom(), Whom(Search(state="cancelled"))]):
        message = a_message(by, place, whom, key=f"{KEY} {number}")
        schedule_message(message, None, None, by=by)
    all_run()
    assert notes() == about([here, gone])


def test_a_process_that_is_killed_between_two_pieces_leaves_nobody_out_and_nobody_twice(
    app_on_each: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    place = an_event(roles={"village": 9})[BALI, "village"]
    by = acting(sari())
    people = [registered(place) for _number in range(5)]
    message = a_message(by, place)
    schedule_message(message, None, None, by=by)
    run_piece(message)
    run_piece(message)
    assert len(notes()) == 2

    def killed(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt  # after the mails of the piece were owed, before its commit

    with monkeypatch.context() as patch:
        patch.setattr(running, "update", killed)
        with pytest.raises(KeyboardInterrupt):
            run_piece(message)
    assert len(notes()) == 2
    all_run()
    assert notes() == about(people) and state_of(message) is MessageState.DONE


@pytest.mark.postgres
def test_two_workers_share_the_pieces_and_nobody_gets_two(app_on_each: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 3)
    place = an_event(roles={"village": 30})[BALI, "village"]
    by = acting(sari())
    people = [registered(place) for _number in range(20)]
    message = a_message(by, place)
    schedule_message(message, None, None, by=by)

    def work() -> None:
        for _piece in range(12):
            run_piece(message)

    at_once(app_on_each, [work, work])
    all_run()
    assert sorted(notes()) == sorted(about(people))
    assert db.session.scalar(select(func.count()).where(MessageRow.reached == Reached.OWED)) == 20


def test_a_scheduled_message_begins_at_its_moment_and_not_before(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    registered(place)
    by = acting(sari())
    message = a_message(by, place)
    now = clock.now()
    for moment in (now, now - timedelta(minutes=1), now + timedelta(days=400)):
        with pytest.raises(Invalid) as wrong:
            schedule_message(message, moment, None, by=by)
        assert set(wrong.value.problems) == {"at"}
    at = now + timedelta(hours=5)
    assert schedule_message(message, at, None, by=by) == at
    with pytest.raises(Refusal, match="message.not_draft"):
        schedule_message(message, at, None, by=by)
    all_run()
    assert notes() == []
    unschedule_message(message, by=by)
    schedule_message(message, at, None, by=by)
    with clock.stopped_at(at):
        all_run()
    assert len(notes()) == 1


def test_a_slow_message_keeps_its_pace_also_after_the_worker_was_away(app: Flask) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    people = [registered(place) for _number in range(5)]
    by = acting(sari())
    message = a_message(by, place)
    with pytest.raises(Invalid):
        schedule_message(message, None, 0, by=by)
    start = clock.now() + timedelta(hours=1)
    schedule_message(message, start, 60, by=by)  # one in a minute
    went = []
    for minutes in (0, 0.5, 1, 30, 30.5, 31, 32):
        with clock.stopped_at(start + timedelta(minutes=minutes)):
            all_run()
            went.append(len(notes()))
    assert went == [1, 1, 2, 3, 3, 4, 5]
    assert notes() == about(people)


def test_a_stopped_message_reaches_nobody_more_and_says_how_many_had_it(app_on_each: Flask) -> None:
    place = an_event(roles={"village": 9})[BALI, "village"]
    people = [registered(place) for _number in range(4)]
    by = acting(sari())
    message = a_message(by, place)
    schedule_message(message, None, 720, by=by)  # two in ten seconds
    all_run()
    with transaction():
        first = db.session.scalars(select(Mail).where(Mail.subject == about(people)[0], Mail.kind == "note")).one()
        first.state, first.sent_at = MailState.SENT, clock.now()
    stopped = stop_message(message, by=by)
    assert (stopped.gone, stopped.kept_back) == (1, 3)
    with clock.stopped_at(clock.now() + timedelta(hours=1)):
        all_run()
    assert notes() == about(people)[:1]
    found = progress_of([message])[message]
    assert (found.sent, found.kept_back, found.to_go) == (1, 3, 0)
    with pytest.raises(Refusal, match="message.not_running"):
        stop_message(message, by=by)


def test_a_pic_reaches_her_own_province_only_and_nobody_once_her_right_has_ended(app: Flask) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 5})
    own, other = registered(places[BALI, "village"]), registered(places["12", "village"])
    account = made()
    by = acting(account)
    with pytest.raises(NotFound):
        a_message(by, places["12", "village"])
    with pytest.raises(NotFound):
        write_message(KEY, places[BALI, "village"].event_slug, None, Whom(picks=(other.registration_id,)), WORDS, by=by)
    first = a_message(by, places[BALI, "village"], of_event=True)
    second = a_message(by, places[BALI, "village"], key="another")
    for message in (first, second):
        schedule_message(message, None, None, by=by)
    run_piece(first)
    run_piece(first)
    assert notes() == about([own])
    with transaction():
        db.session.execute(Grant.__table__.delete().where(Grant.account_id == account.id))
    all_run()
    assert notes() == about([own])
    db.session.rollback()
    stopped = db.session.get_one(Message, second)
    assert (stopped.state, stopped.stop_code, stopped.stopped_by) == (
        MessageState.STOPPED, "message.right_ended", "worker",
    )  # fmt: skip


def test_a_message_of_a_disabled_account_is_stopped(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    registered(place)
    account = sari()
    message = a_message(acting(account), place)
    schedule_message(message, None, None, by=acting(account))
    with transaction():
        db.session.get_one(Account, account.id).active = False
    all_run()
    assert notes() == []
    assert db.session.get_one(Message, message).stop_code == "message.author_gone"


def test_only_its_author_changes_tests_and_schedules_a_message_and_who_sees_it_may_stop_it(app: Flask) -> None:
    places = an_event(provinces=(BALI, "12"))
    place = places[BALI, "village"]
    registered(place)
    author, chief, elsewhere = acting(made()), acting(sari()), acting(an_account("Ida", Right.PIC, "12"))
    message = a_message(author, place)
    for attempt in (
        lambda by: change_message(message, WORDS, by=by),
        lambda by: schedule_message(message, None, None, by=by),
        lambda by: send_test(message, by=by),
    ):
        with pytest.raises(Forbidden):
            attempt(chief)
        with pytest.raises(NotFound):
            attempt(elsewhere)
    schedule_message(message, None, None, by=author)
    with pytest.raises(NotFound):
        stop_message(message, by=elsewhere)
    assert stop_message(message, by=chief).gone == 0


@pytest.mark.parametrize(
    ("field", "typed", "unknown"),
    [
        ("text_id", "Halo {namaa}", ["{namaa}"]),
        ("text_en", "a { b", ["{"]),
        ("subject_en", "{{name}}", ["{", "}"]),
        ("subject_id", "Buka {tautan}", ["{link}"]),
        ("text_id", "{name.__class__} {0} {nama!r}", ["{name.__class__}", "{0}", "{nama!r}"]),
    ],
)
def test_what_is_no_placeholder_is_refused_beside_its_field(
    app: Flask, field: str, typed: str, unknown: list[str]
) -> None:
    place = an_event()[BALI, "village"]
    with pytest.raises(UnknownPlaceholder) as wrong:
        write_message(KEY, place.event_slug, None, Whom(), {**WORDS, field: typed}, by=acting(sari()))
    assert wrong.value.unknown == {field: unknown} and wrong.value.problems == {field: "text.placeholder"}


def test_line_breaks_in_a_subject_and_braces_in_a_name_stay_text(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    registered(place, somebody(full_name="Budi {link} www.example.com"))
    by = acting(sari())
    text = "{nama}: see https://evil.example/x\r\nBcc: all@example.org\n<b>now</b>"
    words = {**WORDS, "subject_id": "Satu\r\nBcc: tono@example.id\x85dua", "text_id": text}
    message = write_message(KEY, place.event_slug, None, Whom(), words, by=by)
    schedule_message(message, None, None, by=by)
    all_run()
    mail = db.session.scalars(select(Mail).where(Mail.kind == "note")).one()
    words_of = written(owed(mail))
    assert "\n" not in words_of.subject and words_of.subject.startswith("Satu Bcc: ")
    assert "Budi (link) www" in words_of.text and "www.example.com" not in words_of.text
    assert "https://evil" not in words_of.text and "all@example.org" not in words_of.html
    assert "&lt;b&gt;now" in words_of.html


def test_a_test_goes_to_its_author_and_takes_nothing_that_is_a_recipients_own(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    person = registered(place, somebody(full_name="Rahasia Sekali"))
    account = made()
    message = a_message(acting(account), place)
    assert send_test(message, by=acting(account)) == account.email
    mails = db.session.scalars(select(Mail).where(Mail.subject.startswith("message:"))).all()
    assert {mail.recipient for mail in mails} == {account.email} and len(mails) == 2
    for mail in mails:
        seen = written(owed(mail))
        assert seen.subject.startswith(("[UJI COBA]", "[TEST]"))
        whole = seen.subject + seen.text + seen.html + repr(mail.facts)
        assert "Rahasia" not in whole and person.reference not in whole and "/my/" not in whole
        assert account.name in seen.text
    for _number in range(19):
        send_test(message, by=acting(account))
    with pytest.raises(Refusal, match="message.many_tests"):
        send_test(message, by=acting(account))


def test_the_numbers_of_a_preview_and_a_quiet_look_cost_the_same_however_many_there_are(app: Flask) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 60})
    by = acting(sari())
    message = a_message(by, places[BALI, "village"], Whom(), of_event=True)
    asked = []
    for province, number in ((BALI, 2), ("12", 40)):
        for _person in range(number):
            registered(places[province, "village"])
        db.session.rollback()
        row = db.session.get_one(Message, message)
        with counted() as statements:
            found = numbers(scope_of_message(row, by=by), read(row.asked), by=by)
        asked.append(len(statements))
    assert found.total == 42 and dict(found.provinces) == {"12": 40, BALI: 2}
    assert asked[0] == asked[1] <= 8
    db.session.rollback()
    with counted() as statements:
        assert run_messages() is False
    assert len(statements) == 1
    schedule_message(message, None, None, by=by)
    run_piece(message)
    with counted() as statements:
        run_piece(message)
    assert len([each for each in statements if each.startswith("SELECT")]) <= 14  # of 42 people


def test_whom_a_message_was_for_is_forgotten_first_and_the_message_later(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    registered(place)
    by = acting(sari())
    message = a_message(by, place)
    send_test(message, by=by)
    schedule_message(message, None, None, by=by)
    all_run()
    draft = a_message(by, place, key="another")
    left = []
    for days in (80, 100, 366, 731):
        with clock.stopped_at(clock.now() + timedelta(days=days)):
            forget_messages()
        db.session.rollback()
        row = db.session.get(Message, message)
        tests = db.session.scalar(select(func.count()).where(Mail.subject.startswith("message:")))
        left.append((row is not None, bool(row and row.asked), tests, db.session.get(Message, draft) is not None))
    assert left == [(True, True, 2, True), (True, False, 0, True), (True, False, 0, False), (False, False, 0, False)]
    assert db.session.scalar(select(func.count()).select_from(MessageRow)) == 0
