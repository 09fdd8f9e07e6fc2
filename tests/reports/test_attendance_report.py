"""The attendance report and the live board: numbers that add up, narrowed, within the reach, at a constant cost."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.builders import Place, an_event, registered
from tests.cast import acting, door, made
from tests.commands.online import at, by_video, day_of, named
from tests.queries import counted
from tpbis_events.attendance import board as boards
from tpbis_events.attendance.board import Tally
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.model import Source
from tpbis_events.attendance.signatures import Signature
from tpbis_events.attendance.undo import undo
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import AgendaItem, AgendaKind, AttendanceBy, Event, Session, Wave
from tpbis_events.registrations.cancel import cancel
from tpbis_events.reports.attendance_report import Asked, Kept, Report, report
from tpbis_events.reports.attendance_report_files import draw_pdf, values, write_xlsx


def a_morning(days: int = 1) -> tuple[dict[tuple[str, str], Place], dict[str, list[int]]]:
    """Bali and West Nusa Tenggara: in Bali of four one on time, one late, one online, one away; in NTB of two one on time."""
    places = an_event(provinces=("51", "52"), roles={"stakeholder": 3, "village": 1}, days=days)
    bali, ntb = places["51", "stakeholder"], places["52", "stakeholder"]
    people = {
        "51": [registered(bali).registration_id for _n in range(3)]
        + [registered(places["51", "village"]).registration_id],
        "52": [registered(ntb).registration_id for _n in range(2)],
    }
    with transaction():
        event = db.session.get_one(Event, bali.event_id)
        db.session.add(
            AgendaItem(event_id=event.id, day_number=1, sort=1, kind=AgendaKind.TALK, title_id="M", title_en="L", jp=4)
        )
        wave = Wave(event=event, number=1)
        db.session.add(wave)
        db.session.get_one(Session, bali.session_id).wave = wave
    first, second, third, fourth = people["51"]
    with at(bali, 0) as day_id:
        check_in(first, day_id, by=COMMAND_LINE, source=Source.DOOR)
        with transaction():
            db.session.add(
                Signature(
                    registration_id=first, day_id=day_id, strokes="[]", consent="x", drawn_at=clock.now(), drawn_by="x"
                )
            )
    with at(bali, 40) as day_id:
        check_in(second, day_id, by=COMMAND_LINE)
        check_in(fourth, day_id, by=COMMAND_LINE, online=True, source=Source.ONLINE, happened_at=clock.now())
        check_in(third, day_id, by=COMMAND_LINE)
        undo(third, day_id, reason="orang lain", by=COMMAND_LINE)
    with at(ntb, 0) as day_id:
        check_in(people["52"][0], day_id, by=COMMAND_LINE)
    return places, people


def told(slug: str, asked: Asked | None = None, *, days_later: int = 3) -> Report:
    place = db.session.query(Session).join(Event).filter(Event.slug == slug).first()
    assert place
    return report(slug, asked or Asked(), place.starts_at + timedelta(days=days_later), by=COMMAND_LINE)


def test_the_report_counts_each_person_once_and_its_views_add_up(app: Flask) -> None:
    places, _people = a_morning()
    found = told(places["51", "village"].event_slug)
    assert found.total == Kept(Tally(expected=6, inside=4, late=2, online=1), jp=16, unsigned=2)
    assert [(session.province_code, values(kept)) for session, _day, kept in found.by_day] == [
        ("51", [4, 3, 75, 2, 2, 1, 12, 1]),
        ("52", [2, 1, 50, 0, 1, 0, 4, 1]),
    ]
    assert [(number, kept.tally.inside) for number, kept in found.by_wave] == [(1, 3), (None, 1)]
    assert [(role.slug, kept.tally.inside) for role, kept in found.by_role] == [("stakeholder", 3), ("village", 1)]
    for view in (found.by_wave, found.by_role, found.by_date):
        assert sum((kept for *_what, kept in view), Kept()) == found.total


@pytest.mark.parametrize(
    ("asked", "expected", "inside"),
    [
        (Asked(wave=1), 4, 3),
        (Asked(session="bali"), 4, 3),
        (Asked(role="village"), 1, 1),
        (Asked(session="bali", role="stakeholder"), 3, 2),
        (Asked(session="atlantis"), 0, 0),
    ],
)
def test_it_is_narrowed_by_wave_session_and_role(app: Flask, asked: Asked, expected: int, inside: int) -> None:
    places, _people = a_morning()
    found = told(places["51", "village"].event_slug, asked)
    assert (found.total.tally.expected, found.total.tally.inside) == (expected, inside)
    assert len(found.sessions) == 2, "all can still be chosen"


def test_a_day_that_has_not_begun_is_not_counted_and_several_days_are_days_of_persons(app: Flask) -> None:
    places, _people = a_morning(days=2)
    slug = places["51", "village"].event_slug
    assert told(slug, days_later=0).total.tally.expected == 6
    assert told(slug).total.tally.expected == 12
    second = day_of(places["51", "village"], 2).local_date
    assert told(slug, Asked(on=second)).total.tally == Tally(expected=6)


def test_by_items_the_jp_are_those_of_the_items_attended(app: Flask) -> None:
    place = by_video()
    (budi,) = named(place, "Budi")
    with transaction():
        db.session.get_one(Event, place.event_id).attendance_by = AttendanceBy.ITEM
        items = [
            AgendaItem(
                event_id=place.event_id, day_number=1, sort=n, kind=AgendaKind.TALK, title_id="M", title_en="L", jp=n
            )
            for n in (2, 3)
        ]
        db.session.add_all(items)
        db.session.flush()
        second = items[1].id
    with at(place, 0) as day_id:
        check_in(budi, day_id, item_id=second, by=COMMAND_LINE)
    assert told(place.event_slug).total.jp == 3


def test_a_pic_reports_on_her_province_alone_and_the_door_on_none(app: Flask) -> None:
    places, _people = a_morning()
    slug = places["51", "village"].event_slug
    later = day_of(places["51", "village"]).ends_at
    mine = report(slug, Asked(), later, by=acting(made()))
    assert [session.province_code for session in mine.sessions] == ["51"]
    assert mine.total.tally.expected == 4
    pintu = acting(door())
    with pytest.raises(Forbidden):
        report(slug, Asked(), later, by=pintu)


def test_the_files_say_what_the_page_says(app: Flask) -> None:
    places, _people = a_morning()
    found = told(places["51", "village"].event_slug)
    file = io.BytesIO()
    write_xlsx(file, found, "en")
    book = load_workbook(io.BytesIO(file.getvalue()))
    assert book.sheetnames == ["Summary", "By session and day", "By wave", "By role"]
    rows = list(book["By session and day"].values)
    assert rows[0][1:5] == ("Expected", "Came", "Percent", "Late")
    assert rows[1] == ("Bali", 4, 3, 75, 2, 2, 1, 12, 1)
    assert draw_pdf(found, "id").startswith(b"%PDF")


def test_the_board_counts_who_is_in_late_online_and_since_ten_minutes(app: Flask) -> None:
    places, people = a_morning()
    bali = places["51", "stakeholder"]
    with at(bali, 45):
        board = boards.of_event(bali.event_slug, None, clock.now(), by=COMMAND_LINE)
        one = boards.of_session(bali.event_slug, "bali", None, clock.now(), by=COMMAND_LINE)
    assert board.today
    assert board.total == Tally(expected=6, inside=4, late=2, online=1, recent=2)
    assert one.total == Tally(expected=4, inside=3, late=2, online=1, recent=2)
    assert (one.total.onsite, one.total.missing, one.total.percent) == (2, 1, 75)
    assert [(role.slug, tally.inside) for role, tally in one.by_role] == [("stakeholder", 2), ("village", 1)]
    assert [number for _at, number in boards.arrivals(one.day)] == [1, 0, 0, 0, 0, 0, 0, 0, 2]
    cancel(people["51"][0], by=COMMAND_LINE, reason="pulang")
    assert boards.of_session(bali.event_slug, "bali", None, clock.now(), by=COMMAND_LINE).total.inside == 2


def test_without_a_session_today_the_board_shows_the_nearest_day_and_leads_to_the_others(app: Flask) -> None:
    places, _people = a_morning(days=2)
    bali = places["51", "stakeholder"]
    first, second = day_of(bali).local_date, day_of(bali, 2).local_date
    early = boards.of_event(bali.event_slug, None, day_of(bali).starts_at - timedelta(days=9), by=COMMAND_LINE)
    late = boards.of_event(bali.event_slug, None, day_of(bali).starts_at + timedelta(days=9), by=COMMAND_LINE)
    asked = boards.of_event(bali.event_slug, second, day_of(bali).starts_at, by=COMMAND_LINE)
    assert (early.on, early.today, early.before, early.after) == (first, False, None, second)
    assert (late.on, asked.on, asked.before) == (second, second, first)
    with pytest.raises(NotFound):
        boards.of_event("atlantis", None, clock.now(), by=COMMAND_LINE)


def test_board_and_report_cost_the_same_for_more_people_and_sessions(app: Flask) -> None:
    costs = []
    for provinces, people in ((("51",), 2), (("51", "52", "31"), 12)):
        places = an_event(provinces=provinces, roles={"stakeholder": people})
        for code in provinces:
            place = places[code, "stakeholder"]
            ids = [registered(place).registration_id for _n in range(people)]
            with at(place, 0) as day_id:
                for each in ids:
                    check_in(each, day_id, by=COMMAND_LINE)
        slug = places["51", "stakeholder"].event_slug
        now = day_of(places["51", "stakeholder"]).ends_at
        one = []
        for ask in (
            lambda slug=slug, now=now: boards.of_event(slug, None, now, by=COMMAND_LINE),
            lambda slug=slug, now=now: boards.of_session(slug, "bali", None, now, by=COMMAND_LINE),
            lambda slug=slug, now=now: report(slug, Asked(), now, by=COMMAND_LINE),
        ):
            db.session.remove()
            with counted() as statements:
                ask()
            one.append(len(statements))
        costs.append(one)
    assert costs[0] == costs[1]
    assert costs[0] <= [5, 5, 11]
