"""The record of attendance: what is in it, and a checksum that one altered row changes and that both databases agree on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from tests.builders import an_event, registered, somebody
from tests.cast import acting, door, made
from tests.commands.online import at, day_of
from tests.queries import counted
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.model import Scan, Source
from tpbis_events.attendance.signatures import Signature
from tpbis_events.attendance.undo import undo
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Forbidden, NotFound
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Event, Session
from tpbis_events.registrations.lookup import id_of
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.move import move
from tpbis_events.reports.attendance_checksum import canonical, checksum, grouped
from tpbis_events.reports.attendance_facts import facts_of, session_of
from tpbis_events.reports.attendance_record import Record, record_of
from tpbis_events.reports.attendance_record_file import draw_pdf
from tpbis_events.reports.note_look import note_look

MORNING = datetime(2027, 8, 9, 0, 0, tzinfo=UTC)
# Of the session below; made on SQLite. Whoever changes the text of the record makes every printed checksum worthless.
KNOWN = "ff6e4c877b1c19763d3a5149da2db792b38f924945cccc8209a80eb30ab14770"


def a_session(people: int = 3, slug: str = "shm-2027") -> tuple[str, str]:
    """A session on 9 August 2027 in which the first was undone and came again, the second signed, and a scan failed."""
    with clock.stopped_at(MORNING - timedelta(days=30)):
        place = an_event(roles={"stakeholder": people})["51", "stakeholder"]
        with transaction():
            db.session.get_one(Event, place.event_id).slug = slug
        ids = [registered(place, somebody(full_name=f"Peserta {n}")).registration_id for n in range(people)]
        with transaction():
            for number, each in enumerate(ids):
                db.session.get_one(Registration, each).reference = f"{people:03}{number:05}"
    with at(place, 5) as day_id:
        for each in ids[:2]:
            check_in(each, day_id, by=COMMAND_LINE, source=Source.DOOR, key=f"scan-{people}-{each - ids[0]}")
    with at(place, 9) as day_id:
        undo(ids[0], day_id, reason="Orang lain", by=COMMAND_LINE)
    with at(place, 40) as day_id:
        check_in(ids[0], day_id, by=COMMAND_LINE, source=Source.PAPER)
        now = clock.now()
        with transaction():
            session_id = place.session_id
            db.session.add(
                Scan(
                    key=f"failed-{people}", session_id=session_id, day_id=day_id, result="attendance.other_session",
                    read_masked="7K3M…", happened_at=now, received_at=now, made_by="command line",
                )
            )  # fmt: skip
            db.session.add(
                Signature(
                    registration_id=ids[1], day_id=day_id, strokes="[]", consent="2026-11", drawn_at=now, drawn_by="x"
                )
            )
    return slug, "bali"


def text_now(until: datetime | None = None) -> str:
    db.session.remove()
    return canonical(facts_of(session_of("shm-2027", "bali", by=COMMAND_LINE)), until)


def record() -> Record:
    return record_of(session_of("shm-2027", "bali", by=COMMAND_LINE))


def test_both_databases_make_the_same_checksum(app_on_each: Flask) -> None:
    a_session()
    assert checksum(text_now()) == KNOWN
    lines = text_now().splitlines()
    assert [json.loads(line)[0] for line in lines[:3]] == ["tpbis attendance record", "event", "session"]
    assert lines[3:] == sorted(lines[3:])
    assert {json.loads(line)[0] for line in lines[3:]} == {"came", "undone", "read", "signed"}


@pytest.mark.parametrize(
    "alter",
    [
        "UPDATE attendances SET happened_at = '2027-08-09 01:00:00.000000' WHERE source = 'door' AND undone_at IS NULL",
        "UPDATE attendances SET late = NOT late WHERE source = 'paper'",
        "UPDATE attendances SET undo_reason = 'lain' WHERE undone_at IS NOT NULL",
        "UPDATE attendances SET checked_in_by = 'account:1' WHERE source = 'paper'",
        "DELETE FROM attendances WHERE source = 'paper'",
        "DELETE FROM scans WHERE result = 'attendance.other_session'",
        "UPDATE signatures SET drawn_at = '2027-08-09 01:11:00.000000'",
    ],
)  # fmt: skip
def test_one_altered_row_changes_the_checksum(app: Flask, alter: str) -> None:
    a_session()
    before = text_now()
    with transaction():
        assert db.session.connection().execute(text(alter)).rowcount == 1
    assert checksum(text_now()) != checksum(before)


def test_the_checksum_of_a_moment_can_be_made_again_later(app: Flask) -> None:
    a_session()
    session = session_of("shm-2027", "bali", by=COMMAND_LINE)
    day = session.days[0]
    noon = day.starts_at + timedelta(hours=4)
    printed = text_now(noon)
    third = id_of("00300002") or 0
    with clock.stopped_at(noon + timedelta(minutes=1)):
        check_in(third, day.id, by=COMMAND_LINE)
    assert text_now() != printed
    assert text_now(noon) == printed


def test_the_text_names_nobody_and_a_corrected_name_leaves_it(app: Flask) -> None:
    a_session()
    before = text_now()
    assert "Peserta" not in before
    with transaction():
        db.session.get_one(Registration, id_of("00300001")).person.full_name = "Nama Yang Benar"
    assert text_now() == before


def test_it_says_who_came_how_what_was_undone_what_failed_and_who_signed(app: Flask) -> None:
    a_session()
    told = record()
    (day,) = told.days
    by_name = {entry.guest.full_name: entry for entry in day.entries}
    assert (day.attended, len(day.entries), day.unsigned) == (2, 3, 1)
    assert by_name["Peserta 0"].came[0].row.source is Source.PAPER
    assert by_name["Peserta 1"].signed
    assert not by_name["Peserta 2"].came
    assert [(entry.guest.full_name, came.row.undo_reason) for _day, entry, came in told.changes] == [
        ("Peserta 0", "Orang lain")
    ]
    assert [each.scan.read_masked for each in told.failed] == ["7K3M…"]
    assert told.digits == grouped(checksum(text_now()))
    pdf = draw_pdf(told, clock.now(), str, "id")
    assert pdf.startswith(b"%PDF")


def test_who_was_moved_away_after_she_came_stays_in_the_record(app: Flask) -> None:
    places = an_event(provinces=("51", "52"), roles={"stakeholder": 2})
    place, other = places["51", "stakeholder"], places["52", "stakeholder"]
    budi = registered(place).registration_id
    with at(place, 1) as day_id:
        check_in(budi, day_id, by=COMMAND_LINE)
    with clock.stopped_at(day_of(place).starts_at - timedelta(days=2)):
        move(budi, other.session_id, other.role_id, reason="pindah", by=COMMAND_LINE)
    here = record_of(db.session.get_one(Session, place.session_id))
    (entry,) = here.days[0].entries
    assert entry.came and not entry.guest.seated
    assert record_of(db.session.get_one(Session, other.session_id)).days[0].entries[0].came == ()


def test_the_record_needs_its_right_and_a_look_is_written_down(app: Flask) -> None:
    a_session()
    session = session_of("shm-2027", "bali", by=acting(made()))
    session_id = session.id
    pintu = acting(door())
    with pytest.raises(Forbidden):
        session_of("shm-2027", "bali", by=pintu)
    with pytest.raises(Forbidden):
        note_look(session_id, by=pintu)
    with pytest.raises(NotFound):
        session_of("shm-2027", "jakarta", by=COMMAND_LINE)
    note_look(session_id, by=COMMAND_LINE)
    assert (
        db.session.execute(text("SELECT count(*) FROM audit_entries WHERE act = 'attendance.record_seen'")).scalar()
        == 1
    )


def test_the_record_costs_as_many_queries_for_thirty_as_for_three(app: Flask) -> None:
    asked = []
    for people, slug in ((3, "few"), (30, "many")):
        a_session(people, slug)
        db.session.remove()
        with counted() as statements:
            assert len(record_of(session_of(slug, "bali", by=COMMAND_LINE)).days[0].entries) == people
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 15


def test_the_command_line_prints_the_checksum_of_the_page_and_its_text(app: Flask) -> None:
    a_session()
    run = app.test_cli_runner().invoke
    assert run(args=["attendance", "checksum", "shm-2027", "bali"]).output.strip() == grouped(checksum(text_now()))
    assert run(args=["attendance", "checksum", "shm-2027", "bali", "--text"]).output == text_now()
    early = run(args=["attendance", "checksum", "shm-2027", "bali", "--at", "2027-01-01T00:00:00"]).output.strip()
    assert early == grouped(checksum(text_now(MORNING - timedelta(days=200))))
    assert run(args=["attendance", "checksum", "shm-2027", "bali", "--at", "kemarin"]).exit_code == 2
    assert run(args=["attendance", "checksum", "shm-2027", "atlantis"]).exit_code == 1
