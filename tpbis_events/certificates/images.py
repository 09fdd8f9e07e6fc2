"""Pictures on certificates: what each is for, what a picture may be, and where its file is."""

from __future__ import annotations

import io
import os
import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from flask import current_app
from PIL import Image, ImageOps

MOST_BYTES = 1_500_000
MOST_PIXELS = 12_000_000
LEAST_SIDE = 40  # pixels; a smaller one would be a blot on paper
SIDE = 900  # pixels that are kept: 300 dots an inch for the 7 cm that a logo may take
FORMATS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}


class Purpose(StrEnum):
    """In the order in which they are printed; several logos, one signature."""

    LOGO = "logo"
    PARTNER = "partner"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A picture drawn anew from an upload: its pixels and nothing else of the file that came."""

    content: bytes  # PNG
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


class BadImage(ValueError):
    """`code` says what is wrong with an upload."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def folder() -> Path:
    """Where the files are, each named by its SHA-256; they belong to the backup as the database does."""
    return Path(current_app.config["INSTANCE"]) / "certificates" / "images"


def path_of(sha256_: str) -> Path:
    return folder() / f"{sha256_}.png"


def redrawn(content: bytes) -> Redrawn:
    """The upload as PNG of at most 900 pixels a side, without anything that isn't a pixel: no places, no names, no scripts.

    Its first bytes say what it is, never its name. Refuses what is no PNG or JPEG (an SVG is a program, not a picture), more
    than 1.5 MB, more than 12 megapixels as its head says before anything is unpacked, less than 40 pixels a side, and
    what can't be read to its end.
    """
    if not content:
        raise BadImage("image.missing")
    if len(content) > MOST_BYTES:
        raise BadImage("image.too_large")
    kind = next((name for magic, name in FORMATS.items() if content.startswith(magic)), None)
    if kind is None:
        raise BadImage("image.kind")
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise BadImage("image.too_many_pixels")
            if min(opened.size) < LEAST_SIDE:
                raise BadImage("image.too_small")
            image = (ImageOps.exif_transpose(opened) or opened).convert("RGBA")
    except BadImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise BadImage("image.too_many_pixels") from bomb
    except Exception as broken:  # the readers of picture files raise all kinds of errors at what is broken or hostile
        raise BadImage("image.broken") from broken
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    plain = Image.frombytes("RGBA", image.size, image.tobytes())
    written = io.BytesIO()
    plain.save(written, "PNG", optimize=True)
    return Redrawn(written.getvalue(), plain.width, plain.height)


def keep(picture: Redrawn) -> None:
    """Write the file once and for all; whole or not at all, also when the power goes or two do it at once."""
    place = path_of(picture.sha256)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{secrets.token_hex(8)}")
    with draft.open("wb") as file:
        file.write(picture.content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)
