"""Amounts in words, rows as a hand types them, pages of a sheet, and what of an uploaded file is kept: without a database."""

from __future__ import annotations

import hashlib
import io
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tpbis_events.attendance.photo_file import LONGEST_SIDE, MOST_BYTES, examine_photo
from tpbis_events.attendance.row_numbers import read_rows, written_rows
from tpbis_events.attendance.signatures import read_strokes, written
from tpbis_events.foundation.errors import Refusal
from tpbis_events.places.rupiah import LARGEST, read_rupiah, rupiah, terbilang
from tpbis_events.reports.attendance_sheet import paginate


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (101, "seratus satu"),
        (110, "seratus sepuluh"),
        (199, "seratus sembilan puluh sembilan"),
        (200, "dua ratus"),
        (1_000, "seribu"),
        (1_001, "seribu satu"),
        (1_100, "seribu seratus"),
        (2_011, "dua ribu sebelas"),
        (11_000, "sebelas ribu"),
        (100_000, "seratus ribu"),
        (101_000, "seratus satu ribu"),
        (150_000, "seratus lima puluh ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (1_250_000, "satu juta dua ratus lima puluh ribu"),
        (1_000_000_000, "satu miliar"),
        (1_000_000_000_000, "satu triliun"),
        (999_999, "sembilan ratus sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan"),
    ],
)
def test_an_amount_is_said_in_indonesian_words(number: int, words: str) -> None:
    assert terbilang(number) == words


_ONES = {word: number for number, word in enumerate("nol satu dua tiga empat lima enam tujuh delapan sembilan".split())}
_BIG = {"ribu": 1000, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}


def _understood(words: str) -> int:
    """What a listener makes of them, by rules of her own."""
    whole = part = last = 0
    for word in words.split():
        if word in _ONES:
            last = _ONES[word]
        elif word == "belas":
            part, last = part + 10 + last, 0
        elif word in ("puluh", "ratus"):
            part, last = part + last * (10 if word == "puluh" else 100), 0
        elif word in ("sepuluh", "sebelas", "seratus"):
            part += {"sepuluh": 10, "sebelas": 11, "seratus": 100}[word]
        elif word == "seribu":
            whole += 1000
        else:
            whole, part, last = whole + (part + last) * _BIG[word], 0, 0
    return whole + part + last


@given(st.integers(min_value=0, max_value=LARGEST - 1))
def test_whoever_hears_an_amount_hears_that_amount(number: int) -> None:
    words = terbilang(number)
    assert _understood(words) == number
    assert "satu puluh" not in words and "satu ratus" not in words and "satu belas" not in words
    assert "  " not in words and words == words.strip()


@pytest.mark.parametrize("number", [-1, LARGEST])
def test_what_is_no_amount_is_not_said(number: int) -> None:
    with pytest.raises(ValueError, match="words"):
        terbilang(number)


@pytest.mark.parametrize(
    "typed", ["150000", "150.000", "Rp 150.000", "Rp150.000,00", "150,000.00", " 150 000 ", "Rp. 150.000,-"]
)
def test_rupiah_are_read_as_people_type_them(typed: str) -> None:
    assert read_rupiah(typed) == 150_000
    assert read_rupiah(rupiah(150_000)) == 150_000


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "15,50", "1.50.000", "abc", "1e6", "١٥٠", "9" * 16, "Rp"])
def test_what_is_no_whole_amount_is_refused(typed: str) -> None:
    assert read_rupiah(typed) is None


def test_rows_are_read_as_a_hand_types_them() -> None:
    assert read_rows("1-3, 5; 9 – 7\n12", 30) == ([1, 2, 3, 5, 7, 8, 9, 12], [])
    assert read_rows("", 30) == ([], [])
    assert read_rows("0 31 2-40 x 5-", 30) == ([], ["0", "31", "2-40", "x", "5-"])
    assert read_rows("1-9999", 10**6) == (list(range(1, 10_000)), [])


@given(st.sets(st.integers(min_value=1, max_value=400)))
def test_rows_that_are_written_are_read_back(rows: set[int]) -> None:
    assert read_rows(written_rows(sorted(rows)), 400) == (sorted(rows), [])


@given(
    st.integers(min_value=0, max_value=500),
    st.integers(min_value=6, max_value=30),
    st.integers(min_value=8, max_value=40),
)
def test_every_row_has_its_page_and_the_end_never_stands_alone(rows: int, first: int, further: int) -> None:
    pages = paginate(rows, first, further, 4)
    assert sum(pages) == rows
    assert all(count > 0 for count in pages) or rows == 0
    rooms = [first, *[further] * (len(pages) - 1)]
    assert all(count <= room for count, room in zip(pages, rooms, strict=True))
    assert pages[-1] <= rooms[-1] - 4 or rows <= 1, "with room for the end"


def test_strokes_are_points_of_the_field_and_nothing_else() -> None:
    told = "[[0,0,10,10,20,20],[1000,400,999,399,998,398]]"
    strokes = read_strokes(told)
    assert strokes is not None and strokes[1][0] == (1000, 400)
    assert written(strokes) == told


@pytest.mark.parametrize(
    "told",
    ["", "null", "{}", "[]", "[[]]", "[[1,2,3]]", "[[1,2]]", '[["a","b"]]', "[[1.5,2,3,4,5,6,7,8,9,10,11,12]]",
     "[[true,true,1,1,1,1,1,1,1,1,1,1]]", f"[[{','.join(['1001,1'] * 10)}]]", f"[[{','.join(['-1,1'] * 10)}]]",
     "[" * 5000, "[" + ",".join(["[1,1,2,2]"] * 201) + "]", f"[[{','.join(['1'] * 9000)}]]", "9" * 70_000],
)  # fmt: skip
def test_what_is_no_drawing_is_refused(told: str) -> None:
    assert read_strokes(told) is None


def picture(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), mode: str = "RGB", **more: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, (250, 240, 230) if mode == "RGB" else None).save(file, kind, **more)
    return file.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(Refusal) as no:
        examine_photo(content)
    return no.value.code


def test_a_photograph_loses_place_and_camera_and_keeps_its_two_fingerprints() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by the camera
    exif[0x010F] = "Kamera Budi"
    exif.get_ifd(0x8825)[2] = (8.0, 39.0, 29.0)
    received = picture(exif=exif, comment=b"rumah Budi")
    assert b"Kamera" in received and b"rumah" in received
    kept = examine_photo(received)
    assert (kept.kind, kept.width, kept.height) == ("jpg", 900, 1200), "upright"
    assert kept.received_hash == hashlib.sha256(received).hexdigest()
    assert kept.kept_hash == hashlib.sha256(kept.content).hexdigest()
    assert b"Kamera" not in kept.content and b"rumah" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as image:
        assert not image.getexif() and "comment" not in image.info and "icc_profile" not in image.info


@pytest.mark.parametrize(
    ("mode", "kind"), [("L", "JPEG"), ("CMYK", "JPEG"), ("RGBA", "PNG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG")]
)
def test_every_kind_of_picture_becomes_a_plain_one(mode: str, kind: str) -> None:
    kept = examine_photo(picture(kind, mode=mode))
    with Image.open(io.BytesIO(kept.content)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1200, 900))


def test_a_large_picture_is_made_as_large_as_a_scan_of_a4() -> None:
    kept = examine_photo(picture(size=(6000, 4000)))
    assert (kept.width, kept.height) == (LONGEST_SIDE, 2339)


def test_nothing_stays_of_what_stood_behind_a_picture() -> None:
    kept = examine_photo(picture() + b"<?php system($_GET[0]); ?>PK\x05\x06")
    assert b"php" not in kept.content


def png_of(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "photo.empty"),
        (b"<?php system($_GET[0]); ?>", "photo.other_kind"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "photo.other_kind"),
        (b"<!DOCTYPE lolz [<!ENTITY a 'ha'>]><svg>&a;</svg>", "photo.other_kind"),
        (b"GIF89a" + b"\0" * 100, "photo.other_kind"),
        (b"II*\0" + b"\0" * 100, "photo.other_kind"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "photo.other_kind"),
        (b"PK\x03\x04" + b"\0" * 100, "photo.other_kind"),
        (b"MZ" + b"\0" * 100, "photo.other_kind"),
        (b" %PDF-1.7\n%%EOF", "photo.other_kind"),
        (picture()[:2000], "photo.damaged"),
        (picture("PNG")[:200], "photo.damaged"),
        (b"\xff\xd8\xff" + b"<script>" * 50, "photo.damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "photo.damaged"),
        (png_of(10_000, 10_000), "photo.pixels"),  # 100 million in a few hundred bytes
        (png_of(30_000, 30_000), "photo.pixels"),
        (png_of(8000, 6000), "photo.pixels"),
        (png_of(2000, 2000), "photo.damaged"),
        (picture(size=(20, 20)), "photo.pixels"),
        (b"\xff\xd8\xff" + b"\0" * MOST_BYTES, "photo.too_large"),
    ],
)
def test_what_is_hostile_or_broken_is_refused_by_its_content(content: bytes, code: str) -> None:
    assert refused(content) == code


def pdf(inside: bytes = b"", end: bytes = b"\n%%EOF\n") -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog " + inside + b">>endobj\ntrailer<</Root 1 0 R>>" + end


def objects(inside: bytes) -> bytes:
    packed = zlib.compress(inside)
    return b">>endobj\n2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\r\n" + packed + b"\nendstream endobj 3 0 obj<<"


def test_a_scan_as_pdf_is_kept_as_it_is() -> None:
    content = pdf(objects(b"1 0 <</Type/Page>>"))
    kept = examine_photo(content)
    assert (kept.content, kept.kind, kept.kept_hash) == (content, "pdf", kept.received_hash)
    noise = bytes((n * 7919 + n // 251) % 256 for n in range(200_000)) + b"\xff/JS \x80"
    assert examine_photo(pdf(b">>stream\n" + noise + b"\nendstream<<")).kind == "pdf", "pixels may spell anything"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pdf(b"/OpenAction 2 0 R"), "photo.active"),
        (pdf(b"/AA<</O 2 0 R>>"), "photo.active"),
        (pdf(b"/Names<</JavaScript 2 0 R>>"), "photo.active"),
        (pdf(b"/S /J#61vaScript /J#53 (app.alert(1))"), "photo.active"),
        (pdf(b"/Names<</EmbeddedFiles 2 0 R>>/EmbeddedFile "), "photo.active"),
        (pdf(b"/Launch "), "photo.active"),
        (pdf(objects(b"1 0 <</S/JavaScript/JS(app.alert\\(1\\))>>")), "photo.active"),
        (pdf(b"/Encrypt 3 0 R"), "photo.encrypted"),
        (pdf(end=b"\n%%EO"), "photo.damaged"),
        (pdf(end=b"\n%%EOF\n<html><script>alert(1)</script>"), "photo.damaged"),
        (pdf(end=b"PK\x05\x06" + b"\0" * 18 + b"%%EOF"), "photo.damaged"),
        (b"%PDF-1.7", "photo.damaged"),
    ],
)
def test_a_pdf_that_acts_hides_or_goes_on_behind_its_end_is_refused(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_a_pdf_that_unpacks_without_end_is_refused() -> None:
    assert refused(pdf(objects(b"\0" * 8_000_000))) == "photo.damaged"


def test_a_pdf_with_a_great_many_empty_lists_is_refused_at_once() -> None:
    """Each of them would copy what follows it: minutes of work for one file."""
    begun = time.process_time()
    assert refused(pdf(objects(b"") * 30_000)) == "photo.damaged"
    assert refused(pdf(b"/ObjStm stream\n" * 100_000)) == "photo.damaged"
    assert time.process_time() - begun < 5
