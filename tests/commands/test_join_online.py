"""Joining by video: only who has a seat, only while it is open; what counts is the edition's choice; codes can't be guessed."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.at_once import at_once
from tests.cast import acting, door, made, sari
from tests.commands.online import CALL, at, by_video, day_of, named, shown
from tpbis_events.attendance.change_online import choose_online_counts, renew_codes
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.confirm_online import MOST_WRONG, Answer, Confirmed, confirm_online
from tpbis_events.attendance.join_online import join_online
from tpbis_events.attendance.model import Attendance, Source
from tpbis_events.attendance.online import OPENS_BEFORE, OnlinePresence, Stage, doorway
from tpbis_events.attendance.online_codes import code_now, read_code
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC, participant
from tpbis_events.programmes.model import AgendaItem, AgendaKind, AttendanceBy, Event, Mode, OnlineCounts, Session
from tpbis_events.registrations.cancel import cancel


def attended() -> list[tuple[bool, Source, str]]:
    rows = db.session.scalars(select(Attendance).order_by(Attendance.id)).all()
    return [(row.online, row.source, row.checked_in_by) for row in rows]


def confirm(who: int, typed: str) -> Confirmed:
    return confirm_online(who, typed, by=participant(who))


def test_joining_leads_to_the_call_and_the_code_confirms_since_the_time_of_joining(app: Flask) -> None:
    place = by_video()
    (budi,) = named(place, "Budi Santoso")
    with at(place, -10):
        joined = join_online(budi, by=participant(budi))
    assert (joined.address, joined.counts) == (CALL, False)
    assert attended() == [], "a screen that is there is nobody yet"
    with at(place, 25) as day_id:
        assert confirm(budi, shown(day_id)) == Confirmed(Answer.CONFIRMED, counts=True)
    assert attended() == [(True, Source.ONLINE, "participant")]
    row = db.session.scalars(select(Attendance)).one()
    assert row.happened_at == joined.at
    assert not row.late
    with at(place, 30) as day_id:
        assert confirm(budi, shown(day_id)).counts
    assert len(attended()) == 1


def test_where_joining_counts_it_does_so_once(app: Flask) -> None:
    place = by_video(counts=OnlineCounts.JOINED)
    (budi,) = named(place, "Budi Santoso")
    with at(place, 20):
        first = join_online(budi, by=participant(budi))
    with at(place, 60):
        again = join_online(budi, by=participant(budi))
    assert first.counts and again.counts
    assert again.at == first.at
    assert attended() == [(True, Source.ONLINE, "participant")]
    assert db.session.scalars(select(Attendance)).one().late


def test_where_the_list_counts_neither_joining_nor_the_code_does(app: Flask) -> None:
    place = by_video(counts=OnlineCounts.LISTED)
    (budi,) = named(place, "Budi Santoso")
    with at(place, 5) as day_id:
        join_online(budi, by=participant(budi))
        assert confirm(budi, shown(day_id)) == Confirmed(Answer.CONFIRMED, counts=False)
    assert attended() == []
    kept = db.session.scalars(select(OnlinePresence)).one()
    assert kept.joined_at and kept.confirmed_at


def test_who_is_in_on_site_stays_so(app: Flask) -> None:
    place = by_video(counts=OnlineCounts.JOINED, mode=Mode.HYBRID)
    (budi,) = named(place, "Budi Santoso")
    with at(place, 0) as day_id:
        check_in(budi, day_id, by=COMMAND_LINE, source=Source.DOOR)
        assert join_online(budi, by=participant(budi)).counts
        assert confirm(budi, shown(day_id)).counts
    assert attended() == [(False, Source.DOOR, "command line")]


def test_the_way_in_is_open_from_half_an_hour_before_until_the_end_of_each_day(app: Flask) -> None:
    place = by_video(days=2)
    (budi,) = named(place, "Budi Santoso")
    with at(place, -31), pytest.raises(Refusal, match="online.not_open_yet") as early:
        join_online(budi, by=participant(budi))
    assert early.value.facts["opens"] == day_of(place).starts_at - OPENS_BEFORE
    with at(place, -30):
        join_online(budi, by=participant(budi))
    with at(place, 451), pytest.raises(Refusal, match="online.not_open_yet"):
        join_online(budi, by=participant(budi))
    with at(place, 10, number=2) as second:
        join_online(budi, by=participant(budi))
        assert confirm(budi, shown(second)).counts
    with at(place, 450, number=2):
        assert doorway(db.session.get_one(Session, place.session_id), clock.now()).stage is Stage.OVER
        with pytest.raises(Refusal, match="online.over"):
            join_online(budi, by=participant(budi))
    rows = db.session.scalars(select(OnlinePresence).order_by(OnlinePresence.day_id)).all()
    assert [bool(row.joined_at) for row in rows] == [True, True]


def test_nobody_joins_for_another_or_without_a_seat(app: Flask) -> None:
    place = by_video(seats=1)
    budi, tono = named(place, "Budi Santoso", "Tono")
    with at(place, 0):
        for by in (PUBLIC, participant(tono), acting(made())):
            with pytest.raises(Forbidden):
                join_online(budi, by=by)
            with pytest.raises(Forbidden):
                confirm_online(budi, "000000", by=by)
        with pytest.raises(Refusal, match="registration.no_seat"):
            join_online(tono, by=participant(tono))
    cancel(budi, by=COMMAND_LINE, reason="sakit")
    with at(place, 0):
        with pytest.raises(Refusal, match="registration.no_seat"):
            join_online(budi, by=participant(budi))
        assert join_online(tono, by=participant(tono)).address == CALL, "his seat now"


@pytest.mark.parametrize(("mode", "address", "code"), [
    (Mode.ONSITE, CALL, "online.not_by_video"),
    (Mode.ONLINE, None, "online.no_address"),
])  # fmt: skip
def test_a_session_on_site_or_without_an_address_has_no_way_in(
    app: Flask, mode: Mode, address: str | None, code: str
) -> None:
    place = by_video()
    (budi,) = named(place, "Budi Santoso")
    with transaction():
        session = db.session.get_one(Session, place.session_id)
        session.mode, session.online_url = mode, address
    with at(place, 0), pytest.raises(Refusal, match=code):
        join_online(budi, by=participant(budi))


def test_a_code_is_taken_until_the_next_is_five_minutes_old_and_then_called_late(app: Flask) -> None:
    place = by_video()
    ani, budi, cici = named(place, "Ani", "Budi", "Cici")
    with at(place, 30) as day_id:
        fresh, before, old = shown(day_id), shown(day_id, minutes_ago=5), shown(day_id, minutes_ago=10)
        assert confirm(ani, f"{fresh[:3]} {fresh[3:]}").answer is Answer.CONFIRMED
        assert confirm(budi, before).answer is Answer.CONFIRMED
        assert confirm(cici, old) == Confirmed(Answer.LATE, left=MOST_WRONG - 1)
        assert confirm(cici, "12").answer is Answer.WRONG


def test_after_five_wrong_codes_none_is_looked_at_for_ten_minutes(app: Flask) -> None:
    place = by_video()
    (budi,) = named(place, "Budi Santoso")
    with at(place, 30) as day_id:
        wrong = f"{(int(shown(day_id)) + 1) % 10**6:06d}"
        answers = [confirm(budi, wrong).answer for _time in range(MOST_WRONG)]
        assert answers == [Answer.WRONG] * (MOST_WRONG - 1) + [Answer.PAUSED]
        paused = confirm(budi, shown(day_id))
        assert paused.answer is Answer.PAUSED, "not even the right one"
        assert paused.until and (paused.until - clock.now()).total_seconds() == 600
    with at(place, 40) as day_id:
        assert confirm(budi, shown(day_id)).answer is Answer.CONFIRMED


def test_codes_of_days_and_items_differ_and_new_ones_by_hand_end_the_old(app: Flask) -> None:
    place = by_video()
    (budi,) = named(place, "Budi Santoso")
    with at(place, 30) as day_id:
        now = clock.now()
        old = shown(day_id)
        assert len({code_now(day, item, 0, now).code for day in (1, 2, 3) for item in (None, 1, 2)}) == 9
        assert read_code(old, day_id, [None], 0, now) is not None
        renew_codes(day_id, by=acting(made()))
        assert shown(day_id) != old
        assert confirm(budi, old).answer is Answer.WRONG
        assert confirm(budi, shown(day_id)).answer is Answer.CONFIRMED
    assert "online.codes_renewed" in db.session.scalars(select(AuditEntry.act)).all()


def test_where_attendance_is_kept_by_items_each_has_its_code(app: Flask) -> None:
    place = by_video()
    (budi,) = named(place, "Budi Santoso")
    with transaction():
        db.session.get_one(Event, place.event_id).attendance_by = AttendanceBy.ITEM
        items = [
            AgendaItem(
                event_id=place.event_id, day_number=1, sort=n, kind=AgendaKind.TALK, title_id="M", title_en="L", jp=n
            )
            for n in (1, 2)
        ]
        db.session.add_all(items)
        db.session.flush()
        first, second = (item.id for item in items)
    with at(place, 30) as day_id:
        assert confirm(budi, shown(day_id, second)).counts
        assert confirm(budi, shown(day_id, second)).counts
    rows = db.session.scalars(select(Attendance)).all()
    assert [(row.item_id, row.online) for row in rows] == [(second, True)]
    assert first != second


def test_eight_joins_and_codes_at_once_make_one_attendance(app_on_each: Flask) -> None:
    place = by_video(counts=OnlineCounts.JOINED)
    (budi,) = named(place, "Budi Santoso")
    with at(place, 5) as day_id:
        code = shown(day_id)
        ways = [lambda: join_online(budi, by=participant(budi)), lambda: confirm(budi, code)]
        at_once(app_on_each, ways * 4)
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 1
    assert db.session.scalar(select(func.count()).select_from(OnlinePresence)) == 1


def test_what_counts_is_chosen_by_who_plans_and_codes_are_renewed_by_who_manages_the_door(app: Flask) -> None:
    place = by_video()
    day_id = day_of(place).id
    assert choose_online_counts(place.event_id, OnlineCounts.JOINED, by=acting(sari()))
    assert not choose_online_counts(place.event_id, OnlineCounts.JOINED, by=COMMAND_LINE), "it is so already"
    pic = acting(made())
    with pytest.raises((Forbidden, NotFound)):
        choose_online_counts(place.event_id, OnlineCounts.CODE, by=pic)
    with pytest.raises(Forbidden):
        renew_codes(day_id, by=acting(door()))
    with pytest.raises(NotFound):
        renew_codes(9999, by=pic)
    assert db.session.get_one(Event, place.event_id).online_counts is OnlineCounts.JOINED
