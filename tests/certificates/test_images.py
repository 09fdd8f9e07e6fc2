"""Pictures for certificates: read by what they are, drawn anew, and refused with a reason before they can do harm."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tpbis_events.certificates import images
from tpbis_events.certificates.images import BadImage, redrawn
from tpbis_events.certificates.pictures import picture_at


def a_png(width: int = 300, height: int = 100, mode: str = "RGBA", **options: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height), 200 if mode in ("L", "P", "1") else None).save(file, "PNG", **options)
    return file.getvalue()


def a_jpeg(mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (300, 200)).save(file, "JPEG", **options)
    return file.getvalue()


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes whose head promises many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "P", "1", "LA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    picture = redrawn(a_png(mode=mode))
    assert (picture.width, picture.height) == (300, 100)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_kind_of_jpeg_is_read(mode: str) -> None:
    assert redrawn(a_jpeg(mode)).content.startswith(b"\x89PNG")


def test_nothing_but_pixels_is_kept() -> None:
    secret = PngInfo()
    secret.add_text("Comment", "rahasia <script>alert(1)</script>")
    exif = Image.Exif()
    exif[0x010E] = "rahasia"
    for content in (a_png(pnginfo=secret) + b"rahasia behind the end", a_jpeg(exif=exif.tobytes())):
        picture = redrawn(content)
        assert b"rahasia" in content and b"rahasia" not in picture.content
        assert redrawn(picture.content).sha256 == picture.sha256, "what was drawn anew stays as it is"


def test_a_photo_that_lies_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert (redrawn(a_jpeg(exif=exif.tobytes())).width, 300) == (200, 300)


def test_a_large_picture_is_made_smaller() -> None:
    picture = redrawn(a_png(3000, 1000))
    assert (picture.width, picture.height) == (900, 300)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "image.missing"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>", "image.kind"),
        (b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "image.kind"),
        (b"%PDF-1.7", "image.kind"),
        (b"GIF89a" + b"\0" * 50, "image.kind"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image.kind"),
        (b"MZ" + b"\0" * 500, "image.kind"),
        (b" " + a_png(), "image.kind"),
        (a_png() + b"\0" * 1_500_000, "image.too_large"),
        (a_bomb(10_000, 10_000), "image.too_many_pixels"),
        (a_bomb(60_000, 60_000), "image.too_many_pixels"),
        (a_bomb(2_000_000_000, 2_000_000_000), "image.too_many_pixels"),
        (a_png(39, 39), "image.too_small"),
        (a_png(900, 2), "image.too_small"),
        (a_png()[:80], "image.broken"),
        (a_bomb(1000, 1000), "image.broken"),
        (b"\x89PNG\r\n\x1a\n", "image.broken"),
        (b"\xff\xd8\xff" + b"\0" * 500, "image.broken"),
        (a_jpeg()[:300], "image.broken"),
    ],
)
def test_what_is_no_picture_or_too_much_of_one_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(BadImage) as bad:
        redrawn(content)
    assert bad.value.code == code


def test_a_kept_file_is_never_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "folder", lambda: tmp_path / "images")
    picture = redrawn(a_png())
    images.keep(picture)
    place = images.path_of(picture.sha256)
    place.chmod(0o444)
    before = place.stat()
    images.keep(picture)
    assert place.read_bytes() == picture.content and place.stat().st_mtime_ns == before.st_mtime_ns
    assert [file.name for file in place.parent.iterdir()] == [place.name]


def test_a_picture_shines_through_only_where_it_does(tmp_path: Path) -> None:
    for mode, shines in (("RGB", False), ("RGBA", True)):
        file = tmp_path / f"{mode}.png"
        file.write_bytes(a_png(50, 40, mode))
        assert (picture_at(file).alpha is not None) is shines
