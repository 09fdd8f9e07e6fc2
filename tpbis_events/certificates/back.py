"""The back of a certificate: the lessons that were attended, who gave them, and their JP, with the sum."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.certificates.facts import CertificateFacts, Lesson
from tpbis_events.certificates.fonts import BOLD, DISPLAY, ITALIC, SERIF
from tpbis_events.certificates.front import MINUTES_PER_JP, draw_ground
from tpbis_events.certificates.layout import Fit, Fitted, fit
from tpbis_events.certificates.layouts import Layout, colour_of, layout_of
from tpbis_events.certificates.lines import INK, SOFT, Column, Line, set_lines
from tpbis_events.certificates.sheet import Colour, Sheet

_TITLE, _ENGLISH = Fit(SERIF, 10.5, 8.5, 6.5, 2), Fit(ITALIC, 8.5, 7.5, 6, 2)
_LABEL = Fit(BOLD, 9, 8, 7)
LEAST = 0.72  # how far the rows may shrink before a further page is begun
_GAP = 12.0


@dataclass(frozen=True, slots=True)
class _Row:
    """A lesson's cells as they fit, and the height that it takes."""

    lesson: Lesson
    number: int
    title: Fitted
    english: Fitted | None
    speakers: Fitted
    height: float


@dataclass(frozen=True, slots=True)
class _Table:
    """Where the columns stand (points), the same on each page."""

    number: Column
    title: Column
    speakers: Column
    jp: Column


def draw_back(sheet: Sheet, facts: CertificateFacts) -> None:
    """On one page if it can be, else on as many as it takes; every page has the ground and the heading of the first."""
    layout = layout_of(facts.layout)
    table = _table(layout)
    head, foot = 118.0, 50.0
    room = layout.top - layout.foot - head - foot
    scale = 1.0
    while True:
        rows = [_row(lesson, number, table, scale) for number, lesson in enumerate(facts.lessons, start=1)]
        if sum(row.height for row in rows) <= room or scale <= LEAST:
            break
        scale = max(LEAST, scale * 0.93)
    pages = _pages(rows, room)
    for place, on_page in enumerate(pages):
        sheet.next_page()
        draw_ground(sheet, facts, layout)
        y = _heading(sheet, facts, layout, table)
        for row in on_page:
            y = _draw_row(sheet, facts, table, row, y)
        _ends(sheet, facts, layout, table, y, last=place == len(pages) - 1)


def _table(layout: Layout) -> _Table:
    left, right = layout.left + 6, layout.right - 6
    jp, speakers = right - 52, right - 52 - _GAP - (right - left) * 0.32
    return _Table(
        Column(left, left + 22, False),
        Column(left + 26, speakers - _GAP, False),
        Column(speakers, jp - _GAP, False),
        Column(jp, right, False),
    )


def _row(lesson: Lesson, number: int, table: _Table, scale: float) -> _Row:
    title = fit(lesson.title_id, _TITLE, table.title.width, scale)
    same = lesson.title_en in ("", lesson.title_id)
    english = None if same else fit(lesson.title_en, _ENGLISH, table.title.width, scale)
    speakers = fit(lesson.speakers, _TITLE, table.speakers.width, scale)
    told = _high(title) + (_high(english) if english else 0)
    return _Row(lesson, number, title, english, speakers, max(told, _high(speakers)) + 7 * scale)


def _high(done: Fitted) -> float:
    return sum(each.ascent + each.descent for each in done.lines) * done.size


def _pages(rows: list[_Row], room: float) -> list[list[_Row]]:
    pages: list[list[_Row]] = [[]]
    used = 0.0
    for row in rows:
        if pages[-1] and used + row.height > room:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += row.height
    return pages


def _heading(sheet: Sheet, facts: CertificateFacts, layout: Layout, table: _Table) -> float:
    """Title, whose certificate it is, and the names of the columns; where the first row begins."""
    colour, accent = colour_of(facts.colour), colour_of(facts.accent)
    column = Column(layout.left, layout.right, layout.centred)
    y = layout.top
    for line in (
        Line("Materi dan Jam Pelajaran", Fit(DISPLAY, 22, 16, 12), 0, colour),
        Line("Programme and learning hours", Fit(ITALIC, 11, 9, 7), -2, accent, "en"),
        Line(f"{facts.full_name} · {facts.number}", Fit(SERIF, 10, 7, 5.5, 2), 4),
        Line(facts.event_name_id, Fit(SERIF, 9.5, 7, 5.5, 2), 0, SOFT),
    ):
        y = set_lines(sheet, line, fit(line.text, line.rule, column.width), column, y - line.above)
    y = min(y - 10, layout.top - 92)
    for cell, words in (
        (table.number, "No."),
        (table.title, "Materi / Topic"),
        (table.speakers, "Narasumber / Speaker"),
    ):
        set_lines(sheet, Line(words, _LABEL, 0, colour), fit(words, _LABEL, cell.width), cell, y)
    _right(sheet, "JP", table.jp, y, BOLD, 9, colour)
    sheet.rule(table.number.left, y - 15, table.jp.right - table.number.left, colour)
    return y - 20


def _draw_row(sheet: Sheet, facts: CertificateFacts, table: _Table, row: _Row, y: float) -> float:
    number = fit(str(row.number), _TITLE, table.number.width)
    set_lines(sheet, Line("", _TITLE, 0, SOFT), Fitted(number.lines, row.title.size), table.number, y)
    under = set_lines(sheet, Line("", _TITLE, 0, INK), row.title, table.title, y)
    if row.english:
        set_lines(sheet, Line("", _ENGLISH, 0, SOFT, "en"), row.english, table.title, under)
    set_lines(sheet, Line("", _TITLE, 0, INK), row.speakers, table.speakers, y)
    _right(sheet, str(row.lesson.jp), table.jp, y, SERIF, row.title.size, INK)
    y -= row.height
    sheet.rule(table.number.left, y + 3, table.jp.right - table.number.left, (0.86, 0.84, 0.80))
    return y


def _ends(sheet: Sheet, facts: CertificateFacts, layout: Layout, table: _Table, y: float, *, last: bool) -> None:
    """The sum below the last row, and at the foot of each page how to check it."""
    if last:
        words = "Jumlah / Total"
        set_lines(sheet, Line(words, _LABEL, 0, INK), fit(words, _LABEL, table.title.width), table.title, y - 2)
        _right(sheet, f"{sum(each.jp for each in facts.lessons)} JP", table.jp, y - 2, BOLD, 10.5, INK)
    told = f"1 JP = {MINUTES_PER_JP} menit / minutes · Kode periksa / Check code {facts.code} · {facts.check_url}"
    column = Column(layout.left, layout.right, layout.centred)
    rule = Fit(SERIF, 8, 6, 5)
    done = fit(told, rule, column.width)
    set_lines(sheet, Line(told, rule, 0, SOFT), done, column, layout.foot + 12)


def _right(sheet: Sheet, text: str, column: Column, y: float, face: str, size: float, colour: Colour) -> None:
    done = fit(text, Fit(face, size, size * 0.6, size * 0.5), column.width)
    width = done.lines[0].width * done.size
    set_lines(
        sheet,
        Line(text, Fit(face, size, size, size), 0, colour),
        done,
        Column(column.right - width, column.right, False),
        y,
    )
