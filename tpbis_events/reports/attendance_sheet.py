"""The attendance sheet (daftar hadir) of one day as PDF, A4 standing: to be signed, or with the signatures drawn on a screen.

Every page has the header of the table, the sheet's QR code and short code, and "halaman 1 dari 3"; signature fields
alternate left and right, as Indonesian lists have them, so that each hand has the height of two rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tpbis_events.attendance.signatures import Stroke
from tpbis_events.certificates.fonts import BOLD, SERIF
from tpbis_events.certificates.layout import Fit
from tpbis_events.certificates.sheet import Sheet
from tpbis_events.foundation.codes import grouped
from tpbis_events.reports.boxes import A4, INK, LINE, NILA, SOFT, Box, drawn, filled, framed, in_box, line, qr
from tpbis_events.reports.letterhead import Letterhead, draw_letterhead

WIDTH, HEIGHT = A4
SIDE, TOP, FOOT = 40.0, 34.0, 82.0
INNER = WIDTH - 2 * SIDE
ROW, HEADING_ROW, CLOSING = 30.0, 24.0, 106.0
QR_SIDE = 50.0
SHARES = (5, 28, 31, 14, 22)
_BAND = (0.93, 0.94, 0.97)
_CELL, _SMALL = Fit(SERIF, 9, 7.5, 5.5, 2), Fit(SERIF, 7.5, 6.5, 5.5)
_BELOW = Fit(SERIF, 7.5, 6, 5, 2)
_LABEL = Fit(BOLD, 8.5, 7, 6, 2)


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `below_name` is the NIP, `note` stands in the signature field where there is no drawn signature."""

    name: str = ""
    below_name: str = ""
    position: str = ""
    institution: str = ""
    role: str = ""
    strokes: Sequence[Stroke] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Everything on it that isn't a person's, already in the languages of the session."""

    title: str
    number: str  # "Nomor: ...", empty when there is none
    facts: tuple[tuple[str, str], ...]  # label, value
    headings: tuple[str, str, str, str, str]
    page: str  # "Halaman %(page)s dari %(pages)s"
    sheet_code: str
    counts: tuple[str, ...]  # lines to be filled in at the end
    signed_at: str  # place and date
    signs: str
    scan: str


@dataclass(frozen=True, slots=True)
class AttendancePaper:
    letterhead: Letterhead
    words: SheetWords
    lines: tuple[Line, ...]
    code: str  # of the printing, empty for none
    url: str  # what the QR code says
    running: str  # what the pages after the first are called by
    blank_rows: int = 0
    blank: Line = field(default_factory=Line)


def draw(paper: AttendancePaper) -> bytes:
    """The PDF; the same bytes for the same facts. Someone without a name, and an empty list, are drawn as they are."""
    sheet = Sheet(WIDTH, HEIGHT, lang="id-ID", title=paper.running, author=paper.letterhead.lines[0], subject="")
    lines = [*paper.lines, *[paper.blank] * paper.blank_rows]
    top = HEIGHT - TOP
    first = _below_heading(paper, top)
    pages = paginate(len(lines), _rows_in(first), _rows_in(top - 16), -(-int(CLOSING + 12) // int(ROW)))
    begin = 0
    for number, count in enumerate(pages, start=1):
        if number > 1:
            sheet.canvas.showPage()
            in_box(sheet, paper.running, Box(SIDE, top, INNER, 12), Fit(SERIF, 8.5, 7, 6), "left", SOFT)
        y = _heading(sheet, paper, top) if number == 1 else top - 16
        y = _table(sheet, paper, y, lines[begin : begin + count], begin)
        begin += count
        if number == len(pages):
            _closing(sheet, paper, y - 12)
        _foot(sheet, paper, number, len(pages))
    return sheet.finish()


def paginate(rows: int, first: int, further: int, closing: int) -> list[int]:
    """How many rows stand on each page, so that the end of the sheet never stands on a page without a row, if there are any.

    `first` and `further` are how many fit on the first page and on the others; the closing block takes the room of `closing`.
    """
    pages: list[int] = []
    while True:
        room = further if pages else first
        if rows <= room - closing:
            return [*pages, rows]
        taken = (
            min(room, max(rows - 3, 1)) if rows > 1 else 0
        )  # three rows at least above the end, where there are so many
        if not taken:
            return [*pages, rows]
        pages.append(taken)
        rows -= taken


def _rows_in(top: float) -> int:
    return int((top - HEADING_ROW - FOOT) // ROW)


def _below_heading(paper: AttendancePaper, top: float) -> float:
    return top - paper.letterhead.height - 4 - 22 - (14 if paper.words.number else 0) - 14 * len(paper.words.facts) - 12


def _heading(sheet: Sheet, paper: AttendancePaper, top: float) -> float:
    y = draw_letterhead(sheet, paper.letterhead, Box(SIDE, top, INNER, 80))
    words = paper.words
    in_box(sheet, words.title.upper(), Box(SIDE, y, INNER, 22), Fit(BOLD, 15, 11, 8), "middle")
    y -= 22
    if words.number:
        in_box(sheet, words.number, Box(SIDE, y, INNER, 14), Fit(SERIF, 10, 8, 6), "middle")
        y -= 14
    y -= 6
    for label, value in words.facts:
        in_box(sheet, label, Box(SIDE, y, 92, 14), Fit(SERIF, 9.5, 8, 6))
        in_box(sheet, ":", Box(SIDE + 94, y, 6, 14), Fit(SERIF, 9.5, 8, 6))
        in_box(sheet, value, Box(SIDE + 102, y, INNER - 102, 14), Fit(SERIF, 9.5, 7, 5.5))
        y -= 14
    return _below_heading(paper, top)


def _table(sheet: Sheet, paper: AttendancePaper, y: float, lines: Sequence[Line], begin: int) -> float:
    widths = [INNER * share / sum(SHARES) for share in SHARES]
    edges = [SIDE + sum(widths[:place]) for place in range(len(widths) + 1)]
    top = y
    filled(sheet, Box(SIDE, y, INNER, HEADING_ROW), _BAND)
    for place, heading in enumerate(paper.words.headings):
        in_box(sheet, heading, Box(edges[place], y, widths[place], HEADING_ROW).inside(3), _LABEL, "middle", NILA)
    y -= HEADING_ROW
    for number, each in enumerate(lines, start=begin + 1):
        line(sheet, (SIDE, y), (SIDE + INNER, y), LINE, 0.6)
        cells = [Box(edges[place], y, widths[place], ROW).inside(4, 2) for place in range(5)]
        in_box(sheet, f"{number}", cells[0], _CELL, "middle")
        _two(sheet, each.name, each.below_name, cells[1])
        _two(sheet, each.position, each.institution, cells[2])
        in_box(sheet, each.role, cells[3], Fit(SERIF, 8, 7, 5.5, 3))
        _signature(sheet, each, number, Box(edges[4], y, widths[4], ROW))
        y -= ROW
    framed(sheet, Box(SIDE, top, INNER, top - y), NILA, 0.8)
    for edge in edges[1:-1]:
        line(sheet, (edge, top), (edge, y), LINE, 0.6)
    line(sheet, (SIDE, top - HEADING_ROW), (SIDE + INNER, top - HEADING_ROW), NILA, 0.8)
    return y


def _two(sheet: Sheet, first: str, second: str, box: Box) -> None:
    """One text, or one above the other."""
    if not (first and second):
        in_box(sheet, first or second, box, _CELL)
        return
    upper = box.height * (0.5 if len(second) > 45 else 0.58)
    in_box(sheet, first, Box(box.x, box.top, box.width, upper), _CELL)
    in_box(sheet, second, Box(box.x, box.top - upper, box.width, box.height - upper), _BELOW, colour=SOFT)


def _signature(sheet: Sheet, each: Line, number: int, box: Box) -> None:
    """Odd numbers sign at the left, even ones at the right; a note has the whole field."""
    if each.note and not each.strokes:
        in_box(sheet, f"{number}.", Box(box.x + 4, box.top - 2, 18, 10), _SMALL, upper=True)
        in_box(
            sheet, each.note, Box(box.x + 20, box.top - 2, box.width - 24, box.height - 4), Fit(SERIF, 7.5, 6.5, 5, 3)
        )
        return
    left = box.x + 4 if number % 2 else box.x + box.width / 2 + 2
    width = box.width / 2 - 6
    in_box(sheet, f"{number}.", Box(left, box.top - 2, 18, 10), _SMALL, upper=True)
    if each.strokes:
        drawn(sheet, each.strokes, Box(left + 10, box.top - 2, width - 10, box.height - 4))
    else:
        line(sheet, (left + 12, box.foot + 6), (left + width, box.foot + 6), LINE, 0.6, "1 2")


def _closing(sheet: Sheet, paper: AttendancePaper, y: float) -> None:
    """The counts to be filled in, and the place where the officer signs."""
    words, middle = paper.words, SIDE + INNER * 0.58
    for number, text in enumerate(words.counts):
        in_box(sheet, text, Box(SIDE, y - 15 * number, INNER * 0.5, 14), Fit(SERIF, 9, 7.5, 6))
    width = SIDE + INNER - middle
    for number, text in enumerate((words.signed_at, words.signs)):
        in_box(sheet, text, Box(middle, y - 13 * number, width, 13), Fit(SERIF, 9.5, 8, 6), "middle")
    line(sheet, (middle + 12, y - 82), (middle + width - 12, y - 82), INK, 0.5, "1 2")
    in_box(sheet, "NIP", Box(middle + 12, y - 84, 30, 13), Fit(SERIF, 9, 8, 6))


def _foot(sheet: Sheet, paper: AttendancePaper, page: int, pages: int) -> None:
    foot, beside = 22.0, SIDE
    line(sheet, (SIDE, foot + QR_SIDE + 6), (SIDE + INNER, foot + QR_SIDE + 6), LINE, 0.5)
    if paper.code:
        qr(sheet, paper.url, SIDE, foot, QR_SIDE)
        beside = SIDE + QR_SIDE + 8
        in_box(sheet, paper.words.sheet_code, Box(beside, foot + 44, 220, 11), _SMALL, colour=SOFT)
        in_box(sheet, grouped(paper.code), Box(beside, foot + 33, 220, 15), Fit(BOLD, 12, 12, 12))
    in_box(sheet, paper.words.scan, Box(beside, foot + 16, 270, 12), Fit(SERIF, 7, 6, 5), colour=SOFT)
    told = paper.words.page % {"page": page, "pages": pages}
    in_box(sheet, told, Box(WIDTH - SIDE - 200, foot + 34, 200, 13), Fit(SERIF, 9, 8, 6), "right")
