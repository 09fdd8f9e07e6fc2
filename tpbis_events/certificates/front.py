"""The front of a certificate: logos, whose it is, what for, who signs, and how to check it."""

from __future__ import annotations

import segno

from tpbis_events.certificates.facts import CertificateFacts
from tpbis_events.certificates.fonts import BOLD, DISPLAY, ITALIC, SERIF
from tpbis_events.certificates.images import path_of
from tpbis_events.certificates.layout import Fit, Fitted, fit
from tpbis_events.certificates.layouts import HEIGHT, WIDTH, Layout, colour_of, layout_of
from tpbis_events.certificates.lines import INK, SOFT, Column, Line, height_of, set_column, set_lines
from tpbis_events.certificates.pictures import Picture, picture_at
from tpbis_events.certificates.sheet import Sheet
from tpbis_events.programmes.model import CertificateKind

QR_SIDE, SIGNATURE_WIDTH, ROOM_TO_SIGN = 76.0, 235.0, 36.0
LOGO_HEIGHT, LOGO_WIDTH, LOGO_GAP = 40.0, 120.0, 18.0
SIGNED_HEIGHT, SIGNED_WIDTH = 42.0, 150.0
CHECK_WIDTH = 230.0
MINUTES_PER_JP = 45  # one JP (jam pelajaran, learning hour) of Indonesian civil service training
ENGLISH = Fit(ITALIC, 9, 7, 6, 2)
_SMALL = Fit(SERIF, 9.5, 7, 6, 2)
# What somebody is called by the kind of her certificate; a letter says that she was there.
_KINDS = {
    CertificateKind.PARTICIPANT: ("Peserta", "Participant"),
    CertificateKind.SPEAKER: ("Narasumber", "Speaker"),
    CertificateKind.MODERATOR: ("Moderator", "Moderator"),
    CertificateKind.COMMITTEE: ("Panitia", "Committee Member"),
    CertificateKind.LETTER: ("Peserta", "Participant"),
}


def draw_front(sheet: Sheet, facts: CertificateFacts) -> None:
    """Draw cleaned facts on the sheet's page, in the order in which they are to be read aloud."""
    layout = layout_of(facts.layout)
    draw_ground(sheet, facts, layout)
    top = layout.top - _draw_logos(sheet, facts, layout)
    signature = _signature(facts)  # fitted first, for its height; drawn last
    foot = max(QR_SIDE, sum(line.above + height_of(line, done) for line, done in signature))
    column = Column(layout.left, layout.right, layout.centred)
    set_column(sheet, _lines(facts), column, top, layout.foot + foot + 6)
    _draw_signature(sheet, facts, layout, signature)
    _draw_check_block(sheet, facts, layout)


def draw_ground(sheet: Sheet, facts: CertificateFacts, layout: Layout) -> None:
    """What lies behind the text, the same on each page."""
    if layout.ground:
        ground = layout.ground(WIDTH, HEIGHT, colour_of(facts.colour), colour_of(facts.accent))
        sheet.form(f"ground-{facts.layout}-{facts.colour[1:]}-{facts.accent[1:]}", ground)


def _draw_logos(sheet: Sheet, facts: CertificateFacts, layout: Layout) -> float:
    """In one row, each as high as the others unless it is very wide; the height that the row takes."""
    pictures = [picture_at(path_of(name)) for name in facts.logos]
    if not pictures:
        return 0.0
    sizes = [_within(each, LOGO_WIDTH, LOGO_HEIGHT) for each in pictures]
    total = sum(width for width, _ in sizes) + LOGO_GAP * (len(sizes) - 1)
    scale = min(1.0, layout.width / total)
    x = layout.middle - total * scale / 2 if layout.centred else layout.left
    for picture, (width, height) in zip(pictures, sizes, strict=True):
        y = layout.top - (LOGO_HEIGHT + height) / 2 * scale
        sheet.picture(picture, x, y, width * scale, height * scale)
        x += (width + LOGO_GAP) * scale
    return (LOGO_HEIGHT + 8) * scale


def _within(picture: Picture, width: float, height: float) -> tuple[float, float]:
    """The largest size inside a box that keeps the picture's shape."""
    scale = min(width / picture.width, height / picture.height)
    return picture.width * scale, picture.height * scale


def _lines(facts: CertificateFacts) -> list[Line]:
    """The middle column from the issuer down to the hours, without what this certificate doesn't say."""
    colour, accent = colour_of(facts.colour), colour_of(facts.accent)
    office = ", ".join(part for part in (facts.position, facts.institution) if part)
    letter = facts.kind == CertificateKind.LETTER
    lines = [
        Line(facts.issuer_id, Fit(BOLD, 10.5, 8, 7, 2), 0, colour, spacing=0.04),
        Line(facts.issuer_en, ENGLISH, 0, SOFT, "en"),
        *_title(letter, facts),
        Line(f"Nomor / Number: {facts.number}", _SMALL, 4),
    ]
    if facts.version > 1:
        old = facts.version - 1
        lines.append(Line(f"Versi {facts.version}, menggantikan versi {old}", _SMALL, 0, accent))
        lines.append(Line(f"Version {facts.version}, replaces version {old}", ENGLISH, -1, SOFT, "en"))
    role_id, role_en = _roles(facts)
    lines += [
        Line("menerangkan bahwa" if letter else "diberikan kepada", _SMALL, 9),
        Line("this is to state that" if letter else "presented to", ENGLISH, -1, SOFT, "en"),
        Line(facts.full_name, Fit(DISPLAY, 36, 19, 6.5, 2), 4, INK),
        Line(facts.own_script_name or "", Fit(SERIF, 17, 12, 6.5, 2), 0, INK),
        Line(f"NIP {facts.nip}" if facts.nip else "", _SMALL, 4),
        Line(office, Fit(SERIF, 11, 9, 6.5, 2), 3),
        Line(f"telah hadir sebagai {role_id}" if letter else f"sebagai {role_id}", Fit(BOLD, 12, 9, 7, 2), 8, colour),
        Line(f"attended as {role_en}" if letter else f"as {role_en}", ENGLISH, 0, SOFT, "en"),
        Line(facts.event_name_id, Fit(SERIF, 16, 12, 7, 2), 7),
        Line(facts.event_name_en, Fit(ITALIC, 11, 9, 6.5, 2), 0, SOFT, "en"),
        Line(" · ".join(part for part in (facts.place, facts.dates_id) if part), Fit(SERIF, 10.5, 8, 6.5, 2), 5),
        Line(_unless_same(facts.dates_en, facts.dates_id), ENGLISH, 0, SOFT, "en"),
    ]
    if facts.jp > 0:
        hours = f"{facts.jp} learning hours" if facts.jp > 1 else "1 learning hour"
        lines.append(Line(f"{facts.jp} JP (jam pelajaran @ {MINUTES_PER_JP} menit)", _SMALL, 4))
        lines.append(Line(f"{hours} of {MINUTES_PER_JP} minutes", ENGLISH, 0, SOFT, "en"))
    return [line for line in lines if line.text]


def _title(letter: bool, facts: CertificateFacts) -> list[Line]:
    colour, accent = colour_of(facts.colour), colour_of(facts.accent)
    words = ("SURAT KETERANGAN KEHADIRAN", "Letter of Attendance") if letter else ("SERTIFIKAT", "Certificate")
    size, spacing = (26, 0.08) if letter else (36, 0.16)
    return [
        Line(words[0], Fit(DISPLAY, size, size - 8, 12), 8, colour, spacing=spacing, leading=0.95),
        Line(words[1], Fit(ITALIC, 12.5, 12, 12), -1, accent, "en", spacing=0.04),
    ]


def _roles(facts: CertificateFacts) -> tuple[str, str]:
    """What she was, and the role in brackets where its name says more."""
    kind_id, kind_en = _KINDS[CertificateKind(facts.kind)]
    told = []
    for kind, role in ((kind_id, facts.role_id), (kind_en, facts.role_en)):
        told.append(kind if not role or role.casefold() == kind.casefold() else f"{kind} ({role})")
    return told[0], told[1]


def _signature(facts: CertificateFacts) -> list[tuple[Line, Fitted]]:
    """Place, date, office, room to sign, and name."""
    place_and_date = ", ".join(part for part in (facts.issue_place, facts.issued_on_id) if part)
    english = Fit(ITALIC, 8.5, 7, 6, 2)
    lines = [
        Line(place_and_date, Fit(SERIF, 9.5, 8, 6, 2), 0),
        Line(_unless_same(facts.issued_on_en, facts.issued_on_id), english, 0, SOFT, "en"),
        Line(facts.signatory_position_id, Fit(SERIF, 9.5, 8, 6, 2), 3),
        Line(facts.signatory_position_en, english, 0, SOFT, "en"),
        Line(facts.signatory_name, Fit(BOLD, 10.5, 8, 6, 2), ROOM_TO_SIGN),
    ]
    return [(line, fit(line.text, line.rule, SIGNATURE_WIDTH)) for line in lines if line.text]


def _unless_same(english: str, indonesian: str) -> str:
    """Nothing where both languages write alike: in April, September and November a date stands once."""
    return "" if english == indonesian else english


def _draw_signature(
    sheet: Sheet, facts: CertificateFacts, layout: Layout, signature: list[tuple[Line, Fitted]]
) -> None:
    """At the lower right, standing on the foot of the page; a scanned signature where else there is room for one."""
    y = layout.foot + sum(line.above + height_of(line, done) for line, done in signature)
    column = Column(layout.right - SIGNATURE_WIDTH, layout.right)
    middle = (column.left + column.right) / 2
    for line, done in signature:
        y -= line.above
        if line.above == ROOM_TO_SIGN:
            if facts.signature:
                picture = picture_at(path_of(facts.signature))
                width, height = _within(picture, SIGNED_WIDTH, SIGNED_HEIGHT)
                sheet.picture(picture, middle - width / 2, y - 3, width, height)
            sheet.rule(middle - SIGNATURE_WIDTH * 0.38, y, SIGNATURE_WIDTH * 0.76, colour_of(facts.accent))
        y = set_lines(sheet, line, done, column, y)


def _draw_check_block(sheet: Sheet, facts: CertificateFacts, layout: Layout) -> None:
    """The QR code with the address and code in words, at the lower left."""
    # A given mask: trying all eight takes as long as the rest of the page, and blurred, noisy images read no better.
    matrix = [bytes(row) for row in segno.make(facts.check_url, error="m", micro=False, mask=7).matrix]
    bottom = layout.foot + 2
    if layout.plate:
        sheet.operators(f"1 1 1 rg {layout.qr_x - 6:.2f} {bottom - 6:.2f} {QR_SIDE + 12} {QR_SIDE + 12} re f")
    sheet.squares(layout.qr_x, bottom, QR_SIDE / len(matrix), matrix, INK)
    words = f"Periksa keaslian / Check authenticity: {facts.code}"
    sheet.link(facts.check_url, words, layout.qr_x, bottom, QR_SIDE, QR_SIDE)
    colour = colour_of(facts.colour)
    tiny, tiny_english = Fit(SERIF, 8, 6, 5, 3), Fit(ITALIC, 7.5, 6, 5, 2)
    lines = [
        Line("Periksa keaslian di", tiny, 0),
        Line("Verify at", tiny_english, 0, SOFT, "en"),
        Line(facts.check_url, tiny, 1, colour),
        Line("Kode periksa / Check code", tiny, 4),
        Line(facts.code, Fit(BOLD, 11, 8, 6, 2), 0, INK, spacing=0.05),
    ]
    if facts.specimen:
        lines.append(Line("Dokumen contoh / Specimen", Fit(BOLD, 8.5, 8, 8), 4, colour_of(facts.accent)))
    y = bottom + QR_SIDE
    column = Column(layout.words_x, layout.words_x + CHECK_WIDTH, centred=False)
    for line in lines:
        y = set_lines(sheet, line, fit(line.text, line.rule, CHECK_WIDTH), column, y - line.above)
