"""Draw a certificate: the facts of one go in, one A4 page of PDF comes out, and nothing else is asked or remembered.

The same facts give the same bytes in every process and on every day, as long as the code, the fonts and the libraries
(zlib among them) stay the same; whoever keeps a checksum beyond an upgrade keeps the file too. Every text is drawn as
it is written: nothing in a name is ever markup. Both languages stand on the page, Indonesian first.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import segno

from tpbis_events.certificates import shaping
from tpbis_events.certificates.facts import CertificateFacts
from tpbis_events.certificates.fonts import BOLD, DISPLAY, ITALIC, SERIF
from tpbis_events.certificates.layout import Fit, Fitted, fit
from tpbis_events.certificates.ornament import INDIGO, SOGA, frame
from tpbis_events.certificates.sheet import Colour, Sheet

WIDTH, HEIGHT = 841.89, 595.28  # A4, lying; points
SIDE = 66.0  # text keeps this far from the left and right edge, inside the border
TOP, FOOT = 58.0, 57.0
TEXT_WIDTH = WIDTH - 2 * SIDE
QR_SIDE, SIGNATURE_WIDTH, ROOM_TO_SIGN = 76.0, 235.0, 36.0
MINUTES_PER_JP = 45  # one JP (jam pelajaran, learning hour) of Indonesian civil service training

INK: Colour = (0.11, 0.13, 0.18)
SOFT: Colour = (0.33, 0.35, 0.40)  # the English text: lighter, and still 7:1 on the paper


@dataclass(frozen=True, slots=True)
class _Line:
    """One text of the middle column: how it fits, its colour, language, letterspacing, and the air above it."""

    text: str
    rule: Fit
    above: float
    colour: Colour = INK
    lang: str = ""
    spacing: float = 0.0
    leading: float = 1.0


def draw(facts: CertificateFacts) -> bytes:
    """Draw the certificate and return its PDF: one page, A4 lying, fonts embedded, the same bytes for the same facts.

    Takes any text: what is too long is set smaller, then on two lines, then shortened; characters that no face covers
    become U+FFFD (ask ``undrawable`` first), emoji and control characters are left out.
    Refuses a ``check_url`` beyond what a QR code holds (about 1800 characters) with ``segno.DataOverflowError``.
    """
    facts = _cleaned(facts)
    sheet = Sheet(
        WIDTH,
        HEIGHT,
        lang="id-ID",
        title=f"Sertifikat {facts.number} – {facts.full_name}",
        author=facts.issuer_id,
        subject=f"{facts.event_name_id} / {facts.event_name_en}",
    )
    sheet.form("frame", frame(WIDTH, HEIGHT))
    signature = _signature(facts)  # fitted first, for its height; drawn in the order in which it is to be read aloud
    foot = max(QR_SIDE, sum(line.above + _height(line, done) for line, done in signature))
    _column(sheet, _lines(facts), HEIGHT - TOP, FOOT + foot + 6)
    _draw_signature(sheet, signature)
    _draw_check_block(sheet, facts)
    return sheet.finish()


def undrawable(facts: CertificateFacts) -> str:
    """The characters of these facts that would be printed as U+FFFD or left out; empty when the page will be whole."""
    texts = " ".join(v for v in (getattr(facts, f.name) for f in fields(facts)) if isinstance(v, str))
    return shaping.undrawable(texts)


def _cleaned(facts: CertificateFacts) -> CertificateFacts:
    values = {field.name: getattr(facts, field.name) for field in fields(facts)}
    texts: dict[str, Any] = {name: shaping.clean(value) for name, value in values.items() if isinstance(value, str)}
    texts["check_url"] = shaping.clean(facts.check_url, None)  # a shortened address would lead astray
    return replace(facts, **texts)


def _lines(facts: CertificateFacts) -> list[_Line]:
    """The middle column from the issuer down to the hours, without what this certificate doesn't say."""
    small, english = Fit(SERIF, 9.5, 7, 6, 2), Fit(ITALIC, 9, 7, 6, 2)
    office = ", ".join(part for part in (facts.position, facts.institution) if part)
    lines = [
        _Line(facts.issuer_id, Fit(BOLD, 10.5, 8, 7, 2), 0, INDIGO, spacing=0.04),
        _Line(facts.issuer_en, english, 0, SOFT, "en"),
        _Line("SERTIFIKAT", Fit(DISPLAY, 36, 30, 30), 8, INDIGO, spacing=0.16, leading=0.95),
        _Line("Certificate", Fit(ITALIC, 12.5, 12, 12), -1, SOGA, "en", spacing=0.04),
        _Line(f"Nomor / Number: {facts.number}", small, 4),
    ]
    if facts.version > 1:
        old = facts.version - 1
        lines.append(_Line(f"Versi {facts.version}, menggantikan versi {old}", small, 0, SOGA))
        lines.append(_Line(f"Version {facts.version}, replaces version {old}", english, -1, SOFT, "en"))
    lines += [
        _Line("diberikan kepada", small, 9),
        _Line("presented to", english, -1, SOFT, "en"),
        _Line(facts.full_name, Fit(DISPLAY, 36, 19, 6.5, 2), 4, INK),
        _Line(facts.own_script_name or "", Fit(SERIF, 17, 12, 6.5, 2), 0, INK),
        _Line(f"NIP {facts.nip}" if facts.nip else "", small, 4),
        _Line(office, Fit(SERIF, 11, 9, 6.5, 2), 3),
        _Line(f"sebagai {facts.role_id}" if facts.role_id else "", Fit(BOLD, 12, 9, 7, 2), 8, INDIGO),
        _Line(f"as {facts.role_en}" if facts.role_en else "", english, 0, SOFT, "en"),
        _Line(facts.event_name_id, Fit(SERIF, 16, 12, 7, 2), 7),
        _Line(facts.event_name_en, Fit(ITALIC, 11, 9, 6.5, 2), 0, SOFT, "en"),
        _Line(" · ".join(part for part in (facts.place, facts.dates_id) if part), Fit(SERIF, 10.5, 8, 6.5, 2), 5),
        _Line(_unless_same(facts.dates_en, facts.dates_id), english, 0, SOFT, "en"),
    ]
    if facts.jp > 0:
        hours = f"{facts.jp} learning hours" if facts.jp > 1 else "1 learning hour"
        lines.append(_Line(f"{facts.jp} JP (jam pelajaran @ {MINUTES_PER_JP} menit)", small, 4))
        lines.append(_Line(f"{hours} of {MINUTES_PER_JP} minutes", english, 0, SOFT, "en"))
    return [line for line in lines if line.text]


def _column(sheet: Sheet, lines: list[_Line], top: float, bottom: float) -> None:
    """Set the lines centred between top and bottom: all smaller where they are too high, with more air where not."""
    scale = 1.0
    while True:
        fitted = [fit(line.text, line.rule, TEXT_WIDTH / (1 + line.spacing * 1.7), scale) for line in lines]
        solid = sum(_height(line, done) for line, done in zip(lines, fitted, strict=True))
        air = sum(line.above for line in lines) * scale
        if solid + air <= top - bottom or scale < 0.3:
            break
        scale *= min(0.96, max(0.6, ((top - bottom) / (solid + air)) ** 0.5))
    open_gaps = sum(line.above for line in lines if line.above > 2)
    stretch = min(max(top - bottom - solid - air, 0) / max(open_gaps, 1), 0.9)
    left_over = top - bottom - solid - air - stretch * open_gaps
    y = top - left_over * 0.5
    for line, done in zip(lines, fitted, strict=True):
        y -= line.above * (scale + (stretch if line.above > 2 else 0))
        y = _centred(sheet, line, done, WIDTH / 2, y)


def _height(line: _Line, done: Fitted) -> float:
    return sum(each.ascent + each.descent for each in done.lines) * done.size * line.leading


def _centred(sheet: Sheet, line: _Line, done: Fitted, middle: float, y: float) -> float:
    """Draw the fitted lines below y, centred on ``middle``; answer where the next may begin."""
    for shaped in done.lines:
        count = sum(len(run.glyphs) for run in shaped.runs)
        width = (shaped.width + line.spacing * max(count - 1, 0)) * done.size
        baseline = y - shaped.ascent * done.size * line.leading
        sheet.text(middle - width / 2, baseline, shaped, done.size, line.colour, spacing=line.spacing, lang=line.lang)
        y -= (shaped.ascent + shaped.descent) * done.size * line.leading
    return y


def _signature(facts: CertificateFacts) -> list[tuple[_Line, Fitted]]:
    """Place, date, office, room to sign, and name."""
    place_and_date = ", ".join(part for part in (facts.issue_place, facts.issued_on_id) if part)
    english = Fit(ITALIC, 8.5, 7, 6, 2)
    lines = [
        _Line(place_and_date, Fit(SERIF, 9.5, 8, 6, 2), 0),
        _Line(_unless_same(facts.issued_on_en, facts.issued_on_id), english, 0, SOFT, "en"),
        _Line(facts.signatory_position_id, Fit(SERIF, 9.5, 8, 6, 2), 3),
        _Line(facts.signatory_position_en, english, 0, SOFT, "en"),
        _Line(facts.signatory_name, Fit(BOLD, 10.5, 8, 6, 2), ROOM_TO_SIGN),
    ]
    return [(line, fit(line.text, line.rule, SIGNATURE_WIDTH)) for line in lines if line.text]


def _unless_same(english: str, indonesian: str) -> str:
    """Nothing where both languages write alike: in April, September and November a date stands once."""
    return "" if english == indonesian else english


def _draw_signature(sheet: Sheet, signature: list[tuple[_Line, Fitted]]) -> None:
    """At the lower right, standing on the foot of the page."""
    y = FOOT + sum(line.above + _height(line, done) for line, done in signature)
    middle = WIDTH - SIDE - SIGNATURE_WIDTH / 2
    for line, done in signature:
        y -= line.above
        if line.above == ROOM_TO_SIGN:
            sheet.rule(middle - SIGNATURE_WIDTH * 0.38, y, SIGNATURE_WIDTH * 0.76, SOGA)
        y = _centred(sheet, line, done, middle, y)


def _draw_check_block(sheet: Sheet, facts: CertificateFacts) -> None:
    """The QR code with the address and code in words, at the lower left."""
    # A given mask: trying all eight takes as long as the rest of the page, and blurred, noisy images read no better.
    matrix = [bytes(row) for row in segno.make(facts.check_url, error="m", micro=False, mask=7).matrix]
    sheet.squares(SIDE, FOOT + 2, QR_SIDE / len(matrix), matrix, INK)
    sheet.link(facts.check_url, SIDE, FOOT + 2, QR_SIDE, QR_SIDE)
    x, y, width = SIDE + QR_SIDE + 12, FOOT + 2 + QR_SIDE, 230.0
    tiny, tiny_english = Fit(SERIF, 8, 6, 5, 3), Fit(ITALIC, 7.5, 6, 5, 2)
    lines = [
        _Line("Periksa keaslian di", tiny, 0),
        _Line("Verify at", tiny_english, 0, SOFT, "en"),
        _Line(facts.check_url, tiny, 1, INDIGO),
        _Line("Kode periksa / Check code", tiny, 4),
        _Line(facts.code, Fit(BOLD, 11, 8, 6, 2), 0, INK, spacing=0.05),
    ]
    if facts.specimen:
        lines.append(_Line("Dokumen contoh / Specimen", Fit(BOLD, 8.5, 8, 8), 4, SOGA))
    for line in lines:
        done = fit(line.text, line.rule, width)
        y -= line.above
        for shaped in done.lines:
            y -= shaped.ascent * done.size
            sheet.text(x, y, shaped, done.size, line.colour, spacing=line.spacing, lang=line.lang)
            y -= shaped.descent * done.size
