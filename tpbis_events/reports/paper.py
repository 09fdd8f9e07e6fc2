"""A4 pages with a heading, tables whose heading comes again on each page, and bars; drawn on the certificates' sheet.

That sheet shapes every script and takes text as text: no name is ever markup. Bars are drawn as plain rectangles; a chart
library would bring in fonts that aren't embedded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tpbis_events.certificates import shaping
from tpbis_events.certificates.fonts import BOLD, DISPLAY, SERIF
from tpbis_events.certificates.layout import Fit, fit
from tpbis_events.certificates.sheet import Colour, Sheet
from tpbis_events.reports.boxes import INK, LINE, NILA, SOFT, SOGA, Box, filled, in_box

WIDTH, HEIGHT = 595.28, 841.89  # A4, standing; points
SIDE, TOP, FOOT = 42.0, 44.0, 46.0
INNER = WIDTH - 2 * SIDE
HEADING_ROW = 24.0
_BAND: Colour = (0.91, 0.92, 0.96)
_CELL = Fit(SERIF, 9, 7.5, 6, 2)
_LABEL = Fit(BOLD, 8.5, 6.5, 6, 2)
__all__ = ("INK", "LINE", "NILA", "SOFT", "SOGA", "Cut", "Head", "Paper")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on top: the issuer, the title, and lines below it."""

    issuer: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """One column of a table: its heading, its share of the width, whether it holds numbers."""

    label: str
    share: float
    right: bool = False


class Paper:
    """Pages in the making. Rows have one height each table, so the number of pages is known beforehand where it is asked."""

    def __init__(self, *, lang: str, title: str, page_words: str) -> None:
        """`page_words` is `Halaman %(page)s`."""
        self._sheet = Sheet(
            WIDTH, HEIGHT, lang=lang, title=title, author="Perpustakaan Nasional Republik Indonesia", subject=title
        )
        self._page_words = page_words
        self._page = 0
        self._running = ""
        self.y = 0.0

    def begin(self, head: Head) -> None:
        """A new page with the whole heading; the pages after it carry it small."""
        self._turn()
        self._running = " · ".join([head.title, *head.lines[:1]])
        self._text(head.issuer, SIDE, Fit(BOLD, 9.5, 8, 7), NILA, 13)
        self._text(head.title, SIDE, Fit(DISPLAY, 20, 15, 10, 2), INK, 26)
        for line in head.lines:
            self._text(line, SIDE, Fit(SERIF, 10, 8, 6.5, 2), INK, 14)
        self.y -= 8

    def heading(self, text: str) -> None:
        if self.y < FOOT + 110:
            self.more()
        self.y -= 8
        self._text(text, SIDE, Fit(BOLD, 12, 9, 7, 2), NILA, 18)

    def words(self, text: str) -> None:
        """A paragraph of plain text."""
        for shaped in fit(shaping.clean(text, None), Fit(SERIF, 9.5, 9.5, 8, 8), INNER).lines:
            self._room(13)
            self._sheet.text(SIDE, self.y - 9.5, shaped, 9.5, SOFT)
            self.y -= 13

    def table(self, cuts: Sequence[Cut], rows: Sequence[Sequence[str]], *, height: float = 20.0) -> None:
        """Rows of one height, ruled; the heading comes again on every page."""
        total = sum(cut.share for cut in cuts)
        widths = [INNER * cut.share / total for cut in cuts]
        self._row([cut.label for cut in cuts], cuts, widths, HEADING_ROW, heading=True)
        for row in rows:
            if self.y - height < FOOT:
                self._ends(widths)
                self.more()
                self._row([cut.label for cut in cuts], cuts, widths, HEADING_ROW, heading=True)
            self._row(row, cuts, widths, height)
        self.y -= 10

    def bars(self, rows: Sequence[tuple[str, Sequence[tuple[int, Colour]]]]) -> None:
        """Lying bars, for each row one below the other with its number; all on one scale."""
        most = max((number for _label, values in rows for number, _colour in values), default=0) or 1
        start, room = SIDE + 190, INNER - 190 - 40
        for label, values in rows:
            height = 9.0 * len(values) + 5
            self._room(height)
            self._cell(label, SIDE, 184, self.y - 2, 9.0 * len(values), _CELL, right=True)
            for place, (number, colour) in enumerate(values):
                y = self.y - 9.0 * (place + 1)
                width = max(room * number / most, 0.5)
                self._fill(start, y, width, 7.5, colour)
                shaped = shaping.shape(str(number), SERIF)
                self._sheet.text(start + width + 4, y + 1.2, shaped, 7.5, INK)
            self.y -= height
        self.y -= 8

    def legend(self, entries: Sequence[tuple[str, Colour]]) -> None:
        x = SIDE + 190
        self._room(16)
        for label, colour in entries:
            self._fill(x, self.y - 8, 8, 8, colour)
            shaped = shaping.shape(shaping.clean(label), SERIF)
            self._sheet.text(x + 12, self.y - 7.5, shaped, 8.5, INK)
            x += 26 + shaped.width * 8.5
        self.y -= 18

    def finish(self) -> bytes:
        self._foot()
        return self._sheet.finish()

    def more(self) -> None:
        """Go on with a new page."""
        self._turn()
        self._text(self._running, SIDE, Fit(SERIF, 8.5, 8, 6), SOFT, 16)

    def _turn(self) -> None:
        if self._page:
            self._foot()
            self._sheet.canvas.showPage()
        self._page += 1
        self.y = HEIGHT - TOP

    def _foot(self) -> None:
        shaped = shaping.shape(self._page_words % {"page": self._page}, SERIF)
        self._sheet.text(WIDTH - SIDE - shaped.width * 8, FOOT - 20, shaped, 8, SOFT)

    def _room(self, height: float) -> None:
        if self.y - height < FOOT:
            self.more()

    def _text(self, text: str, x: float, rule: Fit, colour: Colour, leading: float) -> None:
        done = fit(shaping.clean(text), rule, INNER)
        for shaped in done.lines:
            self._sheet.text(x, self.y - shaped.ascent * done.size, shaped, done.size, colour)
            self.y -= max(leading, (shaped.ascent + shaped.descent) * done.size)

    def _row(
        self, row: Sequence[str], cuts: Sequence[Cut], widths: Sequence[float], height: float, *, heading: bool = False
    ) -> None:
        if heading:
            self._sheet.rule(SIDE, self.y, INNER, NILA)
            self._fill(SIDE, self.y - height, INNER, height, _BAND)
        x = SIDE
        for text, cut, width in zip(row, cuts, widths, strict=True):
            self._cell(text, x + 4, width - 8, self.y, height, _LABEL if heading else _CELL, right=cut.right)
            x += width
        self.y -= height
        self._sheet.rule(SIDE, self.y, INNER, NILA if heading else LINE)

    def _ends(self, widths: Sequence[float]) -> None:
        self._sheet.rule(SIDE, self.y, sum(widths), NILA)

    def _cell(
        self, text: str, x: float, width: float, top: float, height: float, rule: Fit, *, right: bool = False
    ) -> None:
        in_box(self._sheet, text, Box(x, top, width, height), rule, "right" if right else "left", INK)

    def _fill(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        filled(self._sheet, Box(x, y + height, width, height), colour)
