"""The letterhead of printed sheets: lines and a picture from the settings, never an emblem of our own making."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from tpbis_events.certificates.fonts import BOLD, SERIF
from tpbis_events.certificates.layout import Fit
from tpbis_events.certificates.sheet import Sheet
from tpbis_events.foundation import logs
from tpbis_events.reports.boxes import INK, NILA, Box, in_box, line

LOGO = 46.0  # points high at most
_FIRST, _FURTHER = Fit(BOLD, 14, 10, 8, 2), Fit(SERIF, 9, 7.5, 6)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The first line stands large, the others below it; `logo` is a file, none where there is no picture."""

    lines: tuple[str, ...]
    logo: Path | None

    @property
    def height(self) -> float:
        return max(20 + 12 * (len(self.lines) - 1), LOGO if self.logo else 0) + 10


def letterhead() -> Letterhead:
    """As the installation is set (`TPBIS_LETTERHEAD`, `TPBIS_LETTERHEAD_LOGO`); a picture that isn't there is left out."""
    lines = tuple(text.strip() for text in current_app.config["LETTERHEAD"].split("|") if text.strip())[:5]
    named = current_app.config["LETTERHEAD_LOGO"]
    logo = Path(named) if named and Path(named).is_file() else None
    return Letterhead(lines or ("Perpustakaan Nasional Republik Indonesia",), logo)


def draw_letterhead(sheet: Sheet, head: Letterhead, box: Box) -> float:
    """Draw it at the top of a box, with its double rule below; answers where the page goes on."""
    beside = _logo(sheet, head, box)
    words = Box(box.x + beside, box.top, box.width - 2 * beside, 20)
    in_box(sheet, head.lines[0].upper(), words, _FIRST, "middle", NILA)
    for number, text in enumerate(head.lines[1:]):
        in_box(sheet, text, Box(words.x, words.foot - 12 * number, words.width, 12), _FURTHER, "middle", INK)
    foot = box.top - head.height + 4
    line(sheet, (box.x, foot), (box.x + box.width, foot), NILA, 1.6)
    line(sheet, (box.x, foot - 2.4), (box.x + box.width, foot - 2.4), NILA, 0.5)
    return foot - 8


def _logo(sheet: Sheet, head: Letterhead, box: Box) -> float:
    """The room that the picture takes at the left, and as much at the right; 0 without one, or with one that can't be read."""
    if head.logo is None:
        return 0
    try:
        sheet.canvas.drawImage(
            str(head.logo),
            box.x,
            box.top - LOGO,
            width=90,
            height=LOGO,
            preserveAspectRatio=True,
            anchor="w",
            mask="auto",
        )
    except Exception as fault:
        logs.trouble("letterhead.logo", error=fault)
        return 0
    return 96
