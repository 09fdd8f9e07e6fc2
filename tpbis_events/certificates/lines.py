"""Lines of text on a certificate: each with how it may give way, set one below the other in a column."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.certificates.layout import Fit, Fitted, fit
from tpbis_events.certificates.sheet import Colour, Sheet

INK: Colour = (0.11, 0.13, 0.18)
SOFT: Colour = (0.33, 0.35, 0.40)  # the English text: lighter, and still 7:1 on the paper


@dataclass(frozen=True, slots=True)
class Line:
    """One text of a column: how it fits, its colour, language, letterspacing, and the air above it."""

    text: str
    rule: Fit
    above: float
    colour: Colour = INK
    lang: str = ""
    spacing: float = 0.0
    leading: float = 1.0


@dataclass(frozen=True, slots=True)
class Column:
    """Where lines stand: between `left` and `right`, in the middle of them or flush left."""

    left: float
    right: float
    centred: bool = True

    @property
    def width(self) -> float:
        return self.right - self.left


def height_of(line: Line, done: Fitted) -> float:
    return sum(each.ascent + each.descent for each in done.lines) * done.size * line.leading


def set_column(sheet: Sheet, lines: list[Line], column: Column, top: float, bottom: float) -> None:
    """Set the lines between top and bottom: all smaller where they are too high, with more air where not."""
    scale = 1.0
    while True:
        fitted = [fit(line.text, line.rule, column.width / (1 + line.spacing * 1.7), scale) for line in lines]
        solid = sum(height_of(line, done) for line, done in zip(lines, fitted, strict=True))
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
        y = set_lines(sheet, line, done, column, y)


def set_lines(sheet: Sheet, line: Line, done: Fitted, column: Column, y: float) -> float:
    """Draw the fitted lines below y in the column; answer where the next may begin."""
    for shaped in done.lines:
        count = sum(len(run.glyphs) for run in shaped.runs)
        width = (shaped.width + line.spacing * max(count - 1, 0)) * done.size
        x = (column.left + column.right - width) / 2 if column.centred else column.left
        baseline = y - shaped.ascent * done.size * line.leading
        sheet.text(x, baseline, shaped, done.size, line.colour, spacing=line.spacing, lang=line.lang)
        y -= (shaped.ascent + shaped.descent) * done.size * line.leading
    return y
