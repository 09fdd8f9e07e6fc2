"""What drawing a certificate costs, against the same page by hand-tuned bare reportlab: same fonts, texts, frame and QR code.

The bare page knows beforehand where each text stands and how large it is, so it fits, shapes, cleans and checks nothing.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from bench.databases import Databases
from bench.results import Result
from tests.certificates.sample import BUDI
from tpbis_events.certificates import ornament
from tpbis_events.certificates.drawing import draw
from tpbis_events.certificates.facts import CertificateFacts, Lesson
from tpbis_events.certificates.fonts import FOLDER, LATIN
from tpbis_events.certificates.front import QR_SIDE
from tpbis_events.certificates.held_key import HeldKey
from tpbis_events.certificates.layouts import HEIGHT, LAYOUTS, WIDTH, colour_of
from tpbis_events.certificates.own_key import Key
from tpbis_events.certificates.seal_pdf import Purpose, sealed
from tpbis_events.certificates.shaping import Shaped
from tpbis_events.certificates.sheet import Colour, Sheet

RATIO = 1.3  # at most so many times the bare page
LEAST = 50.0  # certificates a second and core
HUNDRED = 100
SIGNED = 25
FACTS = replace(
    BUDI,
    code="7KQ4-M2XA-91TD-0C5H-0001",
    check_url="https://tpbis.example/check/7KQ4M2XA91TD0C5H0001",
    specimen=False,
)
LESSONS = tuple(
    Lesson(f"Materi {n} tentang TPBIS", f"Topic {n} about TPBIS", 2, 1, "Dr. Contoh, M.Si.") for n in range(5)
)


@dataclass(frozen=True, slots=True)
class Said:
    """One text where the finished page has it."""

    text: str
    face: str
    size: float
    x: float
    y: float
    width: float
    colour: Colour
    spacing: float


def run(databases: Databases, kind: str, _seconds: float, rounds: int) -> list[Result]:
    """No database is asked, so it runs once."""
    if kind != databases.kinds[0]:
        return []
    for face in LATIN:
        pdfmetrics.registerFont(TTFont(face, str(FOLDER / f"{face}.ttf")))
    said = _said(FACTS)
    people = [_somebody(n) for n in range(HUNDRED)]
    draw(FACTS), _bare(FACTS, said)  # files are read once in each process
    ours: list[float] = []
    bare: list[float] = []
    backs: list[float] = []
    signing: list[float] = []
    key, some = _key(), people[:SIGNED]
    files = {each.number: draw(each) for each in some}
    _sign(key, some[0], files)
    for _ in range(rounds):  # turn by turn, so that a busy moment of the machine falls on each
        bare.append(_took(lambda facts: _bare(facts, said), people))
        ours.append(_took(draw, people))
        backs.append(_took(lambda facts: draw(replace(facts, lessons=LESSONS)), people))
        signing.append(_took(lambda facts: _sign(key, facts, files), some))
    best = min(bare)
    return [
        Result("a certificate, front, CPU", "-", tuple(ours), "ms", limit=best, at_most=best * RATIO),
        Result("a certificate with its back, CPU", "-", tuple(backs), "ms"),
        Result("certificates a second and core", "-", tuple(1000 / each for each in ours), "/s", limit=LEAST),
        Result("a certificate signed (PAdES B-B, RSA 2048), CPU", "-", tuple(signing), "ms"),
        Result("certificates signed a second and core", "-", tuple(1000 / each for each in signing), "/s"),
    ]


def _key() -> Key:
    """A key as a PKCS#12 file has it, with a certificate of its own."""
    private = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Perpustakaan Contoh")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    built = built.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = built.sign(private, hashes.SHA256())

    @contextmanager
    def opened() -> Iterator[HeldKey]:
        yield HeldKey(private, certificate, [])

    return Key(certificate, opened)


def _sign(key: Key, facts: CertificateFacts, files: dict[str, bytes]) -> bytes:
    return sealed(files[facts.number], key, Purpose(f"Penerbitan sertifikat {facts.number}", "Jakarta"))


def _somebody(number: int) -> CertificateFacts:
    """Somebody whose name, office, number and code nobody else has."""
    return replace(
        FACTS,
        full_name=f"Peserta Contoh {_letters(number)}, S.Sos.",
        position=f"Pustakawan {_letters(number)}",
        number=f"{number:04d}/TPBIS/SHM-2027/VIII/2027",
        code=f"7KQ4-M2XA-91TD-0C5H-{number:04d}",
        check_url=f"https://tpbis.example/check/7KQ4M2XA91TD0C5H{number:04d}",
    )


def _letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in f"{number:04d}").title()


def _took(draw_one: Callable[[CertificateFacts], bytes], people: list[CertificateFacts]) -> float:
    """Milliseconds of CPU for one, on the average of all."""
    began = time.process_time()
    for facts in people:
        draw_one(facts)
    return (time.process_time() - began) * 1000 / len(people)


def _said(facts: CertificateFacts) -> list[Said]:
    """What the product writes on the page, and where."""
    found: list[Said] = []
    written = Sheet.text

    def text(sheet: Sheet, x: float, y: float, shaped: Shaped, size: float, colour: Colour, **more: Any) -> None:
        words = "".join(each.text for each in shaped.runs)
        face = shaped.runs[0].face.name
        found.append(Said(words, face, size, x, y, shaped.width * size, colour, more.get("spacing", 0.0) * size))
        written(sheet, x, y, shaped, size, colour, **more)

    Sheet.text = text  # type: ignore[method-assign, assignment]
    try:
        draw(facts)
    finally:
        Sheet.text = written  # type: ignore[method-assign]
    return found


def _bare(facts: CertificateFacts, said: list[Said]) -> bytes:
    """The same page: texts at the places that are known already, those of the person centred there."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, pdfVersion=(1, 7), lang="id-ID")
    canvas.setTitle(f"Sertifikat {facts.number} – {facts.full_name}")
    layout = LAYOUTS["frame"]
    ground = ornament.frame(WIDTH, HEIGHT, colour_of(facts.colour), colour_of(facts.accent))
    form = {"Type": "/XObject", "Subtype": "/Form", "FormType": 1, "BBox": f"[0 0 {WIDTH} {HEIGHT}]"}
    dictionary = pdfdoc.PDFDictionary({"Filter": "/FlateDecode", "Resources": "<<>>", **form})
    cast(Any, canvas)._doc.Reference(pdfdoc.PDFStream(dictionary, content=ground), pdfdoc.xObjectName("ground"))
    canvas.doForm("ground")
    own = {
        FACTS.full_name: facts.full_name,
        f"{FACTS.position}, {FACTS.institution}": f"{facts.position}, {facts.institution}",
        f"Nomor / Number: {FACTS.number}": f"Nomor / Number: {facts.number}",
        FACTS.code: facts.code,
        FACTS.check_url: facts.check_url,
    }
    for each in said:
        canvas.setFont(each.face, each.size)
        canvas.setFillColorRGB(*each.colour)
        words = own.get(each.text, each.text)
        if words != each.text and abs(each.x + each.width / 2 - layout.middle) < 1:
            canvas.drawCentredString(layout.middle, each.y, words)
        else:
            canvas.drawString(each.x, each.y, words, charSpace=each.spacing)
    _bare_code(canvas, facts, layout.qr_x, layout.foot + 2)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _bare_code(canvas: Canvas, facts: CertificateFacts, x: float, y: float) -> None:
    matrix = [bytes(row) for row in segno.make(facts.check_url, error="m", micro=False, mask=7).matrix]
    side = QR_SIDE / len(matrix)
    code = [f"q 0.11 0.13 0.18 rg {side:.4f} 0 0 {side:.4f} {x:.3f} {y:.3f} cm"]
    for low, row in enumerate(reversed(matrix)):
        code += [f"{d.start()} {low} {d.end() - d.start()} 1 re" for d in re.finditer(rb"[^\0]+", row)]
    canvas.addLiteral("\n".join([*code, "f Q"]))
    canvas.linkURL(facts.check_url, (x, y, x + QR_SIDE, y + QR_SIDE))
