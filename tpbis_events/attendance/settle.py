"""Settle what paper and screen say differently: leave it with a reason, take a row back, undo a check-in; then say they agree."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from tpbis_events.attendance.differences import reconcile
from tpbis_events.attendance.model import Attendance
from tpbis_events.attendance.papers import AttendanceSheet, LeftDifference, PaperMark, Printing, Side
from tpbis_events.attendance.printings import printing_of
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import SessionDay
from tpbis_events.registrations.rules import LONGEST_REASON, plain


@command
def leave_difference(code: str, registration_id: int, side: Side, *, reason: str, by: Actor) -> None:
    """This difference stays as it is, because of the reason. Refuses without one, and where there is no such difference."""
    _printing, day = _held(code, by)
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("attendance.reason_missing")
    if (registration_id, side) not in {(each.registration_id, each.side) for each in reconcile(day).differences}:
        raise Refusal("difference.gone")
    row = db.session.scalar(
        select(LeftDifference).where(
            LeftDifference.day_id == day.id,
            LeftDifference.registration_id == registration_id,
            LeftDifference.side == side,
        )
    )
    if row is None:
        row = LeftDifference(day_id=day.id, registration_id=registration_id, side=side)
        db.session.add(row)
    row.reason, row.left_at, row.left_by = reason, clock.now(), by.label
    _note("sheet.difference_left", registration_id, day, by, reason=reason, side=side.value)


@command
def take_mark_back(code: str, registration_id: int, *, reason: str, by: Actor) -> None:
    """The row was keyed wrongly: the paper doesn't say that she was there. Refuses without a reason, and without a mark."""
    _printing, day = _held(code, by)
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("attendance.reason_missing")
    mark = db.session.scalar(
        select(PaperMark).where(
            PaperMark.day_id == day.id,
            PaperMark.registration_id == registration_id,
            PaperMark.taken_back_at.is_(None),
        )
    )
    if mark is None:
        raise Refusal("difference.gone")
    mark.taken_back_at, mark.taken_back_by = clock.now(), by.label
    _note("sheet.row_taken_back", registration_id, day, by, reason=reason, row=mark.row)


@command
def say_they_agree(code: str, *, by: Actor) -> datetime:
    """Paper and screen agree, says who presses this; it is kept with the fingerprint of both, so that a change shows.

    Refuses while a difference is open, and while nothing was keyed back.
    """
    printing, day = _held(code, by)
    found, now = reconcile(day), clock.now()
    if found.open:
        raise Refusal("difference.open", number=len(found.open))
    if not found.on_paper:
        raise Refusal("difference.nothing_keyed")
    sheet = db.session.get_one(AttendanceSheet, printing.sheet_id)
    sheet.agreed_at, sheet.agreed_by, sheet.agreed_state = now, by.label, found.state
    record(
        "sheet.agreed",
        f"session:{day.session_id}",
        at=now,
        actor=by.label,
        province_code=day.session.province_code,
        after={"day": day.number, "number": sheet.number, "present": found.on_screen, "state": found.state},
    )
    return now


def items_on_screen(registration_id: int, day_id: int) -> list[int | None]:
    """The agenda items that she is checked in for on a day, None for the day as such: what an undo has to go through."""
    return list(
        db.session.scalars(
            select(Attendance.item_id).where(
                Attendance.registration_id == registration_id,
                Attendance.day_id == day_id,
                Attendance.undone_at.is_(None),
            )
        )
    )


def _held(code: str, by: Actor) -> tuple[Printing, SessionDay]:
    """The sheet of the printing is locked: who settles and who says that they agree come one after the other."""
    printing, day = printing_of(code, by=by, act=Act.PRINT_SHEETS)
    by.require(Act.MARK_ATTENDANCE, day.session.province_code)
    db.session.get(AttendanceSheet, printing.sheet_id, with_for_update={"of": AttendanceSheet}, populate_existing=True)
    return printing, day


def _note(act: str, registration_id: int, day: SessionDay, by: Actor, *, reason: str, **said: object) -> None:
    record(
        act,
        f"registration:{registration_id}",
        at=clock.now(),
        actor=by.label,
        province_code=day.session.province_code,
        after={"day": day.number, **said},
        reason=reason,
    )
