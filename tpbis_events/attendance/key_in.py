"""Key back a signed sheet: which of its rows are signed. Each becomes a mark of the paper, and a check-in on the screen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.model import Source
from tpbis_events.attendance.papers import PaperMark, Printing
from tpbis_events.attendance.presence import attended_days
from tpbis_events.attendance.printings import printing_of
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import SessionDay
from tpbis_events.registrations.lookup import registration_in_session


@dataclass(frozen=True, slots=True)
class Keyed:
    """How many rows of this sheet stand as signed now, how many people were checked in by it, and whom the screen refused."""

    marked: int
    checked_in: int
    refused: tuple[tuple[int, str], ...]  # registration, code of the refusal


def key_in(
    code: str,
    rows: Sequence[int],
    walk_ins: Sequence[tuple[int, str]] = (),
    *,
    shown: Collection[int] | None = None,
    by: Actor,
) -> Keyed:
    """These rows of a printing are signed, and of those that were `shown` as signed (none said: of all) the others aren't, so
    that two who key pages of one sheet at once lose nothing of each other. Sent twice it is one.

    `walk_ins` are blank rows with the reference of who wrote herself in. Two steps: the marks in one transaction, then a
    check-in for each who isn't on the screen yet, in one of its own, as the door does it; whom the rules refuse stays a
    difference. Who was there is known from the paper, when she came isn't: the beginning of the day stands for it.
    """
    marks = mark_rows(code, tuple(rows), tuple(walk_ins), shown=shown, by=by)
    day = db.session.get_one(SessionDay, marks.day_id)
    begins = day.starts_at
    there = attended_days(marks.registrations)
    absent = [each for each in marks.registrations if marks.day_id not in there[each]]
    refused: list[tuple[int, str]] = []
    for registration_id in absent:
        try:
            check_in(registration_id, marks.day_id, by=by, source=Source.PAPER, happened_at=begins)
        except Refusal as no:
            refused.append((registration_id, no.code))
    return Keyed(len(marks.registrations), len(absent) - len(refused), tuple(refused))


@dataclass(frozen=True, slots=True)
class Marks:
    day_id: int
    registrations: tuple[int, ...]


@command
def mark_rows(
    code: str,
    rows: Sequence[int],
    walk_ins: Sequence[tuple[int, str]],
    *,
    shown: Collection[int] | None = None,
    by: Actor,
) -> Marks:
    """The marks of one printing become these: missing ones are set, others are taken back and stay as history.

    Refuses a sheet out of reach (404), a row that it hasn't, a walk-in whose reference isn't of this session, a row in which
    somebody else was keyed meanwhile, and a day that hasn't begun.
    """
    printing, day = _held(code, by)
    session, now = day.session, clock.now()
    if local_date(now, session.zone) < day.local_date:
        raise Refusal("attendance.day_not_begun", date=day.local_date)
    wanted = _wanted(printing, rows, walk_ins)
    standing = {
        mark.registration_id: mark
        for mark in db.session.scalars(
            select(PaperMark).where(PaperMark.day_id == day.id, PaperMark.taken_back_at.is_(None))
        )
    }
    gone = [
        mark
        for mark in standing.values()
        if mark.printing_id == printing.id
        and mark.registration_id not in wanted
        and (shown is None or mark.row in shown)
    ]
    for mark in gone:
        mark.taken_back_at, mark.taken_back_by = now, by.label
    stay = [mark for mark in standing.values() if mark.printing_id == printing.id and mark not in gone]
    _require_one_in_each_row(stay, wanted)
    moved = [mark for mark in stay if mark.row != wanted.get(mark.registration_id, mark.row)]
    for mark in moved:
        mark.row = wanted[mark.registration_id]
    added = [each for each in wanted if each not in standing]
    for registration_id in added:
        db.session.add(
            PaperMark(
                day_id=day.id,
                registration_id=registration_id,
                printing_id=printing.id,
                row=wanted[registration_id],
                keyed_at=now,
                keyed_by=by.label,
            )
        )
    if added or gone or moved:
        record(
            "sheet.keyed",
            f"session:{session.id}",
            at=now,
            actor=by.label,
            province_code=session.province_code,
            after={"day": day.number, "code": printing.code, "signed": len(wanted), "taken_back": len(gone)},
        )
    return Marks(day.id, tuple(wanted))


def _require_one_in_each_row(stay: Sequence[PaperMark], wanted: Mapping[int, int]) -> None:
    others = {mark.row for mark in stay if mark.registration_id not in wanted}
    if taken := others & set(wanted.values()):
        raise Refusal("sheet_rows.taken", row=min(taken))


def _held(code: str, by: Actor) -> tuple[Printing, SessionDay]:
    """The printing with its row locked, so that two who key the same sheet come one after the other."""
    printing, day = printing_of(code, by=by, act=Act.PRINT_SHEETS)
    by.require(Act.MARK_ATTENDANCE, day.session.province_code)
    db.session.get(Printing, printing.id, with_for_update=True, populate_existing=True)
    return printing, day


def _wanted(printing: Printing, rows: Sequence[int], walk_ins: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Registration id -> row."""
    named = len(printing.rows)
    if wrong := [row for row in rows if not 1 <= row <= named]:
        raise Refusal("sheet_rows.unknown", rows=", ".join(str(row) for row in wrong[:10]), last=named)
    wanted = {printing.rows[row - 1]: row for row in rows}
    for row, reference in walk_ins:
        registration_id = registration_in_session(reference, printing.session_id)
        if registration_id is None or not named < row <= named + printing.blank_rows:
            raise Refusal("sheet_rows.walk_in", row=row)
        wanted.setdefault(registration_id, row)
    return wanted
