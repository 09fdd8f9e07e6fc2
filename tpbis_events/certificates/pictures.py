"""Pictures as a PDF page takes them: colours and transparency apart, compressed once per process and file."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image


@dataclass(frozen=True, slots=True)
class Picture:
    """`name` tells pictures apart; `colours` are RGB, `alpha` is there when something shines through. Both deflated."""

    name: str
    width: int
    height: int
    colours: bytes
    alpha: bytes | None


@lru_cache(maxsize=64)
def picture_at(path: Path) -> Picture:
    """A picture that was kept by `add_image`; the file never changes, so it is read once."""
    with Image.open(path) as opened:
        image = opened.convert("RGBA")
    red, green, blue, alpha = image.split()
    colours = Image.merge("RGB", (red, green, blue)).tobytes()
    shines = min(alpha.tobytes()) < 255
    return Picture(
        path.stem,
        image.width,
        image.height,
        zlib.compress(colours, 9),
        zlib.compress(alpha.tobytes(), 9) if shines else None,
    )
