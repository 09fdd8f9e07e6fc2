"""Rescheduling: one change of days, hours or place, and everybody who is registered is told once, old and new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from tests.at_once import at_once
from tests.builders import Place, an_event, registered, somebody
from tests.cast import acting, made, sari
from tests.commands.kept import about, entries, mails, row, states, told
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.undo import undo
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.outbox import write
from tpbis_events.outbox.calendar import calendar_text
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.programmes.model import Mode, Serving, Session, WayIn
from tpbis_events.programmes.schedule import Day, Schedule, read, schedule_of
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.cancel_session import cancel_session
from tpbis_events.registrations.change_ways import set_serving, set_way_in
from tpbis_events.registrations.lapse_offers import remind_of_offers
from tpbis_events.registrations.model import State
from tpbis_events.registrations.reschedule import Rescheduled, reschedule
from tpbis_events.registrations.still_coming import StillComing


def session_of(place: Place) -> Session:
    return db.session.get_one(Session, place.session_id, populate_existing=True)


def now_of(place: Place) -> Schedule:
    return schedule_of(session_of(place))


def later(place: Place, days: int = 7, **changes: object) -> Schedule:
    """The schedule that a session has, so many days later."""
    old = now_of(place)
    moved = tuple(replace(day, date=day.date + timedelta(days=days)) for day in old.days)
    return replace(old, days=moved, **changes)  # type: ignore[arg-type]


def changed(place: Place, to: Schedule, *, tell: bool = True, **more: object) -> Rescheduled:
    return reschedule(place.session_id, to, reason="aula dipakai", tell=tell, by=COMMAND_LINE, **more)  # type: ignore[arg-type]


def entries_of(mail: Mail) -> list[tuple[str, int, str, str]]:
    """What a mail puts into a calendar: UID, sequence, status, beginning."""
    found = Calendar.from_ical(calendar_text(mail.facts, mail.language)).walk("VEVENT")
    return [(str(e["UID"]), int(e["SEQUENCE"]), str(e["STATUS"]), e.decoded("DTSTART").isoformat()) for e in found]


def test_everybody_is_told_once_how_it_was_and_how_it_is_in_the_words_of_how_she_stands(app_on_each: Flask) -> None:
    places = an_event(provinces=("51", "11"), roles={"stakeholder": 2, "village": 1})
    here, village, aceh = places["51", "stakeholder"], places["51", "village"], places["11", "stakeholder"]
    set_serving(here.event_id, Serving.OFFER, offer_hours=16, reminder_hours=4, by=COMMAND_LINE)
    stays, leaves, offered, waits = (registered(here) for _ in range(4))
    cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
    set_way_in(village.role_id, WayIn.APPROVAL, by=COMMAND_LINE)
    applied, elsewhere = registered(village), registered(aceh)
    unreached = registered(here, somebody(email="", phone="081234500001"))
    sent_all()
    old = now_of(here)
    outcome = changed(here, later(here, venue="Gedung Wanita", city="Singaraja"))
    assert (outcome.concerned, outcome.told, outcome.seat_given_to) == (5, 4, ())
    found = {mail.subject: mail.facts["before"] for mail in mails("rescheduled")}
    assert found == dict(
        zip(about(stays, offered, waits, applied), ("seated", "offered", "waiting", "applied"), strict=True)
    )
    assert states(stays, offered, waits, applied, elsewhere, unreached) == [
        State.SEATED, State.OFFERED, State.WAITING, State.APPLIED, State.SEATED, State.WAITING,
    ]  # fmt: skip
    with_calendar = [mail.subject for mail in mails("rescheduled") if "calendar" in mail.facts]
    assert with_calendar == about(stays)
    text = write.written(write.owed(mails("rescheduled")[0])).text
    assert "Aula Perpustakaan, Denpasar" in text and "Gedung Wanita, Singaraja" in text and "aula dipakai" in text
    assert now_of(here) == later(here, days=0) and now_of(here).days[0].date == old.days[0].date + timedelta(days=7)
    (change,) = db.session.scalars(select(SessionChange)).all()
    assert (read(change.before), read(change.after), change.reason) == (old, now_of(here), "aula dipakai")
    asked = db.session.scalars(select(StillComing)).all()
    assert len(asked) == 5 and all(each.coming is None for each in asked)
    (entry,) = entries("session.rescheduled")
    assert entry.after["registrations"] == 5 and entry.after["told"] == 4 and entry.before["city"] == "Denpasar"


def test_another_zone_is_told_in_the_hours_of_both_and_the_calendar_follows(app: Flask) -> None:
    place = an_event(provinces=("31",))["31", "stakeholder"]
    budi = registered(place)
    (confirmation,) = mails("confirmation")
    before = entries_of(confirmation)
    sent_all()
    to = replace(
        later(place, days=1), zone="Asia/Makassar", city="Makassar", days=(Day(_day(place, 1), time(9), time(16, 30)),)
    )
    changed(place, to)
    (notice,) = mails("rescheduled")
    words = {language: write.written(replace(write.owed(notice), language=language)) for language in ("id", "en")}
    assert "08.30–16.00 WIB" in words["id"].text and "09.00–16.30 WITA" in words["id"].text
    assert "08:30–16:00 WIB" in words["en"].html and "09:00–16:30 WITA" in words["en"].html
    after = entries_of(notice)
    assert [uid for uid, *_rest in after] == [uid for uid, *_rest in before] == [f"{budi.reference}@tpbis-1"]
    assert after[0][1] > before[0][1] and after[0][3].endswith("T01:00:00+00:00")


def test_a_form_sent_twice_changes_and_tells_once_and_an_old_form_never_undoes_a_newer_change(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    registered(place)
    old, new = now_of(place), later(place)
    changed(place, new, seen=0)
    with pytest.raises(Refusal, match="nothing_changed"):
        changed(place, new, seen=0)
    changed(place, later(place, 7), seen=1)
    with pytest.raises(Refusal, match="changed_meanwhile"):
        changed(place, old, seen=1)
    assert session_of(place).calendar_sequence == 2
    assert len(mails("rescheduled")) == 1


def test_two_who_reschedule_at_once_follow_each_other(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    registered(place)
    sent_all()
    wanted = [later(place, days) for days in (3, 4)]

    def act(to: Schedule) -> str:
        try:
            changed(place, to, seen=0)
        except Refusal as no:
            return no.code
        return "done"

    answers = at_once(app_on_each, [lambda to=to: act(to) for to in wanted])
    assert sorted(answers) == ["done", "reschedule.changed_meanwhile"]
    assert now_of(place) == wanted[answers.index("done")]
    assert len(mails("rescheduled")) == 1 == session_of(place).calendar_sequence


def test_a_notice_not_sent_yet_becomes_the_newer_one_from_what_she_last_knew(app: Flask) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    budi = registered(place)
    sent_all()
    old = now_of(place)
    first = changed(place, later(place))
    second = changed(place, replace(later(place), days=later(place).days[:1]))
    (notice,) = mails("rescheduled")
    assert second.told == 1 and notice.version == second.change_id > first.change_id
    assert notice.facts["left"]["days"][0][0] == old.moments[0][0].isoformat() and len(notice.facts["days"]) == 1
    uid, other = (f"{budi.reference}@tpbis-{number}" for number in (1, 2))
    assert [entry[:3] for entry in entries_of(notice)] == [(uid, 2, "CONFIRMED"), (other, 2, "CANCELLED")]
    changed(place, old)
    assert mails("rescheduled") == [], "she never knew of anything else"
    assert session_of(place).calendar_sequence == 3


def test_mail_still_due_from_before_says_the_new_date_and_what_was_sent_stays(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 3})["51", "stakeholder"]
    sent, due, held = registered(place), registered(place), registered(place)
    sent_all(*about(sent))
    with transaction():  # more than one address should get: the office may let it go on any day
        db.session.scalars(select(Mail).where(Mail.subject == about(held)[0])).one().state = MailState.HELD
    new = later(place)
    changed(place, new)
    dates = {mail.subject: mail.facts["days"][0][0] for mail in mails("confirmation")}
    moment = new.moments[0][0].isoformat()
    assert dates[about(due)[0]] == dates[about(held)[0]] == moment != dates[about(sent)[0]]
    assert told("rescheduled") == about(sent, due, held)
    assert [entries_of(mail)[0][1] for mail in mails("confirmation")] == [0, 1, 1]


def test_the_way_into_the_call_is_told_to_who_has_a_seat_and_to_nobody_else(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    seated, waits = registered(place), registered(place)
    link = "https://rapat.example/ruang-7"
    changed(place, replace(now_of(place), mode=Mode.HYBRID, online_url=link))
    texts = {mail.subject: write.written(write.owed(mail)) for mail in mails("rescheduled")}
    hers, theirs = (texts[subject] for subject in about(seated, waits))
    way = f"/my/{seated.token}/join"
    assert way in hers.text and way in hers.html
    assert "/join" not in theirs.text + theirs.html
    due = write.written(write.owed(mails("confirmation")[0])).text
    assert way in due, "also in mail that is still due"
    assert link not in hers.text + hers.html + theirs.text + theirs.html + due, (
        "by her own way alone she is known to be in"
    )


def test_without_telling_nobody_is_written_to_and_the_calendar_goes_up_all_the_same(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    registered(place)
    assert changed(place, later(place), tell=False).told == 0
    assert mails("rescheduled") == [] and session_of(place).calendar_sequence == 1
    assert mails("confirmation")[0].facts["days"][0][0] == now_of(place).moments[0][0].isoformat()


def test_an_offer_begins_anew_and_never_outlasts_the_new_beginning(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    set_serving(place.event_id, Serving.OFFER, offer_hours=200, reminder_hours=4, by=COMMAND_LINE)
    leaves, offered = registered(place), registered(place)
    cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
    changed(place, later(place, -27))
    starts = session_of(place).starts_at
    found = row(offered)
    assert found.offer_ends_at == starts and found.offer_reminder_at and found.offer_reminder_at < starts
    (offer,), (notice,) = mails("offer"), mails("rescheduled")
    assert offer.facts["offer_ends_at"] == notice.facts["offer_ends_at"] == starts.isoformat()


def test_an_offer_that_begins_anew_is_reminded_of_anew(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    set_serving(place.event_id, Serving.OFFER, offer_hours=40, reminder_hours=4, by=COMMAND_LINE)
    leaves, offered = registered(place), registered(place)
    cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
    for number in (1, 2):
        due = row(offered).offer_reminder_at
        assert due
        with clock.stopped_at(due):
            assert remind_of_offers() == 1 and remind_of_offers() == 0
            assert len(mails("offer_reminder")) == number
            changed(place, later(place))


def test_a_closing_of_the_sessions_own_moves_with_it_and_who_waits_is_served_when_it_opens_again(app: Flask) -> None:
    place = an_event(roles={"stakeholder": 1})["51", "stakeholder"]
    closes = session_of(place).starts_at
    leaves, waits = registered(place), registered(place)
    with transaction():
        session_of(place).registration_closes_at = closes
        session_of(place).ends_at += timedelta(hours=1)
    with clock.stopped_at(closes + timedelta(minutes=5)):
        cancel(leaves.registration_id, by=COMMAND_LINE, reason="berhalangan")
        assert states(waits) == [State.WAITING]
        assert changed(place, later(place)).seat_given_to == (waits.reference,)
    assert session_of(place).registration_closes_at == closes + timedelta(days=7)


def test_what_does_not_fit_is_refused_field_by_field(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    day = Day(date(2099, 1, 2), time(9), time(10))
    for change, problem in (
        ({"city": " "}, {"city": "schedule.city_missing"}),
        ({"zone": "Asia/Denpasar"}, {"zone": "schedule.zone"}),
        ({"days": ()}, {"days-0": "schedule.day_missing"}),
        ({"days": (replace(day, date=date(2020, 1, 2)),)}, {"days-0": "schedule.day_past"}),
        ({"days": (replace(day, ends=time(9)),)}, {"days-0": "schedule.end_before_start"}),
        ({"days": (day, day)}, {"days-1": "schedule.days_overlap"}),
        (
            {"days": tuple(replace(day, date=date(2099, 1, n)) for n in range(1, 17))},
            {"days-0": "schedule.too_many_days"},
        ),
        ({"mode": Mode.ONLINE}, {"online_url": "schedule.address_missing"}),
        ({"online_url": "javascript:alert(1)"}, {"online_url": "schedule.address"}),
    ):
        with pytest.raises(Invalid) as refused:
            changed(place, replace(now_of(place), **change))  # type: ignore[arg-type]
        assert refused.value.problems == problem
    assert session_of(place).calendar_sequence == 0


def test_rescheduling_needs_the_right_a_reason_and_a_session_that_is_still_to_come(app: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    to = later(place)
    with pytest.raises(Forbidden):
        reschedule(place.session_id, to, reason="mau saya", tell=True, by=acting(made()))
    with pytest.raises(NotFound, match="session.unknown"):
        reschedule(999_999, to, reason="tidak ada", tell=True, by=COMMAND_LINE)
    with pytest.raises(Invalid) as refused:
        reschedule(place.session_id, to, reason=" \x00", tell=True, by=acting(sari()))
    assert refused.value.problems == {"reason": "reschedule.reason_missing"}
    with clock.stopped_at(session_of(place).ends_at), pytest.raises(Refusal, match="session.over"):
        changed(place, later(place, 70))
    cancel_session(place.session_id, reason="banjir", by=COMMAND_LINE)
    with pytest.raises(Refusal, match="session.cancelled"):
        changed(place, to)


def test_a_day_that_attendance_is_kept_for_stays_while_the_days_to_come_may_move(app_on_each: Flask) -> None:
    place = an_event(days=2)["51", "stakeholder"]
    budi = registered(place)
    first, _second = session_of(place).days
    kept_id, begins = first.id, first.starts_at
    with clock.stopped_at(begins + timedelta(hours=1)):
        check_in(budi.registration_id, kept_id, by=COMMAND_LINE)
        undo(budi.registration_id, kept_id, reason="salah orang", by=COMMAND_LINE)
        with pytest.raises(Refusal, match="day_attended"):
            changed(place, later(place))
        to = now_of(place)
        changed(place, replace(to, days=(to.days[0], replace(to.days[1], date=to.days[1].date + timedelta(days=9)))))
    days = session_of(place).days
    assert [day.number for day in days] == [1, 2] and days[0].id == kept_id
    assert days[1].local_date == _day(place, 10)


def _day(place: Place, after: int) -> date:
    return now_of(place).days[0].date + timedelta(days=after)


def sent_all(*subjects: str) -> None:
    """As if the post had taken what is due: all of it, or what is about these."""
    with transaction():
        for mail in db.session.scalars(select(Mail)):
            if not subjects or mail.subject in subjects:
                mail.state = MailState.SENT
