"""Sheets that were printed: by their code, and those of a session."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.attendance.papers import AttendanceSheet, Print, Printing, SheetPhoto
from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session, SessionDay


def printing_of(code: str, *, by: Actor, act: Act) -> tuple[Printing, SessionDay]:
    """A printing of a sheet by its code, however typed, with its day, session and event. One query.

    Refuses one that isn't there, is out of reach, or whose day a change of date has taken away (404).
    """
    printing = db.session.scalar(
        select(Printing)
        .where(Printing.code == read_back(code))
        .options(
            joinedload(Printing.sheet)
            .joinedload(AttendanceSheet.day)
            .joinedload(SessionDay.session)
            .joinedload(Session.event)
        )
    )
    if printing is None or printing.sheet is None or printing.sheet.day is None:
        raise NotFound("sheet.unknown")
    by.require(act, printing.sheet.day.session.province_code)
    return printing, printing.sheet.day


def sheets_of(session_id: int) -> dict[int, AttendanceSheet]:
    """Day id -> its numbered sheet. One query."""
    rows = db.session.scalars(
        select(AttendanceSheet).where(AttendanceSheet.session_id == session_id, AttendanceSheet.day_id.is_not(None))
    )
    return {row.day_id: row for row in rows if row.day_id is not None}


def printings_of(session_id: int) -> Sequence[Printing]:
    """The printings of a session's sheets, newest first. One query."""
    return db.session.scalars(
        select(Printing)
        .where(Printing.session_id == session_id, Printing.kind == Print.SHEET)
        .order_by(Printing.id.desc())
        .limit(100)
    ).all()


def already_printed(session_id: int, kind: Print) -> set[int]:
    """The registrations whose badge or desk sign was printed before. One query."""
    rows = db.session.scalars(select(Printing.rows).where(Printing.session_id == session_id, Printing.kind == kind))
    return {registration_id for row in rows for registration_id in row}


def photos_of(day_id: int) -> Sequence[SheetPhoto]:
    """The photographs of a day's sheets, in the order in which they came. One query."""
    return db.session.scalars(select(SheetPhoto).where(SheetPhoto.day_id == day_id).order_by(SheetPhoto.id)).all()
