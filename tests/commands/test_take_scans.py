"""Scans of a door: each is kept, counts once and by its own time, and each bad one has its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import at_once
from tests.builders import Place, an_event, somebody
from tests.cast import acting, door, made, sari
from tests.door_scans import a_device, a_guest, at_half_past_eight, sent, take, the_day, ticket_of
from tests.queries import counted
from tpbis_events.attendance import admit, take_scans
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.device_time import DeviceTime
from tpbis_events.attendance.give_device_link import revoke_device
from tpbis_events.attendance.model import Attendance, Scan, Settling, Source
from tpbis_events.attendance.settle_scan import settle_scan
from tpbis_events.attendance.undo import undo
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE, PUBLIC
from tpbis_events.programmes.model import AgendaItem, AgendaKind, AttendanceBy, Event
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.substitute import substitute

MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    """A place in Bali on its day, at half past eight."""
    here = an_event(provinces=("51", "52"), roles={"stakeholder": 3, "village": 1}, days=2)["51", "stakeholder"]
    with clock.stopped_at(at_half_past_eight(here)):
        yield here


def kept() -> list[Scan]:
    return list(db.session.scalars(select(Scan).order_by(Scan.id)))


def standing() -> list[Attendance]:
    return list(db.session.scalars(select(Attendance).where(Attendance.undone_at.is_(None)).order_by(Attendance.id)))


def test_a_scan_lets_in_and_says_whom_and_the_second_says_since_when_and_by_whom(place: Place) -> None:
    budi = a_guest(place, somebody(full_name="Budi"))
    tablet, _key = a_device(place)
    first = take(place, sent(ticket_of(budi)), by=tablet)[0]
    assert (first.result, first.registration_id, first.full_name, first.role_en) == (
        "in", budi, "Budi", "Role stakeholder",
    )  # fmt: skip
    at = clock.now()
    with clock.stopped_at(at + 5 * MINUTE):
        second = take(place, sent(ticket_of(budi), shown="again"), by=acting(door()))[0]
    assert (second.result, second.at, second.by) == ("again", at, tablet.label)
    row = standing()[0]
    assert (row.source, row.device_id, row.late, row.happened_at) == (Source.DEVICE, tablet.device_id, False, at)
    assert [(scan.result, scan.settling) for scan in kept()] == [("in", "nothing"), ("again", "nothing")]


def test_the_same_scan_sent_ten_times_is_one_record_and_one_answer(place: Place) -> None:
    budi, pintu = a_guest(place), acting(door())
    scan = sent(ticket_of(budi))
    answers = [take(place, scan, by=pintu)[0] for _ in range(10)]
    assert {(each.result, each.at, each.by) for each in answers} == {("in", clock.now(), pintu.label)}
    assert len(standing()) == len(kept()) == 1


def test_a_scan_sent_again_after_it_was_undone_does_not_count_anew(place: Place) -> None:
    budi, pintu = a_guest(place), acting(door())
    scan = sent(ticket_of(budi))
    take(place, scan, by=pintu)
    undo(budi, the_day(place).id, reason="salah orang", by=pintu)
    assert take(place, scan, by=pintu)[0].result == "in", "as it was answered then"
    assert standing() == []


def test_of_two_devices_the_first_scan_by_its_own_time_wins_in_whatever_order_they_are_sent(place: Place) -> None:
    budi = a_guest(place)
    (left, _), (right, _) = a_device(place, "Kiri"), a_device(place, "Kanan")
    now = clock.now()
    later = take(place, sent(ticket_of(budi), ago=2 * MINUTE), by=left)[0]
    assert (later.result, later.at, later.by) == ("in", now - 2 * MINUTE, left.label)
    earlier = take(place, sent(ticket_of(budi), ago=9 * MINUTE), by=right)[0]
    assert (earlier.result, earlier.at, earlier.by) == ("in", now - 9 * MINUTE, right.label)
    third = take(place, sent(ticket_of(budi), ago=5 * MINUTE), by=left)[0]
    assert (third.result, third.at, third.by) == ("again", now - 9 * MINUTE, right.label)
    assert [(row.happened_at, row.checked_in_by) for row in standing()] == [(now - 9 * MINUTE, right.label)]


def test_each_bad_ticket_has_its_answer_and_is_kept(place: Place) -> None:
    pintu = acting(door())
    waiting = [a_guest(replace_role(place)) for _ in range(2)][1]
    gone, left = a_guest(place), a_guest(place, somebody(full_name="Lama"))
    cancel(gone, by=COMMAND_LINE, reason="sakit")
    substitute(left, somebody(), by=COMMAND_LINE)
    far = a_guest(an_event(provinces=("31",))["31", "village"], somebody(full_name="Orang Jauh"))
    ntb = a_guest(sister(place))
    tickets = [*map(ticket_of, (waiting, gone, left, far, ntb)), "0000111122223333", ticket_of(gone)[:-1] + "Z", ""]
    answers = take(place, *(sent(ticket, shown="no") for ticket in tickets), by=pintu)
    assert [each.result.removeprefix("attendance.") for each in answers] == [
        "not_seated", "cancelled", "substituted", "other_event", "other_session", "unknown", "unknown", "unknown",
    ]  # fmt: skip
    assert [each.full_name for each in answers[3:]] == [""] * 5, "nobody of another session is named"
    assert answers[4].no and answers[4].no.facts == {"city": "Mataram"}
    assert [each.no is not None for each in answers] == [True] * 8
    rows = kept()
    assert len(rows) == 8 and standing() == []
    forged = rows[5]
    assert (forged.read_masked, len(forged.read_hash or ""), forged.registration_id) == ("0000… (16)", 64, None)
    assert all("0000111122223333" not in str(value) for value in vars(forged).values())


def test_yesterdays_door_takes_no_scan_of_today_but_one_of_yesterday_that_comes_late(place: Place) -> None:
    budi, siti = a_guest(place), a_guest(place)
    pintu = acting(door())
    scan = sent(ticket_of(budi))
    with clock.stopped_at(clock.now() + timedelta(days=1)):
        assert take(place, scan, by=pintu)[0].result == "in", "it happened yesterday"
        assert take(place, sent(ticket_of(siti)), by=pintu)[0].result == "attendance.day_over"
        assert take(place, sent(ticket_of(siti)), by=pintu, day=2)[0].result == "in"
    assert take(place, sent(ticket_of(siti)), by=pintu, day=2)[0].result == "attendance.day_not_begun"


def test_a_clock_that_is_wrong_by_two_hours_or_a_day_is_set_right_and_said(place: Place) -> None:
    now, pintu = clock.now(), acting(door())
    for wrong in (timedelta(hours=2), timedelta(days=-1)):
        budi = a_guest(place)
        scan = sent(ticket_of(budi), time=DeviceTime(now - 3 * MINUTE - wrong, wrong))
        batch = take_scans.Batch(place.session_id, the_day(place).id, (scan,), now - wrong)
        answer = take_scans.take_scans(batch, by=pintu)[0]
        assert (answer.result, answer.at) == ("in", now - 3 * MINUTE)
        row = kept()[-1]
        assert (row.clock_wrong_by, row.clock_doubtful) == (wrong.total_seconds(), False)
        assert row.device_clock_at == now - 3 * MINUTE - wrong, "as the device had it"


def test_a_list_from_before_a_late_change_is_settled_when_it_is_sent(place: Place) -> None:
    tablet, _key = a_device(place)
    late = a_guest(place)  # after the list: the device knew no such ticket
    gone = a_guest(place)  # cancelled after the list: the device let her in
    cancel(gone, by=COMMAND_LINE, reason="sakit")
    new, old = take(place, sent(ticket_of(late), shown="kept"), sent(ticket_of(gone)), by=tablet)
    assert (new.result, new.settling) == ("in", "nothing")
    assert (old.result, old.settling) == ("attendance.cancelled", "open")
    assert len(standing()) == 1


def test_what_a_revoked_device_took_is_kept_for_the_office_and_does_not_count_by_itself(place: Place) -> None:
    budi, boss = a_guest(place), acting(sari())
    tablet, _key = a_device(place)
    scan = sent(ticket_of(budi))
    revoke_device(tablet.device_id or 0, by=boss)
    answer = take(place, scan, by=tablet)[0]
    assert (answer.result, answer.settling) == ("attendance.device_revoked", "open")
    assert standing() == []
    assert settle_scan(kept()[0].id, accept=True, reason="Made melihatnya", by=boss) is Settling.ACCEPTED
    assert [(row.happened_at, row.device_id) for row in standing()] == [(clock.now(), tablet.device_id)]
    with pytest.raises(Refusal, match="scan.settled"):
        settle_scan(kept()[0].id, accept=False, reason="lagi", by=boss)


def test_a_device_sends_until_the_next_noon_what_it_took_on_its_day(place: Place) -> None:
    tablet, _key = a_device(place)
    first, second = a_guest(place), a_guest(place)
    scans = [sent(ticket_of(each)) for each in (first, second)]
    midnight = clock.now() + timedelta(hours=15, minutes=30)
    with clock.stopped_at(midnight + timedelta(hours=11)):
        assert take(place, scans[0], by=tablet)[0].result == "in"
        assert take(place, sent(ticket_of(second)), by=tablet)[0].result == "attendance.device_over"
    with clock.stopped_at(midnight + timedelta(hours=12)):
        answer = take(place, scans[1], by=tablet)[0]
    assert (answer.result, answer.settling) == ("attendance.device_over", "open")


def test_settling_needs_a_reason_a_right_and_a_seat(place: Place) -> None:
    gone = a_guest(place)
    cancel(gone, by=COMMAND_LINE, reason="sakit")
    take(place, sent(ticket_of(gone)), by=acting(door()))
    scan_id = kept()[0].id
    with pytest.raises(Refusal, match="scan.reason_missing"):
        settle_scan(scan_id, accept=False, reason=" ", by=acting(sari()))
    with pytest.raises(Refusal, match="attendance.cancelled"):
        settle_scan(scan_id, accept=True, reason="ada", by=COMMAND_LINE)
    tablet, _key = a_device(place)
    for nobody in (PUBLIC, tablet):
        with pytest.raises(NotFound):
            settle_scan(scan_id, accept=False, reason="x", by=nobody)
    assert settle_scan(scan_id, accept=False, reason="tidak datang", by=acting(made())) is Settling.DISMISSED
    assert standing() == []


def test_a_device_reaches_its_own_session_alone_and_nobody_by_number_unless_it_may_search(place: Place) -> None:
    budi, elsewhere = a_guest(place), sister(place)
    tablet, _key = a_device(place)
    with pytest.raises(NotFound):
        take(elsewhere, sent("x"), by=tablet)
    with pytest.raises(NotFound):
        take(place, sent("x"), by=PUBLIC)
    assert take(place, sent(registration_id=budi), by=tablet)[0].result == "attendance.unknown"
    searching, _key = a_device(place, may_search=True)
    assert take(place, sent(registration_id=budi), by=searching)[0].result == "in"


def test_more_than_two_hundred_or_one_key_twice_in_a_sending_are_refused(place: Place) -> None:
    scan, pintu = sent("x"), acting(door())
    for scans in ([sent("x") for _ in range(201)], [scan, scan]):
        with pytest.raises(Invalid):
            take(place, *scans, by=pintu)
    assert kept() == []


def test_a_check_in_costs_six_statements_whatever_comes_of_it(place: Place) -> None:
    budi, pintu = a_guest(place), acting(door())
    take(place, sent("warm"), by=pintu)
    day_id = the_day(place).id
    for scan in (sent(ticket_of(budi)), sent(ticket_of(budi)), sent("0000")):
        batch = take_scans.Batch(place.session_id, day_id, (scan,), clock.now())
        with counted() as statements:
            take_scans.take_scans(batch, by=pintu)
        assert len(statements) <= 6, "\n".join(statements)


def test_eight_scans_at_once_record_one(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]
    budi = a_guest(place)
    with clock.stopped_at(at_half_past_eight(place)):
        scans = [sent(ticket_of(budi), ago=number * MINUTE) for number in range(8)]
        day_id = the_day(place).id
        acts = [
            (lambda scan=scan: take_scans.take_scans(
                take_scans.Batch(place.session_id, day_id, (scan,), clock.now()), by=COMMAND_LINE)[0])
            for scan in scans
        ]  # fmt: skip
        answers = at_once(app_on_each, acts)
        assert [row.happened_at for row in standing()] == [clock.now() - 7 * MINUTE], "the earliest stands"
    assert {each.result for each in answers} <= {"in", "again"}
    assert len(kept()) == 8


def test_without_the_lock_eight_at_once_are_caught_by_the_database_alone(
    app_on_each: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: nobody sees the standing row, and the index still keeps a second from standing."""
    place = an_event()["51", "stakeholder"]
    budi = a_guest(place)
    real = admit.admit
    monkeypatch.setattr(take_scans, "admit", lambda registration, _standing, *more: real(registration, None, *more))
    with clock.stopped_at(at_half_past_eight(place)):
        day_id = the_day(place).id

        def act(scan: take_scans.Sent) -> str:
            batch = take_scans.Batch(place.session_id, day_id, (scan,), clock.now())
            try:
                return take_scans.take_scans(batch, by=COMMAND_LINE)[0].result
            except Exception as failure:
                return type(failure).__name__

        scans = [sent(ticket_of(budi)) for _ in range(8)]
        answers = at_once(app_on_each, [(lambda scan=scan: act(scan)) for scan in scans])
    assert sorted(answers) == ["IntegrityError"] * 7 + ["in"]
    assert len(standing()) == 1


def test_thirty_devices_that_send_at_once_end_with_the_right_list(app_on_each: Flask) -> None:
    """Everybody is scanned by five of thirty devices at different times; the earliest of each stands, whoever sends first."""
    place = an_event(roles={"stakeholder": 40})["51", "stakeholder"]
    people = [a_guest(place) for _ in range(40)]
    tickets = [ticket_of(each) for each in people]
    with clock.stopped_at(at_half_past_eight(place) + timedelta(hours=2)):
        day_id, now = the_day(place).id, clock.now()
        queues: list[list[take_scans.Sent]] = [[] for _ in range(30)]
        for number, ticket in enumerate(tickets):
            for again in range(5):
                ago = timedelta(minutes=10 + (number * 7 + again * 11) % 90, seconds=again)
                queues[(number * 3 + again * 7) % 30].append(sent(ticket, ago=ago))
        expected = {
            registration: min(s.time.clock_at for queue in queues for s in queue if s.read == ticket)
            for registration, ticket in zip(people, tickets, strict=True)
        }
        acts = [
            (lambda queue=tuple(queue): take_scans.take_scans(
                take_scans.Batch(place.session_id, day_id, queue, now), by=COMMAND_LINE))
            for queue in queues
        ]  # fmt: skip
        at_once(app_on_each, acts)
    assert {row.registration_id: row.happened_at for row in standing()} == expected
    assert len(standing()) == 40 and len(kept()) == 200


def test_by_items_each_is_attended_by_itself_and_the_day_stays_one(place: Place) -> None:
    budi, pintu = a_guest(place), acting(door())
    with transaction():
        db.session.get_one(Event, place.event_id).attendance_by = AttendanceBy.ITEM
        items = [
            AgendaItem(
                event_id=place.event_id, day_number=day, sort=n, kind=AgendaKind.TALK, title_id="x", title_en="x", jp=2
            )
            for n, day in enumerate((1, 1, 2))
        ]
        db.session.add_all(items)
    first, second, tomorrow = (item.id for item in items)
    ticket = ticket_of(budi)
    assert take(place, sent(ticket, item_id=first), by=pintu)[0].result == "in"
    assert take(place, sent(ticket, item_id=first), by=pintu)[0].result == "again"
    assert take(place, sent(ticket, item_id=second), by=pintu)[0].result == "in"
    assert take(place, sent(ticket), by=pintu)[0].result == "in"
    assert take(place, sent(ticket, item_id=tomorrow), by=pintu)[0].result == "attendance.unknown_item"
    assert [row.item_id for row in standing()] == [first, second, None]
    with transaction():
        db.session.get_one(Event, place.event_id).attendance_by = AttendanceBy.DAY
    with pytest.raises(Refusal, match="attendance.not_by_item"):
        check_in(budi, the_day(place).id, item_id=second, by=COMMAND_LINE)


def test_who_comes_after_the_grace_of_the_event_is_late(place: Place) -> None:
    budi, siti = a_guest(place), a_guest(place)
    with transaction():
        db.session.get_one(Event, place.event_id).late_after_minutes = 10
    with clock.stopped_at(clock.now() + 30 * MINUTE):
        on_time, late = take(
            place, sent(ticket_of(budi), ago=20 * MINUTE), sent(ticket_of(siti), ago=19 * MINUTE), by=acting(door())
        )
    assert (on_time.late, late.late) == (False, True)
    assert [row.late for row in standing()] == [False, True]


def test_a_check_in_by_key_is_one_and_a_key_serves_one_person(place: Place) -> None:
    budi, siti = a_guest(place), a_guest(place)
    day_id, pintu = the_day(place).id, acting(door())
    first = check_in(budi, day_id, by=pintu, key="k" * 20)
    assert check_in(budi, day_id, by=pintu, key="k" * 20) == first
    assert not first.already and len(kept()) == 1
    with pytest.raises(Refusal, match="attendance.key_used"):
        check_in(siti, day_id, by=pintu, key="k" * 20)


def replace_role(place: Place) -> Place:
    """The other role of the same session, with one seat."""
    from tpbis_events.programmes.model import Quota, Role

    role = db.session.scalars(select(Role).where(Role.event_id == place.event_id, Role.slug == "village")).one()
    quota = db.session.scalars(
        select(Quota).where(Quota.session_id == place.session_id, Quota.role_id == role.id)
    ).one()
    return replace(place, role_id=role.id, quota_id=quota.id, role_slug="village")


def sister(place: Place) -> Place:
    """The same role in the other session of the event."""
    from tpbis_events.programmes.model import Session

    other = db.session.scalars(
        select(Session).where(Session.event_id == place.event_id, Session.id != place.session_id)
    ).first()
    assert other is not None
    return replace(place, session_id=other.id, session_slug=other.slug)
