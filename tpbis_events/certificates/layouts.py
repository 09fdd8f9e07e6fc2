"""The layouts to choose from: where things stand on the front, and what lies behind them. Measures in points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tpbis_events.certificates import backgrounds, ornament
from tpbis_events.certificates.sheet import Colour

WIDTH, HEIGHT = 841.89, 595.28  # A4, lying
Ground = Callable[[float, float, Colour, Colour], bytes]


@dataclass(frozen=True, slots=True)
class Layout:
    """`left` and `right` bound the text; `top` and `foot` are where it begins and where check code and signature stand.

    `qr_x` is the left edge of the QR code, `words_x` that of the words beside it; a `plate` is a white ground under it.
    """

    left: float
    right: float
    top: float
    foot: float
    centred: bool
    ground: Ground | None
    qr_x: float
    words_x: float
    plate: bool = False

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


_SIDE = 66.0
LAYOUTS: dict[str, Layout] = {
    # The classical one: a border of kawung on all sides.
    "frame": Layout(_SIDE, WIDTH - _SIDE, HEIGHT - 58, 57, True, ornament.frame, _SIDE, _SIDE + 88),
    # Woven hems above and below, the sides open.
    "weave": Layout(_SIDE, WIDTH - _SIDE, HEIGHT - 78, 76, True, backgrounds.weave, _SIDE, _SIDE + 88),
    # The modern one: a band at the left, the text flush with it.
    "band": Layout(150, WIDTH - 48, HEIGHT - 44, 38, False, backgrounds.band, 18, 150, plate=True),
    # For paper that is printed already: nothing behind the text, room for a letterhead above.
    "plain": Layout(72, WIDTH - 72, HEIGHT - 96, 54, True, None, 72, 160),
}


def layout_of(name: str) -> Layout:
    """The layout of this name; the classical one for a name that there no longer is."""
    return LAYOUTS.get(name, LAYOUTS["frame"])


def colour_of(code: str) -> Colour:
    """`#rrggbb` as three shares."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
