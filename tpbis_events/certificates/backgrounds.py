"""Grounds of certificates besides the kawung frame: woven bands with tumpal above and below, and a modern band at the left.

Own drawings after Indonesian cloth, kept as PDF operators. No emblem, no seal, no logo.
"""

import zlib
from functools import lru_cache

from reportlab.pdfgen.pathobject import PDFPathObject

from tpbis_events.certificates.ornament import GOLD, PAPER, Colour, diamond, fill, petal, stroke

EDGE = 20.0  # office printers leave less than this blank
WOVEN, TUMPAL = 26.0, 15.0  # height of a woven band, and of the triangles along it
BAND = 112.0  # width of the band at the left


@lru_cache(maxsize=16)
def weave(width: float, height: float, colour: Colour, accent: Colour) -> bytes:
    """A cloth's two hems: lozenges in a woven band, tumpal triangles that point to the middle, gold threads."""
    wide = width - 2 * EDGE
    code = [fill(PAPER), f"0 0 {width:.2f} {height:.2f} re f"]
    for bottom, inward in ((EDGE, 1), (height - EDGE - WOVEN, -1)):
        code += [fill(colour), f"{EDGE:.2f} {bottom:.2f} {wide:.2f} {WOVEN:.2f} re f"]
        code += _lozenges(wide, bottom + WOVEN / 2, accent)
        inner = bottom + WOVEN if inward > 0 else bottom
        code += _tumpal(wide, inner + inward * 3.2, inward, colour, accent)
        threads = [inner + inward * 1.6, (bottom if inward > 0 else bottom + WOVEN) - inward * 2.4]
        code.append(stroke(GOLD, 1.2))
        code += [f"{EDGE:.2f} {y:.2f} m {EDGE + wide:.2f} {y:.2f} l S" for y in threads]
    return zlib.compress("\n".join(code).encode("ascii"), 9)


def _lozenges(wide: float, middle: float, accent: Colour) -> list[str]:
    count = 33
    cell = wide / count
    outer, inner, beads = PDFPathObject(), PDFPathObject(), PDFPathObject()
    for place in range(count):
        x = EDGE + (place + 0.5) * cell
        diamond(outer, x, middle, WOVEN * 0.40)
        diamond(inner, x, middle, WOVEN * 0.26)
        diamond(beads, x, middle, WOVEN * 0.10)
        if place:
            for up in (-1, 1):
                diamond(beads, x - cell / 2, middle + up * WOVEN * 0.34, WOVEN * 0.06)
    layers = ((PAPER, outer), (accent, inner), (GOLD, beads))
    return [f"{fill(colour)} {path.getCode()} f" for colour, path in layers]


def _tumpal(wide: float, base: float, inward: int, colour: Colour, accent: Colour) -> list[str]:
    count = 44
    cell = wide / count
    large, small = PDFPathObject(), PDFPathObject()
    for place in range(count):
        x = EDGE + place * cell
        for path, share, start in ((large, 1.0, 0.0), (small, 0.5, 0.25)):
            path.moveTo(x + cell * start, base)
            path.lineTo(x + cell / 2, base + inward * TUMPAL * share)
            path.lineTo(x + cell * (1 - start), base)
            path.close()
    return [f"{fill(colour)} {large.getCode()} f", f"{fill(accent)} {small.getCode()} f"]


@lru_cache(maxsize=16)
def band(width: float, height: float, colour: Colour, accent: Colour) -> bytes:
    """One broad band at the left, with large kawung flowers in its own colour made lighter, and two threads at its edge."""
    lighter = tuple(part + (1 - part) * 0.13 for part in colour)
    middles = [
        (BAND * (0.25 + 0.5 * column), height - BAND * (0.25 + 0.5 * row)) for column in (0, 1) for row in range(8)
    ]
    petals, beads = PDFPathObject(), PDFPathObject()
    half = BAND * 0.25
    for x, y in middles:
        for dx, dy in ((half, half), (-half, half), (-half, -half), (half, -half)):
            petal(petals, (x + dx * 0.10, y + dy * 0.10), (dx * 0.86, dy * 0.86), 0.31)
        diamond(beads, x, y, half * 0.10)
    code = [
        f"1 1 1 rg 0 0 {width:.2f} {height:.2f} re f",
        f"{fill(colour)} 0 0 {BAND:.2f} {height:.2f} re f",
        f"q 0 {height * 0.24:.2f} {BAND:.2f} {height:.2f} re W n",
        f"{fill((lighter[0], lighter[1], lighter[2]))} {petals.getCode()} f",
        f"{fill(GOLD)} {beads.getCode()} f Q",
        f"{fill(GOLD)} {BAND:.2f} 0 3 {height:.2f} re f",
        f"{fill(accent)} {BAND + 6:.2f} 0 1 {height:.2f} re f",
    ]
    return zlib.compress("\n".join(code).encode("ascii"), 9)
