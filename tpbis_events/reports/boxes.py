"""Text in boxes, lines, QR codes and drawn signatures on a sheet: what every printed paper is made of. Measures in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tpbis_events.certificates import shaping
from tpbis_events.certificates.layout import Fit, Fitted, fit
from tpbis_events.certificates.sheet import Colour, Sheet

INK: Colour = (0.11, 0.13, 0.18)
SOFT: Colour = (0.33, 0.35, 0.40)
NILA: Colour = (0.13, 0.20, 0.42)
SOGA: Colour = (0.55, 0.33, 0.16)
LINE: Colour = (0.72, 0.70, 0.64)
MILLIMETRE = 72 / 25.4
A4 = (595.28, 841.89)
A6 = (105 * MILLIMETRE, 148 * MILLIMETRE)


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the page: its left edge, its upper edge, and how far it reaches."""

    x: float
    top: float
    width: float
    height: float

    @property
    def foot(self) -> float:
        return self.top - self.height

    def inside(self, by: float, down: float = 0.0) -> Box:
        """Smaller by so much at the left and right, and at the top and foot."""
        return Box(self.x + by, self.top - down, self.width - 2 * by, self.height - 2 * down)


def in_box(
    sheet: Sheet, text: str, box: Box, rule: Fit, align: str = "left", colour: Colour = INK, *, upper: bool = False
) -> None:
    """Text in the middle of a box's height (`upper`: at its top): smaller, then on more lines, never beyond the box."""
    clean = shaping.clean(text)
    if not clean:
        return
    done = set_words(clean, rule, box.width)
    whole = sum(line.ascent + line.descent for line in done.lines) * done.size
    size = done.size if whole <= box.height else done.size * box.height / whole
    y = box.top - (0 if upper else (box.height - min(whole, box.height)) / 2)
    for shaped in done.lines:
        y -= shaped.ascent * size
        spare = box.width - shaped.width * size
        sheet.text(box.x + {"left": 0, "right": spare, "middle": spare / 2}[align], y, shaped, size, colour)
        y -= shaped.descent * size


def set_words(text: str, rule: Fit, width: float) -> Fitted:
    """Whole words on as many lines as there may be, at the largest size where they fit; else as `fit` can do it."""
    widths = [shaping.shape(word, rule.face).width + 0.25 for word in text.split()]  # with the blank after it, in em
    size = rule.size
    while size >= rule.comfortable:
        lines: list[list[str]] = [[]]
        used = 0.0
        for word, wide in zip(text.split(), widths, strict=True):
            if lines[-1] and (used + wide) * size > width:
                lines.append([])
                used = 0.0
            lines[-1].append(word)
            used += wide
        shaped = [shaping.shape(" ".join(line), rule.face) for line in lines]
        if len(shaped) <= rule.lines and all(line.width * size <= width for line in shaped):
            return Fitted(tuple(shaped), size)
        size -= 0.5
    return fit(text, rule, width)


def filled(sheet: Sheet, box: Box, colour: Colour) -> None:
    sheet.operators(
        "q {:.3f} {:.3f} {:.3f} rg ".format(*colour)
        + f"{box.x:.2f} {box.foot:.2f} {box.width:.2f} {box.height:.2f} re f Q"
    )


def framed(sheet: Sheet, box: Box, colour: Colour, width: float = 0.5) -> None:
    sheet.operators(
        "q {:.3f} {:.3f} {:.3f} RG ".format(*colour)
        + f"{width} w {box.x:.2f} {box.foot:.2f} {box.width:.2f} {box.height:.2f} re S Q"
    )


def line(
    sheet: Sheet,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: Colour,
    width: float = 0.5,
    dash: str = "",
) -> None:
    """`dash` as PDF says it: `1 2` is a point of 1 and a gap of 2."""
    sheet.operators(
        "q {:.3f} {:.3f} {:.3f} RG ".format(*colour)
        + f"{width} w [{dash}] 0 d {start[0]:.2f} {start[1]:.2f} m {end[0]:.2f} {end[1]:.2f} l S Q"
    )


def qr(sheet: Sheet, text: str, x: float, foot: float, side: float, error: str = "m") -> None:
    """A QR code in a square of `side`; the reader needs light around it, four of its modules wide."""
    import segno

    matrix = [bytes(row) for row in segno.make(text, error=error, micro=False).matrix]
    sheet.squares(x, foot, side / len(matrix), matrix, INK)


def drawn(sheet: Sheet, strokes: Sequence[Sequence[tuple[int, int]]], box: Box) -> None:
    """A signature's strokes as lines, as large as the box holds without distorting them; y grows downwards in strokes."""
    points = [point for stroke in strokes for point in stroke]
    if not points:
        return
    left, high = min(x for x, _ in points), min(y for _, y in points)
    wide, tall = max(x for x, _ in points) - left, max(y for _, y in points) - high
    scale = min(box.width / max(wide, 1), box.height / max(tall, 1), 0.25)
    x0 = box.x + (box.width - wide * scale) / 2
    y0 = box.top - (box.height - tall * scale) / 2
    code = ["q 0.06 0.10 0.35 RG 0.9 w 1 J 1 j"]
    for stroke in strokes:
        way = [f"{x0 + (x - left) * scale:.2f} {y0 - (y - high) * scale:.2f}" for x, y in stroke]
        code.append(f"{way[0]} m " + " ".join(f"{point} l" for point in way[1:] or way))
    sheet.operators("\n".join([*code, "S Q"]))
