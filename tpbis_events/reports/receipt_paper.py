"""A receipt list (tanda terima) as PDF: who signs for how much, with totals in figures and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tpbis_events.certificates.fonts import BOLD, SERIF
from tpbis_events.certificates.layout import Fit
from tpbis_events.certificates.sheet import Sheet
from tpbis_events.places.rupiah import rupiah, terbilang
from tpbis_events.reports.attendance_sheet import paginate
from tpbis_events.reports.boxes import A4, INK, LINE, NILA, SOFT, Box, filled, framed, in_box, line
from tpbis_events.reports.letterhead import Letterhead, draw_letterhead

WIDTH, HEIGHT = A4
SIDE, TOP, FOOT = 40.0, 34.0, 46.0
INNER = WIDTH - 2 * SIDE
ROW, HEADING_ROW, CLOSING = 30.0, 24.0, 6  # the totals, words and signatures take the room of six rows
_CELL, _SMALL = Fit(SERIF, 9, 7.5, 5.5, 2), Fit(SERIF, 7.5, 6.5, 5.5, 2)
_LABEL = Fit(BOLD, 8.5, 7, 6, 2)


@dataclass(frozen=True, slots=True)
class Payee:
    name: str
    nip: str  # empty where there is none, or it may not be seen
    institution: str
    amount: int
    tax: int


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """Its words are Indonesian: it is a document of the state's accounts."""

    letterhead: Letterhead
    title: str
    facts: tuple[tuple[str, str], ...]
    payees: tuple[Payee, ...]
    signed_at: str


def draw_receipts(paper: ReceiptPaper) -> bytes:
    """The PDF. Without any tax, its two columns are left out; the last page has totals, words and who signs."""
    sheet = Sheet(
        WIDTH, HEIGHT, lang="id-ID", title=paper.title, author=paper.letterhead.lines[0], subject="Tanda terima"
    )
    taxed = any(payee.tax for payee in paper.payees)
    top = HEIGHT - TOP
    below = top - paper.letterhead.height - 26 - 14 * len(paper.facts) - 12
    first, further = (int((start - HEADING_ROW - FOOT) // ROW) for start in (below, top - 16))
    pages = paginate(len(paper.payees), first, further, CLOSING)
    begin = 0
    for number, count in enumerate(pages, start=1):
        if number > 1:
            sheet.canvas.showPage()
            in_box(sheet, paper.title, Box(SIDE, top, INNER, 12), Fit(SERIF, 8.5, 7, 6), "left", SOFT)
        else:
            _heading(sheet, paper, top)
        y = _table(sheet, paper, below if number == 1 else top - 16, begin, count, taxed, last=number == len(pages))
        begin += count
        if number == len(pages):
            _closing(sheet, paper, y - 8)
        told = f"halaman {number} dari {len(pages)}"
        in_box(sheet, told, Box(WIDTH - SIDE - 200, 34, 200, 12), Fit(SERIF, 8.5, 8, 6), "right")
    return sheet.finish()


def _heading(sheet: Sheet, paper: ReceiptPaper, top: float) -> None:
    y = draw_letterhead(sheet, paper.letterhead, Box(SIDE, top, INNER, 80))
    in_box(sheet, paper.title.upper(), Box(SIDE, y, INNER, 24), Fit(BOLD, 14, 10, 7, 2), "middle")
    y -= 30
    for label, value in paper.facts:
        in_box(sheet, label, Box(SIDE, y, 92, 14), Fit(SERIF, 9.5, 8, 6))
        in_box(sheet, f": {value}", Box(SIDE + 94, y, INNER - 94, 14), Fit(SERIF, 9.5, 7, 5.5))
        y -= 14


def _edges(taxed: bool) -> list[float]:
    shares = (5, 27, 22, 13, 11, 13, 20) if taxed else (5, 29, 25, 17, 24)
    whole = sum(shares)
    return [SIDE + INNER * sum(shares[:place]) / whole for place in range(len(shares) + 1)]


def _table(sheet: Sheet, paper: ReceiptPaper, top: float, begin: int, count: int, taxed: bool, *, last: bool) -> float:
    edges, y = _edges(taxed), top
    amounts = ("Jumlah bruto (Rp)", "Pajak (Rp)", "Diterima (Rp)") if taxed else ("Jumlah (Rp)",)
    filled(sheet, Box(SIDE, y, INNER, HEADING_ROW), (0.93, 0.94, 0.97))
    for place, heading in enumerate(("No.", "Nama dan NIP", "Instansi", *amounts, "Tanda tangan")):
        box = Box(edges[place], y, edges[place + 1] - edges[place], HEADING_ROW)
        in_box(sheet, heading, box.inside(3), _LABEL, "middle", NILA)
    y -= HEADING_ROW
    for number, payee in enumerate(paper.payees[begin : begin + count], start=begin + 1):
        line(sheet, (SIDE, y), (SIDE + INNER, y), LINE, 0.6)
        cells = [Box(edges[n], y, edges[n + 1] - edges[n], ROW).inside(4, 2) for n in range(len(edges) - 1)]
        in_box(sheet, f"{number}", cells[0], _CELL, "middle")
        upper = Box(cells[1].x, cells[1].top, cells[1].width, cells[1].height * (0.58 if payee.nip else 1))
        in_box(sheet, payee.name, upper, _CELL)
        lower = Box(upper.x, upper.foot, upper.width, cells[1].height - upper.height)
        in_box(sheet, f"NIP {payee.nip}" if payee.nip else "", lower, _SMALL, colour=SOFT)
        in_box(sheet, payee.institution, cells[2], Fit(SERIF, 8, 7, 5.5, 3))
        _amounts(sheet, (payee.amount, payee.tax), taxed, cells, _CELL)
        left = cells[-1].x + (0 if number % 2 else cells[-1].width / 2)
        in_box(sheet, f"{number}.", Box(left, y - 2, 20, 10), _SMALL, upper=True)
        line(sheet, (left + 12, y - ROW + 6), (left + cells[-1].width / 2 - 2, y - ROW + 6), LINE, 0.6, "1 2")
        y -= ROW
    if last:
        y = _totals(sheet, paper, edges, y, taxed)
    framed(sheet, Box(SIDE, top, INNER, top - y), NILA, 0.8)
    foot = y + (ROW - 6 if last else 0)
    for edge in edges[1:-1]:
        line(sheet, (edge, top), (edge, foot), LINE, 0.6)
    line(sheet, (SIDE, top - HEADING_ROW), (SIDE + INNER, top - HEADING_ROW), NILA, 0.8)
    return y


def _amounts(sheet: Sheet, told: tuple[int, int], taxed: bool, cells: Sequence[Box], rule: Fit) -> None:
    amount, tax = told
    for box, number in zip(cells[3:], (amount, tax, amount - tax) if taxed else (amount,), strict=False):
        in_box(sheet, rupiah(number), box, rule, "right")


def _totals(sheet: Sheet, paper: ReceiptPaper, edges: Sequence[float], y: float, taxed: bool) -> float:
    height = ROW - 6
    line(sheet, (SIDE, y), (SIDE + INNER, y), NILA, 0.8)
    cells = [Box(edges[n], y, edges[n + 1] - edges[n], height).inside(4, 2) for n in range(len(edges) - 1)]
    in_box(sheet, "Jumlah", Box(edges[0], y, edges[3] - edges[0], height).inside(6, 2), _LABEL, "right")
    _amounts(sheet, (sum(p.amount for p in paper.payees), sum(p.tax for p in paper.payees)), taxed, cells, _LABEL)
    return y - height


def _closing(sheet: Sheet, paper: ReceiptPaper, y: float) -> None:
    paid = sum(payee.amount - payee.tax for payee in paper.payees)
    words = f"Terbilang: {terbilang(paid)} rupiah"
    in_box(sheet, words, Box(SIDE, y, INNER, 24), Fit(BOLD, 9.5, 8, 6, 2))
    y -= 34
    half = INNER / 2
    for x, first, second in (
        (SIDE, "Mengetahui,", "Pejabat Pembuat Komitmen"),
        (SIDE + half, paper.signed_at, "Bendahara"),
    ):
        in_box(sheet, first, Box(x, y, half, 13), Fit(SERIF, 9.5, 8, 6), "middle")
        in_box(sheet, second, Box(x, y - 13, half, 13), Fit(SERIF, 9.5, 8, 6), "middle")
        line(sheet, (x + 40, y - 78), (x + half - 40, y - 78), INK, 0.5, "1 2")
        in_box(sheet, "NIP", Box(x + 40, y - 80, 30, 13), Fit(SERIF, 9, 8, 6))
