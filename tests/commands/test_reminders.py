"""Reminders before a session: once, at the hour of the place, to who has a seat; a session that moves takes them along."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.at_once import at_once
from tests.builders import Place, an_event, registered, somebody
from tests.cast import BALI, acting, made, sari
from tests.queries import counted
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import transaction
from tpbis_events.messages import remind
from tpbis_events.messages.call_instead import call_instead
from tpbis_events.messages.model import ReminderRound
from tpbis_events.messages.remind import remind_of_sessions
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.clone import ClonePlan, clone
from tpbis_events.programmes.model import Event, Session
from tpbis_events.programmes.reminders import moment_of, reminders_of
from tpbis_events.programmes.schedule import schedule_of
from tpbis_events.programmes.set_reminders import ReminderPlan, set_reminders
from tpbis_events.registrations.call_model import Call
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.move import move
from tpbis_events.registrations.reschedule import reschedule
from tpbis_events.registrations.substitute import substitute

NINE = time(9)


@pytest.mark.parametrize(
    ("zone", "starts_at", "days", "at", "expected"),
    [
        # 8.30 in each zone of the country is another moment; the reminder is at nine there.
        ("Asia/Jakarta", datetime(2027, 3, 9, 1, 30, tzinfo=UTC), 1, NINE, datetime(2027, 3, 8, 2, tzinfo=UTC)),
        ("Asia/Makassar", datetime(2027, 3, 9, 0, 30, tzinfo=UTC), 1, NINE, datetime(2027, 3, 8, 1, tzinfo=UTC)),
        ("Asia/Jayapura", datetime(2027, 3, 8, 23, 30, tzinfo=UTC), 1, NINE, datetime(2027, 3, 8, 0, tzinfo=UTC)),
        # In UTC it is still the day before: the calendar of the place counts.
        ("Asia/Jayapura", datetime(2027, 2, 28, 23, 30, tzinfo=UTC), 7, NINE, datetime(2027, 2, 22, 0, tzinfo=UTC)),
        # An hour after midnight there is the evening before in UTC.
        ("Asia/Makassar", datetime(2027, 3, 9, 0, 30, tzinfo=UTC), 1, time(0, 15), datetime(2027, 3, 7, 16, 15, tzinfo=UTC)),
        # Summer time ends in between: still nine on the clocks there.
        ("Europe/Berlin", datetime(2026, 10, 26, 8, tzinfo=UTC), 2, NINE, datetime(2026, 10, 24, 7, tzinfo=UTC)),
        # An hour that the clocks skip is the next one.
        ("Europe/Berlin", datetime(2027, 3, 29, 8, tzinfo=UTC), 1, time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_reminder_is_counted_in_days_of_the_places_calendar(
    zone: str, starts_at: datetime, days: int, at: time, expected: datetime
) -> None:
    assert moment_of(starts_at, zone, days, at) == expected


def reminding(place: Place, *days: int, at: time = NINE) -> None:
    set_reminders(place.event_id, [ReminderPlan(each, at) for each in days], by=COMMAND_LINE)


def moment(place: Place, days: int) -> datetime:
    db.session.rollback()
    session = db.session.get_one(Session, place.session_id)
    return moment_of(session.starts_at, session.zone, days, NINE)


def run_at(at: datetime) -> int:
    """How many reminders are owed in all, after the worker has looked at this moment, twice."""
    with clock.stopped_at(at):
        while remind_of_sessions():
            pass
        remind_of_sessions()
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Mail.kind == "reminder")) or 0


def test_each_who_has_a_seat_is_reminded_once_at_each_moment_and_who_comes_later_only_of_what_is_to_come(
    app_on_each: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remind, "AT_ONCE", 2)
    place = an_event(roles={"village": 4}, in_days=20)[BALI, "village"]
    reminding(place, 7, 1)
    people = [registered(place) for _number in range(4)]
    waits = registered(place)
    cancel(people[0].registration_id, by=COMMAND_LINE, reason="Sakit")  # her seat goes to who waits
    week, day = moment(place, 7), moment(place, 1)
    assert run_at(week - timedelta(seconds=1)) == 0
    assert run_at(week) == 4
    with transaction():
        for mail in db.session.scalars(select(Mail)):
            mail.state = MailState.SENT
    cancel(people[1].registration_id, by=COMMAND_LINE, reason="Sakit")
    with clock.stopped_at(week + timedelta(hours=1)):
        late = registered(place)
    assert run_at(week + timedelta(hours=2)) == 4
    assert run_at(day) == 4 + 4
    subjects = db.session.scalars(select(Mail.subject).where(Mail.kind == "reminder").order_by(Mail.id)).all()
    assert subjects.count(f"registration:{waits.registration_id}") == 2
    assert subjects.count(f"registration:{late.registration_id}") == 1
    assert run_at(day + timedelta(days=30)) == 8


def test_a_session_that_moves_takes_its_reminders_along_and_tells_old_and_new_once(app: Flask) -> None:
    place = an_event(in_days=20)[BALI, "village"]
    reminding(place, 7, 1)
    registered(place)
    week = moment(place, 7)
    assert run_at(week) == 1
    assert db.session.scalar(select(Mail.facts).where(Mail.kind == "reminder"))["days_before"] == 7
    with transaction():
        for mail in db.session.scalars(select(Mail)):
            mail.state = MailState.SENT
    session = db.session.get_one(Session, place.session_id)
    before = schedule_of(session)
    later = replace(before, days=tuple(replace(day, date=day.date + timedelta(days=10)) for day in before.days))
    with clock.stopped_at(week + timedelta(days=1)):
        reschedule(place.session_id, later, reason="Gedung", tell=True, by=COMMAND_LINE)
    assert moment(place, 7) == week + timedelta(days=10)
    assert run_at(week + timedelta(days=6, hours=1)) == 1  # the day before, as it was
    assert run_at(week + timedelta(days=10)) == 2
    notices = db.session.scalars(select(Mail).where(Mail.kind == "rescheduled")).all()
    assert len(notices) == 1 and notices[0].facts["left"]["days"] != notices[0].facts["days"]


def test_nobody_is_reminded_late_of_a_date_that_came_nearer_and_an_unsent_reminder_goes_with_the_old_date(
    app: Flask,
) -> None:
    place = an_event(in_days=20)[BALI, "village"]
    reminding(place, 7, 1)
    registered(place)
    registered(place, somebody(email="", phone="081234567891"))
    week = moment(place, 7)
    with transaction():
        db.session.execute(Session.__table__.update().values(venue="Aula"))
    assert run_at(week) == 1
    session = db.session.get_one(Session, place.session_id)
    before = schedule_of(session)
    sooner = replace(before, days=tuple(replace(day, date=day.date - timedelta(days=3)) for day in before.days))
    with clock.stopped_at(week + timedelta(minutes=1)):
        reschedule(place.session_id, sooner, reason="Gedung", tell=True, by=COMMAND_LINE)
    assert run_at(week + timedelta(minutes=2)) == 0
    assert db.session.scalars(select(Call.kind).where(Call.kind.in_(["reminder", "rescheduled"]))).all() == [
        "rescheduled"
    ]
    assert run_at(moment(place, 1)) == 1


def test_a_worker_that_was_away_sends_the_nearer_reminder_only(app: Flask) -> None:
    place = an_event(in_days=20)[BALI, "village"]
    reminding(place, 7, 1)
    registered(place)
    assert run_at(moment(place, 1) + timedelta(hours=1)) == 1
    assert db.session.scalar(select(Mail.facts).where(Mail.kind == "reminder"))["days_before"] == 1


def test_drafts_and_cancelled_sessions_remind_nobody_nor_does_a_reminder_that_was_set_too_late(app: Flask) -> None:
    place, cancelled, draft = (an_event(in_days=20)[BALI, "village"] for _number in range(3))
    for each in (place, cancelled, draft):
        registered(each)
    for each in (cancelled, draft):
        reminding(each, 7)
    with clock.stopped_at(moment(place, 7) + timedelta(minutes=1)):
        reminding(place, 7)
    cancel_session(cancelled.session_id, reason="Banjir", by=COMMAND_LINE)
    with transaction():
        db.session.get_one(Event, draft.event_id).published_at = None
    assert run_at(moment(place, 7) + timedelta(hours=1)) == 0


def test_who_was_moved_to_another_session_is_reminded_of_that_one_too(app: Flask) -> None:
    places = an_event(provinces=(BALI, "64"), in_days=20)
    here, there = places[BALI, "village"], places["64", "village"]
    reminding(here, 7)
    with transaction():  # a day later there
        session = db.session.get_one(Session, there.session_id)
        for row in (session, *session.days):
            row.starts_at, row.ends_at = row.starts_at + timedelta(days=1), row.ends_at + timedelta(days=1)
    person = registered(here)
    assert run_at(moment(here, 7)) == 1
    with transaction():
        db.session.scalars(select(Mail).where(Mail.kind == "reminder")).one().state = MailState.SENT
    with clock.stopped_at(moment(here, 7) + timedelta(hours=1)):
        move(person.registration_id, there.session_id, there.role_id, reason="Pindah", by=COMMAND_LINE)
    assert run_at(moment(there, 7)) == 2


@pytest.mark.parametrize("how", ["cancel", "cancel_session", "move", "substitute", "reschedule"])
@pytest.mark.parametrize("state", [MailState.DUE, MailState.FAILED])
def test_a_reminder_that_has_not_left_goes_when_she_comes_no_more_or_elsewhere(
    app: Flask, how: str, state: MailState
) -> None:
    places = an_event(provinces=(BALI, "64"), in_days=20)
    here, there = places[BALI, "village"], places["64", "village"]
    reminding(here, 7)
    person = registered(here)
    assert run_at(moment(here, 7)) == 1
    with transaction():
        db.session.scalars(select(Mail).where(Mail.kind == "reminder")).one().state = state
    call_instead()
    with clock.stopped_at(moment(here, 7) + timedelta(hours=1)):
        match how:
            case "cancel":
                cancel(person.registration_id, by=COMMAND_LINE, reason="Sakit")
            case "cancel_session":
                cancel_session(here.session_id, reason="Banjir", by=COMMAND_LINE)
            case "move":
                move(person.registration_id, there.session_id, there.role_id, reason="Pindah", by=COMMAND_LINE)
            case "substitute":
                substitute(person.registration_id, somebody(), by=COMMAND_LINE, reason="Sakit")
            case "reschedule":
                was = schedule_of(db.session.get_one(Session, here.session_id))
                later = tuple(replace(day, date=day.date + timedelta(days=9)) for day in was.days)
                reschedule(here.session_id, replace(was, days=later), reason="Gedung", tell=True, by=COMMAND_LINE)
    call_instead()
    for model in (Mail, Call):
        assert not db.session.scalar(select(func.count()).where(model.kind == "reminder"))


def test_a_session_that_cannot_be_reminded_of_does_not_stop_the_others(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (an_event(in_days=20)[BALI, "village"] for _number in range(2))
    for each in (first, second):
        reminding(each, 7)
        registered(each)
    whole = remind.remind_some

    def remind_some(each: remind.Round) -> bool:
        if each.session_id == first.session_id:
            raise RuntimeError
        return whole(each)

    monkeypatch.setattr(remind, "remind_some", remind_some)
    assert run_at(moment(second, 7)) == 1


@pytest.mark.postgres
def test_two_workers_remind_everybody_once(app_on_each: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remind, "AT_ONCE", 3)
    place = an_event(roles={"village": 20}, in_days=20)[BALI, "village"]
    reminding(place, 1)
    for _number in range(12):
        registered(place)
    at = moment(place, 1)

    def work() -> None:
        for _piece in range(8):
            remind_of_sessions()

    with clock.stopped_at(at):
        at_once(app_on_each, [work, work])
    assert run_at(at) == 12
    assert db.session.scalar(select(ReminderRound.ended_at)) is not None


def test_a_quiet_look_is_one_statement_and_a_round_costs_the_same_for_few_and_many(app: Flask) -> None:
    place = an_event(roles={"village": 40}, in_days=20)[BALI, "village"]
    reminding(place, 7, 1)
    db.session.rollback()
    with counted() as statements:
        assert remind_of_sessions() is False
    assert len(statements) == 1
    selects = []
    for days, people in ((7, 2), (1, 30)):
        for _number in range(people):
            registered(place)
        with clock.stopped_at(moment(place, days)), counted() as statements:
            remind_of_sessions()
        selects.append(len([each for each in statements if each.startswith("SELECT")]))
    assert selects[0] == selects[1] <= 6


def test_reminders_are_set_by_who_plans_and_a_clone_takes_them_along(app: Flask) -> None:
    place = an_event()[BALI, "village"]
    with pytest.raises(NotFound):
        set_reminders(place.event_id, [ReminderPlan(7, NINE)], by=acting(made()))
    by = acting(sari())
    wrong = [ReminderPlan(0, NINE), ReminderPlan(61, NINE), ReminderPlan(3, NINE), ReminderPlan(3, NINE)]
    with pytest.raises(Invalid) as refused:
        set_reminders(place.event_id, [*wrong[:2], ReminderPlan(3, None)], by=by)
    assert refused.value.problems == {"days-0": "reminder.days", "days-1": "reminder.days", "at-2": "time.missing"}
    with pytest.raises(Invalid) as refused:
        set_reminders(place.event_id, wrong[2:], by=by)
    assert refused.value.problems == {"days-1": "reminder.twice"}
    assert set_reminders(place.event_id, [ReminderPlan(7, NINE), ReminderPlan(1, time(7, 30))], by=by)
    assert not set_reminders(place.event_id, [ReminderPlan(1, time(7, 30)), ReminderPlan(7, NINE)], by=by)
    first = reminders_of(place.event_id)[0].set_at
    set_reminders(place.event_id, [ReminderPlan(7, NINE), ReminderPlan(1, NINE)], by=by)
    assert [(each.days_before, each.at) for each in reminders_of(place.event_id)] == [(7, NINE), (1, NINE)]
    assert reminders_of(place.event_id)[0].set_at == first  # what stayed holds since then
    cloned = clone(place.event_id, ClonePlan("shm-lagi", "Lagi", "Again"), by=by)
    assert [each.days_before for each in reminders_of(cloned.event_id)] == [7, 1]
