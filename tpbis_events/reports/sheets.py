"""The attendance sheets of a session put together: whom they name, and what they say in the session's languages."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from tpbis_events.attendance.guests import Guest, guests_in_rows, guests_of
from tpbis_events.attendance.paper_marks import marked_rows
from tpbis_events.attendance.presence import attended_days, present_on
from tpbis_events.attendance.print_sheet import Printed
from tpbis_events.attendance.signatures import signatures_of
from tpbis_events.foundation.codes import grouped
from tpbis_events.places.local_time import format_date, format_date_range, format_hours, format_time
from tpbis_events.programmes.model import SessionDay
from tpbis_events.reports.attendance_sheet import AttendancePaper, Line, SheetWords, draw
from tpbis_events.reports.columns import text_of
from tpbis_events.reports.letterhead import letterhead
from tpbis_events.reports.lists import Words

WALK_IN_ROWS = 20
_TITLE, _WALK_IN = _l("Attendance list"), _l("Attendance list of those not registered")
_TO_FILL_IN = "............"
_PRESENT, _ON_SHEET, _ROW, _DAY, _NUMBER = _l("present"), _l("signed on sheet"), _l("row"), _l("day"), _l("Number")


def sheet_to_sign(day: SessionDay, printed: Printed) -> bytes:
    """The sheet of a printing as it goes to the table: rows to sign, and blank ones for who wasn't expected."""
    guests = guests_in_rows(printed.rows, numbers=printed.numbers)
    words = Words(guests, day.session)
    lines = tuple(_line(guest, words) for guest in guests)
    counts = (
        (_l("Registered"), len(lines)),
        (_l("Present"), _TO_FILL_IN),
        (_l("Not registered before"), _TO_FILL_IN),
    )
    paper = _paper(words, day, lines, printed.number, printed.code, counts=counts, blank_rows=printed.blank_rows)
    return draw(paper)


def sheet_as_signed(day: SessionDay, number: str, *, numbers: bool = False, signatures: bool = True) -> bytes:
    """The list for the file: who was there, with the signature drawn on a screen, or since when and on what paper she signed; at
    the end those who came and have lost their seat since, as one whose place somebody else took on the second day.

    `numbers` and `signatures` only for who may see them.
    """
    guests = guests_of(day.session, numbers=numbers)
    seated = {guest.registration_id for guest in guests}
    guests += guests_in_rows([each for each in present_on(day.id) if each not in seated], numbers=numbers)
    words = Words(guests, day.session)
    there = attended_days([guest.registration_id for guest in guests])
    signed, marked = signatures_of(day.id) if signatures else {}, marked_rows(day.id)
    lines = []
    for guest in guests:
        presence = there[guest.registration_id].get(day.id)
        note = words(_l("not present"))
        if presence:
            since = words.each(lambda to, at=presence.checked_in_at: format_time(at, day.session.zone, to))  # type: ignore[misc]
            note = f"{words(_PRESENT)}, {since}"
        if mark := marked.get(guest.registration_id):
            note += f"; {words(_ON_SHEET)} {grouped(mark.code)}, {words(_ROW)} {mark.row}"
        lines.append(_line(guest, words, strokes=signed.get(guest.registration_id, ()) if presence else (), note=note))
    present = sum(1 for guest in guests if day.id in there[guest.registration_id])
    counts = ((_l("Registered"), len(lines)), (_l("Present"), present))
    return draw(_paper(words, day, tuple(lines), number, "", counts=counts))


def walk_in_sheet(day: SessionDay, rows: int = WALK_IN_ROWS) -> bytes:
    """Empty rows for who comes without a registration; the role's column asks for a contact instead."""
    words = Words((), day.session)
    counts = ((_l("Present"), _TO_FILL_IN),)
    return draw(_paper(words, day, (), "", "", counts=counts, title=_WALK_IN, blank_rows=rows))


def file_name(day: SessionDay) -> str:
    return f"daftar-hadir-{day.session.slug}-hari-{day.number}-{day.local_date.isoformat()}.pdf"


def sheet_url(code: str) -> str:
    """What the QR code of a sheet opens; it begins with the configured base."""
    return f"{current_app.config['BASE_URL']}/office/sheets/{code}"


def _line(guest: Guest, words: Words, **more: Any) -> Line:
    return Line(
        name=guest.name,
        below_name=f"NIP {guest.nip}" if guest.nip else "",
        position=guest.position,
        institution=guest.institution,
        role=words.kept(guest.role, "name"),
        **more,
    )


def _paper(
    words: Words,
    day: SessionDay,
    lines: tuple[Line, ...],
    number: str,
    code: str,
    *,
    counts: tuple[tuple[Any, int | str], ...],
    title: Any = _TITLE,
    blank_rows: int = 0,
) -> AttendancePaper:
    session, walk_in = day.session, title is _WALK_IN
    place = session.place
    on = words.each(lambda to: format_date(day.local_date, to))
    facts = (
        (words(_l("Event")), words.each(lambda to: text_of(session.event, "name", to))),
        (words(_l("Session")), words.kept(session, "name")),
        (words(_l("Day, date")), f"{on}" + (f" ({words(_DAY)} {day.number})" if len(session.days) > 1 else "")),
        (
            words(_l("Hours")),
            words.each(lambda to: format_hours(day.starts_at, day.ends_at, session.zone, to)),
        ),
        (words(_l("Place")), place),
    )
    said = SheetWords(
        title=words(title),
        number=f"{words(_NUMBER)}: {number}" if number else "",
        facts=facts,
        headings=(
            words(_l("No.")),
            words(_l("Name and NIP")) if any(each.below_name for each in lines) or walk_in else words(_l("Name")),
            words(_l("Position and institution")),
            words(_l("WhatsApp number or e-mail")) if walk_in else words(_l("Role")),
            words(_l("Signature")),
        ),
        page=words(_l("page %(page)s of %(pages)s")),
        sheet_code=words(_l("Code of this sheet")),
        counts=tuple(f"{words(label)}: {number}" for label, number in counts),
        signed_at=f"{session.city}, {format_date_range([day.local_date], 'id')}",
        signs=words(_l("Officer in charge")),
        scan=words(_l("Scan the code to key in who signed.")) if code else "",
    )
    running = " · ".join(part for part in (said.title, number, session.name_id, on) if part)
    return AttendancePaper(letterhead(), said, lines, code, sheet_url(code) if code else "", running, blank_rows)
