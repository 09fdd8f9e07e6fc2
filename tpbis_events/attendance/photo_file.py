"""What a photograph or scan of a signed sheet may be, told by its content and never by its name; and what is kept of it.

A picture is decoded and written anew as JPEG: what could hide in it (place, device, comments, a second file behind the first)
doesn't come along. A PDF is kept byte for byte when nothing in it acts by itself (decision 28).
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass

from tpbis_events.foundation.errors import Refusal

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 3508  # pixels: A4 at 300 dots an inch
QUALITY = 88
_MOST_UNPACKED = 4 * 1024 * 1024  # of the lists of objects in a PDF
_LEAST_UNPACKED = 8 * 1024  # what one list counts for, so that a million empty ones are too many
# What in a PDF acts by itself, opens something, or carries another file.
_ACTIVE = (
    b"/javascript",
    b"/js",
    b"/launch",
    b"/embeddedfile",
    b"/openaction",
    b"/aa",
    b"/richmedia",
    b"/xfa",
    b"/submitform",
)
_NAME_END = b" \r\n\t\0\f/<>[](){}%"
_OBJECT_STREAM = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """What is kept. `received_hash` is the SHA-256 of what was handed in, `kept_hash` that of `content`."""

    content: bytes
    kind: str  # jpg, pdf
    width: int | None
    height: int | None
    received_hash: str
    kept_hash: str


def examine_photo(received: bytes) -> PhotoFile:
    """The file to keep. Refuses what is empty, over MOST_BYTES, no JPEG, PNG or PDF, damaged, over MOST_PIXELS, or active."""
    if not received:
        raise Refusal("photo.empty")
    if len(received) > MOST_BYTES:
        raise Refusal("photo.too_large", most=MOST_BYTES // 1024 // 1024)
    if received.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        content, width, height = _picture(received)
        return PhotoFile(content, "jpg", width, height, _hash(received), _hash(content))
    if received.startswith(b"%PDF-"):
        _examine_pdf(received)
        return PhotoFile(received, "pdf", None, None, _hash(received), _hash(received))
    raise Refusal("photo.other_kind")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _picture(received: bytes) -> tuple[bytes, int, int]:
    """Upright, at most LONGEST_SIDE long, without anything but its pixels."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(received), formats=("JPEG", "PNG")) as image:
            # The header alone has been read; a small file may still unpack into gigabytes.
            if image.width * image.height > MOST_PIXELS or min(image.size) < 50:
                raise Refusal("photo.pixels", most=MOST_PIXELS // 1_000_000)
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
                ground = Image.new("RGBA", upright.size, "white")
                ground.alpha_composite(upright.convert("RGBA"))
                upright = ground
            plain = Image.new("RGB", upright.size)
            plain.paste(upright.convert("RGB"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refusal("photo.pixels", most=MOST_PIXELS // 1_000_000) from bomb
    except Refusal:
        raise
    except Exception as fault:  # what a damaged picture makes a decoder say is many things
        raise Refusal("photo.damaged") from fault
    file = io.BytesIO()
    plain.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue(), plain.width, plain.height


def _examine_pdf(received: bytes) -> None:
    """Whole, with nothing behind its end, not encrypted, nothing that acts; no guarantee, so it's never shown in our pages."""
    if not received.rstrip(b"\r\n \0").endswith(b"%%EOF") or b"PK\x05\x06" in received[-66_000:]:
        raise Refusal("photo.damaged")
    texts = [received, *_unpacked(received)]
    if any(b"/Encrypt" in text for text in texts):
        raise Refusal("photo.encrypted")
    if any(_acts(text) for text in texts):
        raise Refusal("photo.active")


def _acts(text: bytes) -> bool:
    """Whether a name of _ACTIVE stands in it, however it is spelled (`/J#61vaScript`)."""
    spelled = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text).lower()
    for name in _ACTIVE:
        at = spelled.find(name)
        while at >= 0:
            after = spelled[at + len(name) : at + len(name) + 1]
            # A scan's own pixels may spell anything: a name counts where a dictionary goes on after it.
            if after in (b"", *(bytes([c]) for c in _NAME_END)) and _in_text(spelled, at):
                return True
            at = spelled.find(name, at + 1)
    return False


def _in_text(text: bytes, at: int) -> bool:
    around = text[max(0, at - 24) : at + 24]
    return all(byte in b"\r\n\t\0\f" or 32 <= byte < 127 for byte in around)


def _unpacked(received: bytes) -> list[bytes]:
    """The lists of objects that newer PDFs keep compressed, as far as _MOST_UNPACKED goes."""
    found, room = [], _MOST_UNPACKED
    whole = memoryview(received)  # a slice of it copies nothing, however many lists there are
    for match in _OBJECT_STREAM.finditer(received):
        text = b""
        with suppress(zlib.error):
            text = zlib.decompressobj().decompress(whole[match.end() : match.end() + _MOST_UNPACKED], room)
            found.append(text)
        room -= max(len(text), _LEAST_UNPACKED)
        if room <= 0:
            raise Refusal("photo.damaged")
    return found
