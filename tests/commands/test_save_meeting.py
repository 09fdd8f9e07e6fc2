"""The list of a call, saved: whom somebody chose is in, once, at the time that the list tells; a second time adds nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.builders import an_event, registered
from tests.cast import acting, made
from tests.commands.online import at, by_video, day_of, named
from tests.queries import counted
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.expected import expected_in
from tpbis_events.attendance.model import Attendance, Source
from tpbis_events.attendance.online import OnlinePresence
from tpbis_events.attendance.save_meeting import Saved, Seen, save_meeting
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.places.zones import in_zone
from tpbis_events.programmes.model import Mode, OnlineCounts
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.model import Registration

ZONE = "Asia/Makassar"


def seen(who: int, minutes: int = 60, joined: int | None = 0) -> Seen:
    """Somebody of the list, with the minutes after the day's beginning at which she joined, on the clocks of Bali."""
    row = db.session.get_one(Registration, who)
    day = row.session.days[0]
    came = None if joined is None else in_zone(day.starts_at + timedelta(minutes=joined), ZONE).replace(tzinfo=None)
    return Seen(row.reference, came, minutes)


def test_who_is_chosen_is_checked_in_online_at_the_time_of_the_list(app: Flask) -> None:
    place = by_video(counts=OnlineCounts.LISTED)
    ani, budi, cici = named(place, "Ani", "Budi", "Cici")
    told = [seen(ani, 90, 5), seen(budi, 40, 40)]
    with at(place, 500) as day_id:
        assert save_meeting(day_id, told, zone=ZONE, by=acting(made())) == Saved(new=2, already=0, refused=())
        assert save_meeting(day_id, told, zone=ZONE, by=COMMAND_LINE) == Saved(new=0, already=2, refused=())
    rows = {row.registration_id: row for row in db.session.scalars(select(Attendance))}
    assert set(rows) == {ani, budi} and cici not in rows
    assert rows[ani].happened_at == day_of(place).starts_at + timedelta(minutes=5)
    assert (rows[ani].late, rows[budi].late) == (False, True)
    assert all(row.online and row.source is Source.ONLINE for row in rows.values())
    kept = {row.registration_id: row.listed_minutes for row in db.session.scalars(select(OnlinePresence))}
    assert kept == {ani: 90, budi: 40}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "attendance.listed")).first()
    assert entry and entry.after == {"day": 1, "people": 2, "new": 2}


def test_two_devices_of_one_person_are_one_with_the_earlier_time(app: Flask) -> None:
    place = by_video()
    (budi,) = named(place, "Budi")
    with at(place, 200) as day_id:
        saved = save_meeting(day_id, [seen(budi, 20, 30), seen(budi, 80, 3)], zone=ZONE, by=COMMAND_LINE)
    assert saved.new == 1
    assert db.session.scalars(select(Attendance.happened_at)).one() == day_of(place).starts_at + timedelta(minutes=3)
    assert db.session.scalars(select(OnlinePresence.listed_minutes)).one() == 80


def test_a_list_without_times_or_of_another_clock_makes_nobody_late(app: Flask) -> None:
    place = by_video()
    ani, budi = named(place, "Ani", "Budi")
    with at(place, 300) as day_id:
        save_meeting(day_id, [seen(ani, 60, None)], zone=ZONE, by=COMMAND_LINE)
        save_meeting(day_id, [seen(budi, 60, 10)], zone="Asia/Jakarta", by=COMMAND_LINE)
    rows = {row.registration_id: row for row in db.session.scalars(select(Attendance))}
    assert rows[ani].happened_at == day_of(place).starts_at
    assert not rows[ani].late
    assert rows[budi].happened_at == day_of(place).starts_at + timedelta(minutes=70), "Jakarta is an hour behind"


def test_who_is_in_on_site_stays_so_and_who_has_no_seat_any_longer_is_named(app: Flask) -> None:
    place = by_video(mode=Mode.HYBRID)
    ani, budi = named(place, "Ani", "Budi")
    told = [seen(ani), seen(budi), Seen("ZZZZZZZZ")]
    gone = db.session.get_one(Registration, budi).reference
    cancel(budi, by=COMMAND_LINE, reason="sakit")
    with at(place, 100) as day_id:
        check_in(ani, day_id, by=COMMAND_LINE, source=Source.DOOR)
        saved = save_meeting(day_id, told, zone=ZONE, by=COMMAND_LINE)
    assert saved == Saved(new=0, already=1, refused=tuple(sorted((gone, "ZZZZZZZZ"))))
    assert db.session.scalars(select(Attendance.online)).all() == [False]


def test_a_person_of_another_session_is_never_checked_in_by_a_list(app: Flask) -> None:
    place = by_video()
    elsewhere = registered(an_event()["51", "stakeholder"]).registration_id
    with at(place, 10) as day_id:
        saved = save_meeting(day_id, [seen(elsewhere)], zone=ZONE, by=COMMAND_LINE)
    assert (saved.new, len(saved.refused)) == (0, 1)
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 0


def test_it_needs_the_right_a_day_that_has_begun_and_a_session_by_video(app: Flask) -> None:
    place = by_video()
    onsite = an_event()["51", "stakeholder"]
    day_id = day_of(place).id
    with pytest.raises(Refusal, match="attendance.day_not_begun"):
        save_meeting(day_id, [], zone=ZONE, by=COMMAND_LINE)
    with pytest.raises(NotFound):
        save_meeting(9999, [], zone=ZONE, by=COMMAND_LINE)
    with at(onsite, 5) as other, pytest.raises(Refusal, match="online.not_by_video"):
        save_meeting(other, [], zone=ZONE, by=COMMAND_LINE)
    far = acting(made())
    jakarta = an_event(provinces=("31",))["31", "stakeholder"]
    with pytest.raises(NotFound):
        save_meeting(day_of(jakarta).id, [], zone=ZONE, by=far)


def test_reading_who_is_expected_and_saving_cost_no_more_reads_for_more_people(app: Flask) -> None:
    reads = []
    for number in (2, 12):
        place = by_video(seats=number)
        people = named(place, *(f"Orang {n}" for n in range(number)))
        told = [seen(each) for each in people]
        with at(place, 30) as day_id, counted() as statements:
            assert save_meeting(day_id, told, zone=ZONE, by=COMMAND_LINE).new == number
        reads.append(sum(statement.startswith("SELECT") for statement in statements))
        with counted() as asked:
            assert len(expected_in(place.session_id)) == number
        assert len(asked) == 1
    assert reads[0] == reads[1]
