"""The report of an edition as XLSX with charts and as PDF with bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from xlsxwriter import Workbook

from tpbis_events.foundation import clock
from tpbis_events.places.local_time import format_date, local_date
from tpbis_events.places.provinces import is_province, province
from tpbis_events.programmes.model import Session
from tpbis_events.reports.columns import text_of
from tpbis_events.reports.edition import Figures, Report
from tpbis_events.reports.lists import ISSUER
from tpbis_events.reports.paper import NILA, SOGA, Cut, Head, Paper
from tpbis_events.reports.words import EMPLOYMENTS

ZONE = "Asia/Jakarta"
_HEADINGS: tuple[Any, ...] = (
    _l("Seats (number)"),
    _l("Registrations"),
    _l("Seated"),
    _l("Waiting list"),
    _l("Attended"),
    _l("Certificates"),
)
_SEATED, _ATTENDED = 2, 4

Block = tuple[str, str, list[tuple[str, Figures]]]  # the title, what its rows are, the rows


def _values(figures: Figures) -> list[int]:
    return [getattr(figures, name) for name in figures.__slots__]


def _blocks(report: Report, language: str) -> list[Block]:
    roles = [(text_of(role, "name", language), figures) for role, figures in report.by_role]
    sessions = [(_place(session, language), figures) for session, figures in report.by_session]
    waves = [
        (_("Wave %(number)s", number=number) if number is not None else _("Without a wave"), figures)
        for number, figures in report.by_wave
    ]
    return [
        (_("By role"), _("Role"), roles),
        (_("By province"), _("Province"), sessions),
        (_("By wave"), _("Wave"), waves),
    ]


def _place(session: Session, language: str) -> str:
    code = session.province_code
    return province(code).name(language) if code and is_province(code) else text_of(session, "name", language)


def _notes() -> list[str]:
    return [
        _("Attended: had a seat and was checked in on one day at least."),
        _(
            "Sex is not asked at registration, so the report leaves it out. Tests and evaluation have a file of their own."
        ),
        _("What kind of agency an institution is, is not asked; employment is."),
    ]


def _employments(report: Report) -> list[tuple[str, int]]:
    return [(str(EMPLOYMENTS[kind]) if kind else _("not told"), number) for kind, number in report.by_employment]


def write_xlsx(file: IO[bytes], report: Report, language: str) -> None:
    """A sheet for each view with its chart, and one that says what the figures mean."""
    with force_locale(language):
        workbook = Workbook(file)
        bold = workbook.add_format({"bold": True, "bg_color": "#E7EAF3", "border": 1})
        workbook.set_properties({"title": _("Report of the event"), "author": ISSUER[0]})
        first = workbook.add_worksheet(_("Summary"))
        first.set_column(0, 0, 60)
        first.write_string(0, 0, text_of(report.scope.event, "name", language), bold)
        for place, (label, value) in enumerate(zip(_HEADINGS, _values(report.total), strict=True), start=2):
            first.write_string(place, 0, str(label))
            first.write_number(place, 1, value)
        for place, note in enumerate(_notes(), start=10):
            first.write_string(place, 0, note)
        for title, what, rows in _blocks(report, language):
            _sheet(
                workbook,
                bold,
                title,
                [what, *(str(each) for each in _HEADINGS)],
                [(label, _values(figures)) for label, figures in rows],
                (_SEATED, _ATTENDED),
            )
        employments = [(label, [number]) for label, number in _employments(report)]
        _sheet(workbook, bold, _("By employment"), [_("Employment status"), _("Seated")], employments, (0,))
        workbook.close()


def _sheet(
    workbook: Any,
    bold: Any,
    title: str,
    headings: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int]]],
    shown: tuple[int, ...],
) -> None:
    sheet = workbook.add_worksheet(title)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, len(headings) - 1, 13)
    sheet.freeze_panes(1, 1)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
    for number, (label, values) in enumerate(rows, start=1):
        sheet.write_string(number, 0, label)
        for place, value in enumerate(values, start=1):
            sheet.write_number(number, place, value)
    if not rows:
        return
    chart = workbook.add_chart({"type": "bar"})
    for place, colour in zip(shown, ("#213369", "#8C5429"), strict=False):
        column = place + 1
        chart.add_series(
            {
                "name": [title, 0, column],
                "categories": [title, 1, 0, len(rows), 0],
                "values": [title, 1, column, len(rows), column],
                "fill": {"color": colour},
            }
        )
    chart.set_y_axis({"reverse": True})
    chart.set_title({"name": title})
    chart.set_size({"width": 760, "height": 140 + 26 * len(rows)})
    sheet.insert_chart(0, len(headings) + 1, chart)


def draw_pdf(report: Report, language: str) -> bytes:
    """The same figures on A4: totals, bars and tables."""
    with force_locale(language):
        title = _("Report of the event")
        paper = Paper(lang=language, title=title, page_words=_("Page") + " %(page)s")
        made = format_date(local_date(clock.now(), ZONE), language)
        name = text_of(report.scope.event, "name", language)
        paper.begin(Head(ISSUER[language == "en"], title, (name, _("As of %(day)s", day=made))))
        headings = [str(each) for each in _HEADINGS]
        paper.table([Cut(each, 1, right=True) for each in headings], [[str(each) for each in _values(report.total)]])
        for note in _notes():
            paper.words(note)
        for block, what, rows in _blocks(report, language):
            if not rows:
                continue
            paper.heading(block)
            paper.legend([(headings[_SEATED], NILA), (headings[_ATTENDED], SOGA)])
            paper.bars([(label, ((figures.seated, NILA), (figures.attended, SOGA))) for label, figures in rows])
            cuts = [Cut(what, 3.6), *(Cut(each, 1.15, right=True) for each in headings)]
            paper.table(cuts, [[label, *(str(each) for each in _values(figures))] for label, figures in rows])
        employments = _employments(report)
        if employments:
            paper.heading(_("By employment"))
            paper.bars([(label, ((number, NILA),)) for label, number in employments])
        return paper.finish()
