"""The frame of a certificate: an own geometric border after kawung, the woven and waxed pattern of four petals.

It is drawn once per process and kept as PDF operators. No emblem, no seal, no logo: the frame claims nothing.
"""

import zlib
from functools import lru_cache

from reportlab.pdfgen.pathobject import PDFPathObject

Point = tuple[float, float]
Colour = tuple[float, float, float]

GOLD = (0.79, 0.65, 0.38)
PAPER = (0.995, 0.985, 0.955)

MARGIN = 20.0  # points from the edge of the sheet to the band, wider than office printers leave blank
COLUMNS, ROWS = 40, 28  # cells along the sides of an A4 sheet: nearly square


def fill(colour: tuple[float, float, float]) -> str:
    return "{:.3f} {:.3f} {:.3f} rg".format(*colour)


def stroke(colour: tuple[float, float, float], width: float) -> str:
    return "{:.3f} {:.3f} {:.3f} RG {:.2f} w".format(*colour, width)


def petal(path: PDFPathObject, start: Point, reach: Point, fat: float) -> None:
    """A pointed oval from ``start``, ``reach`` long; ``fat`` is how far it swells to each side, by its length."""
    (x, y), (dx, dy) = start, reach
    for side in (fat, -fat):
        bend_x, bend_y = -dy * side, dx * side
        near, far = (x + dx * 0.25 + bend_x, y + dy * 0.25 + bend_y), (x + dx * 0.75 + bend_x, y + dy * 0.75 + bend_y)
        path.moveTo(x, y)
        path.curveTo(*near, *far, x + dx, y + dy)


def diamond(path: PDFPathObject, x: float, y: float, half: float) -> None:
    path.moveTo(x, y + half)
    path.lineTo(x + half, y)
    path.lineTo(x, y - half)
    path.lineTo(x - half, y)
    path.close()


@lru_cache(maxsize=16)
def frame(width: float, height: float, colour: Colour, accent: Colour) -> bytes:
    """The compressed operators of the whole frame for a sheet of this size (points)."""
    wide, high = width - 2 * MARGIN, height - 2 * MARGIN
    cell_x, cell_y = wide / COLUMNS, high / ROWS
    half = min(cell_x, cell_y) / 2
    cells = [(column, row) for column in range(COLUMNS) for row in (0, ROWS - 1)]
    cells += [(column, row) for column in (0, COLUMNS - 1) for row in range(1, ROWS - 1)]
    middles = [(MARGIN + (column + 0.5) * cell_x, MARGIN + (row + 0.5) * cell_y) for column, row in cells]

    cell = _cell(half, accent)
    code = [
        fill(PAPER),
        f"0 0 {width:.2f} {height:.2f} re f",
        fill(colour),
        _band(MARGIN, wide, high, cell_x, cell_y),
        "f*",
        *(f"q 1 0 0 1 {x:.2f} {y:.2f} cm {cell} Q" for x, y in middles),
        *_rules(wide, high, cell_x, cell_y, accent),
    ]
    return zlib.compress("\n".join(code).encode("ascii"), 9)


def _cell(half: float, accent: Colour) -> str:
    """One flower around the origin: petals with a seed in each, a bead in the middle and beads between the petals."""
    petals, seeds, beads = PDFPathObject(), PDFPathObject(), PDFPathObject()
    for dx, dy in ((half, half), (-half, half), (-half, -half), (half, -half)):
        petal(petals, (dx * 0.10, dy * 0.10), (dx * 0.86, dy * 0.86), 0.31)
        petal(seeds, (dx * 0.36, dy * 0.36), (dx * 0.34, dy * 0.34), 0.12)
    diamond(beads, 0, 0, half * 0.13)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        diamond(beads, dx * half * 0.72, dy * half * 0.72, half * 0.15)
    layers = ((PAPER, petals), (accent, seeds), (GOLD, beads))
    return " ".join(f"{fill(colour)} {path.getCode()} f" for colour, path in layers)


def _band(margin: float, wide: float, high: float, cell_x: float, cell_y: float) -> str:
    return (
        f"{margin:.2f} {margin:.2f} {wide:.2f} {high:.2f} re "
        f"{margin + cell_x:.2f} {margin + cell_y:.2f} {wide - 2 * cell_x:.2f} {high - 2 * cell_y:.2f} re"
    )


def _rules(wide: float, high: float, cell_x: float, cell_y: float, accent: Colour) -> list[str]:
    """Gold lines on both sides of the band, and a hairline inside with small steps at its corners, as weavers make."""
    code = [stroke(GOLD, 1.6)]
    for out in (-2.6, None):
        x, y = (MARGIN + out, MARGIN + out) if out is not None else (MARGIN + cell_x + 2.6, MARGIN + cell_y + 2.6)
        w, h = wide + 2 * (MARGIN - x), high + 2 * (MARGIN - y)
        code.append(f"{x:.2f} {y:.2f} {w:.2f} {h:.2f} re S")
    x, y, step = MARGIN + cell_x + 8.5, MARGIN + cell_y + 8.5, 7.0
    w, h = wide + 2 * (MARGIN - x), high + 2 * (MARGIN - y)
    path = PDFPathObject()
    corners = ((x, y, 1, 1), (x + w, y, -1, 1), (x + w, y + h, -1, -1), (x, y + h, 1, -1))
    for place, (cx, cy, dx, dy) in enumerate(corners):
        steps = [(0, 2), (1, 2), (1, 1), (2, 1), (2, 0)]
        points = [(cx + dx * a * step, cy + dy * b * step) for a, b in (steps if place % 2 == 0 else steps[::-1])]
        for px, py in points:
            path.lineTo(px, py) if place or (px, py) != points[0] else path.moveTo(px, py)
    path.close()
    code += [stroke(accent, 0.6), path.getCode(), "S"]
    diamonds = PDFPathObject()
    for cx, cy, dx, dy in corners:
        diamond(diamonds, cx + dx * step * 0.45, cy + dy * step * 0.45, 3.2)
    return [*code, fill(accent), diamonds.getCode(), "f"]
