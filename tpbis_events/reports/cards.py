"""Badges (A6, one to a page or four on A4 with marks to cut) and desk signs (A4, folded to a tent) as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tpbis_events.attendance.guests import Guest
from tpbis_events.certificates import shaping
from tpbis_events.certificates.fonts import BOLD, DISPLAY, SERIF
from tpbis_events.certificates.layout import Fit, Fitted
from tpbis_events.certificates.sheet import Sheet
from tpbis_events.places import countries
from tpbis_events.places.local_time import format_date_range
from tpbis_events.programmes.model import Session
from tpbis_events.reports.boxes import A4, A6, INK, LINE, NILA, SOFT, SOGA, Box, filled, in_box, line, qr, set_words
from tpbis_events.reports.letterhead import letterhead
from tpbis_events.reports.lists import Words

ISSUER = "Perpustakaan Nasional Republik Indonesia"
BAND, EDGE, TICKET = 34.0, 24.0, 78.0


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a badge or a sign, in the languages of the session."""

    name: str
    own_script_name: str
    role: str
    origin: str
    institution: str
    event: str
    where: str  # place and dates
    ticket: str
    reference: str
    issuer: str = ISSUER


def cards_of(session: Session, guests: Sequence[Guest]) -> list[Card]:
    """The facts of a session's cards."""
    words = Words(guests, session)
    dates = words.each(lambda to: format_date_range([day.local_date for day in session.days], to))
    where = " · ".join(part for part in (session.city, dates if session.days else "") if part)
    abroad, issuer = len(words.languages) > 1, letterhead().lines[0]
    return [
        Card(
            guest.full_name,
            guest.own_script_name or "",
            words.kept(guest.role, "name"),
            _country(guest) if abroad else guest.origin,
            guest.institution,
            words.kept(session.event, "name"),
            where,
            guest.ticket,
            guest.reference,
            issuer,
        )
        for guest in guests
    ]


def draw_badges(cards: Sequence[Card], *, four_up: bool) -> bytes:
    """A6 pages, or four on each page of A4; none at all is one page that is empty."""
    width, height = A4 if four_up else A6
    sheet = _sheet(width, height, "Tanda pengenal")
    for number, card in enumerate(cards):
        place = number % 4 if four_up else 0
        if number and not place:
            sheet.canvas.showPage()
        if four_up and not place:
            _cut_marks(sheet)
        x = width / 2 * (place % 2) if four_up else 0
        top = height - height / 2 * (place // 2) if four_up else height
        _badge(sheet, card, Box(x, top, A6[0], A6[1]))
    return sheet.finish()


def draw_desk_signs(cards: Sequence[Card]) -> bytes:
    """A4 lying, to be folded in the middle: the name on both sides, the upper one upside down."""
    width, height = A4[1], A4[0]
    sheet = _sheet(width, height, "Papan nama meja")
    for number, card in enumerate(cards):
        if number:
            sheet.canvas.showPage()
        line(sheet, (0, height / 2), (width, height / 2), LINE, 0.6, "6 4")
        _side(sheet, card, Box(0, height / 2, width, height / 2))
        sheet.operators(f"q -1 0 0 -1 {width:.2f} {height:.2f} cm")
        _side(sheet, card, Box(0, height / 2, width, height / 2))
        sheet.operators("Q")
    return sheet.finish()


def _sheet(width: float, height: float, title: str) -> Sheet:
    return Sheet(width, height, lang="id-ID", title=title, author=ISSUER, subject=title)


def _country(guest: Guest) -> str:
    """As her card says it: the country in both languages."""
    code = guest.country_code
    if not countries.is_country(code):
        return code
    return " / ".join(dict.fromkeys(countries.country_name(code, language) for language in ("id", "en")))


def _badge(sheet: Sheet, card: Card, box: Box) -> None:
    """From the top: issuer and event, name in both scripts, institution and origin; the role in a band; the ticket below."""
    inner = box.inside(EDGE, EDGE)
    in_box(sheet, card.issuer, Box(inner.x, inner.top, inner.width, 14), Fit(BOLD, 9, 7, 6, 2), "middle", NILA)
    in_box(sheet, card.event, Box(inner.x, inner.top - 16, inner.width, 26), Fit(SERIF, 9.5, 8, 6, 2), "middle")
    in_box(sheet, card.where, Box(inner.x, inner.top - 43, inner.width, 12), Fit(SERIF, 8, 7, 5.5), "middle", SOFT)
    line(sheet, (inner.x, inner.top - 59), (inner.x + inner.width, inner.top - 59), SOGA, 0.8)
    band = box.foot + EDGE + TICKET + 13
    _names(sheet, card, Box(inner.x, inner.top - 64, inner.width, inner.top - 64 - band - BAND - 44), 27)
    office = Box(inner.x, band + BAND + 40, inner.width, 24)
    in_box(sheet, card.institution, office, Fit(SERIF, 10, 8, 6, 2), "middle")
    in_box(sheet, card.origin, Box(inner.x, office.foot, inner.width, 14), Fit(SERIF, 9.5, 8, 6), "middle", SOFT)
    filled(sheet, Box(inner.x, band + BAND, inner.width, BAND), NILA)
    role = Box(inner.x + 8, band + BAND, inner.width - 16, BAND)
    in_box(sheet, card.role, role, Fit(BOLD, 15, 11, 7, 2), "middle", (1, 1, 1))
    qr(sheet, card.ticket, inner.x + (inner.width - TICKET) / 2, box.foot + EDGE, TICKET, "q")
    code = Box(inner.x, box.foot + EDGE - 7, inner.width, 10)
    in_box(sheet, f"{card.reference[:4]}-{card.reference[4:]}", code, Fit(SERIF, 7.5, 7.5, 7.5), "middle", SOFT)


def _side(sheet: Sheet, card: Card, box: Box) -> None:
    """One side of a desk sign: the name as large as it goes, below it role and institution."""
    inner = box.inside(48, 26)
    filled(sheet, Box(box.x + 24, box.foot + 22, box.width - 48, 5), NILA)
    _names(sheet, card, Box(inner.x, inner.top, inner.width, inner.height - 62), 66)
    in_box(sheet, card.role, Box(inner.x, inner.foot + 60, inner.width, 26), Fit(BOLD, 20, 14, 9), "middle", NILA)
    told = " · ".join(dict.fromkeys(part for part in (card.institution, card.origin) if part))
    in_box(sheet, told, Box(inner.x, inner.foot + 33, inner.width, 22), Fit(SERIF, 15, 10, 7, 2), "middle", SOFT)


def _names(sheet: Sheet, card: Card, box: Box, size: float) -> None:
    """The name and, smaller, the name in her own script: both in the middle of the box, smaller first, then on more lines."""
    own = shaping.clean(card.own_script_name)
    name, second = _fitted(card.name, DISPLAY, size, box.width, 3), None
    if own:
        second = _fitted(own, SERIF, size * 0.66, box.width, 2)
    parts = [(each, each.size) for each in (name, second) if each]
    whole = sum(_high(each) for each, _size in parts) + (size * 0.2 if second else 0)
    scale = min(1.0, box.height / whole) if whole else 1.0
    y = box.top - (box.height - whole * scale) / 2
    for each, full in parts:
        for shaped in each.lines:
            y -= shaped.ascent * full * scale
            x = box.x + (box.width - shaped.width * full * scale) / 2
            sheet.text(x, y, shaped, full * scale, INK)
            y -= shaped.descent * full * scale
        y -= size * 0.2 * scale


def _fitted(text: str, face: str, size: float, width: float, lines: int) -> Fitted:
    """On one line while that isn't too small, else on more."""
    clean = shaping.clean(text) or "–"
    return set_words(clean, Fit(face, size, size * 0.55, size * 0.25, lines), width)


def _high(done: Fitted) -> float:
    return sum(shaped.ascent + shaped.descent for shaped in done.lines) * done.size


def _cut_marks(sheet: Sheet) -> None:
    """Short lines at the edges and a cross in the middle: all that a printer leaves of a line to the edge."""
    width, height = A4
    for y in (0.0, height - 26):
        line(sheet, (width / 2, y), (width / 2, y + 26), SOFT, 0.4)
    for x in (0.0, width - 26):
        line(sheet, (x, height / 2), (x + 26, height / 2), SOFT, 0.4)
    line(sheet, (width / 2 - 10, height / 2), (width / 2 + 10, height / 2), SOFT, 0.4)
    line(sheet, (width / 2, height / 2 - 10), (width / 2, height / 2 + 10), SOFT, 0.4)
