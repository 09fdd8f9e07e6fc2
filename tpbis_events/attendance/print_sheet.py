"""Print the attendance sheet of a day: it gets its number once, and each printing with other rows a code of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from tpbis_events.attendance.guests import Guest, guests_of
from tpbis_events.attendance.papers import CODE_LENGTH, AttendanceSheet, Order, Print, Printing
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, SessionDay

BLANK_ROWS, MOST_BLANK_ROWS = 5, 60


@dataclass(frozen=True, slots=True)
class Printed:
    """`rows` are the registrations in their order on the paper; `numbers` whether the NIP may stand beside them."""

    code: str
    number: str
    rows: tuple[int, ...]
    blank_rows: int
    numbers: bool
    at: datetime


@command
def print_sheet(
    day_id: int, *, order: Order = Order.ROLE, blank_rows: int = BLANK_ROWS, numbers: bool = True, by: Actor
) -> Printed:
    """The rows of the sheet as it is printed now, written into the audit log. The same rows again are the same paper.

    With `numbers` the whole NIP stands on it, if the actor may see it there. Refuses a day out of the actor's reach (404).
    """
    day = db.session.get(SessionDay, day_id)
    if day is None:
        raise NotFound("attendance.unknown_day")
    session, now = day.session, clock.now()
    by.require(Act.PRINT_SHEETS, session.province_code)
    numbers = numbers and by.may(Act.SEE_NUMBER, session.province_code)
    sheet = _sheet(day, now)
    rows = [guest.registration_id for guest in ordered(guests_of(session), order)]
    blank_rows = min(max(blank_rows, 0), MOST_BLANK_ROWS)
    printing = db.session.scalars(
        select(Printing).where(Printing.sheet_id == sheet.id).order_by(Printing.id.desc()).limit(1)
    ).first()
    if printing is None or (printing.rows, printing.row_order, printing.blank_rows) != (rows, order, blank_rows):
        printing = Printing(
            kind=Print.SHEET,
            session_id=session.id,
            sheet_id=sheet.id,
            code=codes.new_code(CODE_LENGTH),
            row_order=order,
            blank_rows=blank_rows,
            rows=rows,
            printed_at=now,
            printed_by=by.label,
        )
        db.session.add(printing)
    record(
        "sheet.printed",
        f"session:{session.id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        after={
            "day": day.number,
            "number": sheet.number,
            "code": printing.code,
            "rows": len(rows),
            "with_numbers": numbers,
        },
    )
    return Printed(printing.code or "", sheet.number, tuple(rows), blank_rows, numbers, now)


def ordered(guests: list[Guest], order: Order) -> list[Guest]:
    """By role and name as they were read, or by name alone."""
    return guests if order is Order.ROLE else sorted(guests, key=lambda guest: (guest.full_name.casefold(), guest.name))


def _sheet(day: SessionDay, now: datetime) -> AttendanceSheet:
    """The sheet of a day; the first time it takes the next number of the event, under the lock of the event's row."""
    wanted = select(AttendanceSheet).where(AttendanceSheet.day_id == day.id)
    if sheet := db.session.scalar(wanted):
        return sheet
    event = db.session.scalars(
        select(Event).where(Event.id == day.session.event_id).with_for_update(key_share=True, of=Event)
    ).one()
    if sheet := db.session.scalar(wanted):  # by somebody else, while we waited
        return sheet
    of_event = select(func.coalesce(func.max(AttendanceSheet.ordinal), 0)).where(AttendanceSheet.event_id == event.id)
    ordinal = db.session.scalars(of_event).one() + 1
    sheet = AttendanceSheet(
        event_id=event.id,
        session_id=day.session_id,
        day_id=day.id,
        ordinal=ordinal,
        number=f"DH-{ordinal:03d}/{event.certificate_series}/{event.slug.upper()}",
        created_at=now,
    )
    db.session.add(sheet)
    db.session.flush()
    return sheet
