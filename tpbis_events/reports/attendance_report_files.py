"""The attendance report as XLSX, a sheet for each view, and as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from xlsxwriter import Workbook

from tpbis_events.foundation import clock
from tpbis_events.places.local_time import format_date, format_datetime
from tpbis_events.places.provinces import is_province, province
from tpbis_events.programmes.model import Session
from tpbis_events.reports.attendance_report import Kept, Report
from tpbis_events.reports.columns import text_of
from tpbis_events.reports.lists import ISSUER
from tpbis_events.reports.paper import NILA, SOGA, Cut, Head, Paper

HEADINGS: tuple[Any, ...] = (
    _l("Expected"),
    _l("Came"),
    _l("Percent"),
    _l("Late"),
    _l("On site"),
    _l("Online"),
    _l("JP attended"),
    _l("Without signature"),
)
NOTES: tuple[Any, ...] = (
    _l("Of a session of several days each day counts; days that have not begun are not counted."),
    _l("JP attended: the hours of the agenda times those who attended them."),
    _l("Without signature: came on site, and signed neither a screen nor a sheet that was keyed back."),
)

Block = tuple[str, str, list[tuple[str, Kept]]]  # the title, what its rows are, the rows


def values(kept: Kept) -> list[int]:
    """The figures in the order of HEADINGS."""
    tally = kept.tally
    return [
        tally.expected,
        tally.inside,
        tally.percent,
        tally.late,
        tally.onsite,
        tally.online,
        kept.jp,
        kept.unsigned,
    ]


def place(session: Session, language: str) -> str:
    """What a session is called in the report: its province, else its own name."""
    code = session.province_code
    return province(code).name(language) if code and is_province(code) else text_of(session, "name", language)


def blocks(report: Report, language: str) -> list[Block]:
    """The views of a report, each with its rows; those of one row that the total says already are left out."""
    by_day = sorted(report.by_day, key=lambda each: (each[1].local_date, place(each[0], language)))
    several = {session.id for session, day, _kept in report.by_day if day.number > 1}
    days = [
        (
            f"{place(session, language)}, {format_date(day.local_date, language)}"
            if session.id in several or len(report.by_date) > 1
            else place(session, language),
            kept,
        )
        for session, day, kept in by_day
    ]
    waves = [
        (_("Wave %(number)s", number=number) if number is not None else _("Without a wave"), kept)
        for number, kept in report.by_wave
    ]
    roles = [(text_of(role, "name", language), kept) for role, kept in report.by_role]
    dates = [(format_date(on, language), kept) for on, kept in report.by_date]
    found: list[Block] = [
        (_("By session and day"), _("Session"), days),
        (_("By wave"), _("Wave"), waves),
        (_("By role"), _("Role"), roles),
        (_("By date"), _("Date"), dates),
    ]
    return [block for block in found if len(block[2]) > 1]


def write_xlsx(file: IO[bytes], report: Report, language: str) -> None:
    """A first sheet with the total and what the figures mean, then one for each view."""
    with force_locale(language):
        workbook = Workbook(file)
        bold = workbook.add_format({"bold": True, "bg_color": "#E7EAF3", "border": 1, "text_wrap": True})
        workbook.set_properties({"title": _("Attendance report"), "author": ISSUER[0]})
        first = workbook.add_worksheet(_("Summary"))
        first.set_column(0, 0, 60)
        first.write_string(0, 0, text_of(report.event, "name", language), bold)
        first.write_string(1, 0, _as_of(report, language))
        for line, (label, value) in enumerate(zip(HEADINGS, values(report.total), strict=True), start=3):
            first.write_string(line, 0, str(label))
            first.write_number(line, 1, value)
        for line, note in enumerate(NOTES, start=12):
            first.write_string(line, 0, str(note))
        for title, what, rows in blocks(report, language):
            _sheet(workbook, bold, title, [what, *(str(each) for each in HEADINGS)], rows)
        workbook.close()


def _sheet(workbook: Any, bold: Any, title: str, headings: Sequence[str], rows: Sequence[tuple[str, Kept]]) -> None:
    sheet = workbook.add_worksheet(title[:31])
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, len(headings) - 1, 12)
    sheet.freeze_panes(1, 1)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    for line, (label, kept) in enumerate(rows, start=1):
        sheet.write_string(line, 0, label)
        for column, value in enumerate(values(kept), start=1):
            sheet.write_number(line, column, value)
    sheet.autofilter(0, 0, len(rows), len(headings) - 1)


def draw_pdf(report: Report, language: str) -> bytes:
    """The same on A4: the total, bars of expected and came, tables."""
    with force_locale(language):
        title = _("Attendance report")
        paper = Paper(lang=language, title=title, page_words=_("Page") + " %(page)s")
        name = text_of(report.event, "name", language)
        paper.begin(Head(ISSUER[language == "en"], title, (name, _as_of(report, language))))
        headings = [str(each) for each in HEADINGS]
        paper.table([Cut(each, 1, right=True) for each in headings], [_texts(report.total)])
        for note in NOTES:
            paper.words(str(note))
        for block, what, rows in blocks(report, language):
            paper.heading(block)
            paper.legend([(headings[0], NILA), (headings[1], SOGA)])
            paper.bars([(label, ((kept.tally.expected, NILA), (kept.tally.inside, SOGA))) for label, kept in rows])
            cuts = [Cut(what, 3.4), *(Cut(each, 1.15, right=True) for each in headings)]
            paper.table(cuts, [[label, *_texts(kept)] for label, kept in rows])
        return paper.finish()


def _texts(kept: Kept) -> list[str]:
    return [f"{value} %" if place == 2 else str(value) for place, value in enumerate(values(kept))]


def _as_of(report: Report, language: str) -> str:
    return str(_("As of %(moment)s", moment=format_datetime(clock.now(), report.event.zone, language)))
