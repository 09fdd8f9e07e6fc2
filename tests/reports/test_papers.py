"""Printed papers as another reader sees them: text, pages, fonts, QR codes; for nobody, one, thirty and three hundred."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask
from flask_babel import force_locale
from PIL import Image, ImageDraw
from pypdf import PdfReader

from tests.builders import Place, an_event, registered, somebody
from tests.cast import BALI
from tpbis_events.attendance.guests import Guest, guests_of
from tpbis_events.attendance.papers import Order
from tpbis_events.attendance.print_sheet import ordered, print_sheet
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Origin, Role, Session, SessionDay
from tpbis_events.reports.attendance_sheet import AttendancePaper, Line, SheetWords, draw
from tpbis_events.reports.boxes import A4, A6, Box, drawn, qr
from tpbis_events.reports.cards import Card, cards_of, draw_badges, draw_desk_signs
from tpbis_events.reports.letterhead import Letterhead, letterhead
from tpbis_events.reports.receipt_paper import Payee, ReceiptPaper, draw_receipts
from tpbis_events.reports.sheets import sheet_to_sign, sheet_url, walk_in_sheet

LONGEST = "Dr. Ir. " + "Kusumawardhani Purnamasari " * 7
NAMES = (
    ("Budi Santoso", ""),
    ("Khamphone Vongsa", "ຄຳພອນ ວົງສາ"),
    ("Aung San Myint", "အောင်ဆန်း မြင့်"),
    ("Muhammad al-Farisi", "محمد الفارسي"),
    (LONGEST[:200], "ສະບາຍດີ" * 20),
    ("<b>Ni Luh</b> (x) \\ )Tj", "ছবি"),
)


def a_line(number: int) -> Line:
    name, own = NAMES[number % len(NAMES)]
    return Line(f"{name} ({own})" if own else name, "NIP 198501152010012003", "Kepala", "Dinas" * 30, "Peran")


def a_sheet(rows: int, *, blank_rows: int = 5, logo: Path | None = None) -> bytes:
    words = SheetWords(
        "Daftar hadir", "Nomor: DH-001", (("Kegiatan", "SHM"), ("Tempat", "Denpasar")),
        ("No.", "Nama", "Jabatan dan instansi", "Peran", "Tanda tangan"),
        "halaman %(page)s dari %(pages)s", "Kode lembar", ("Hadir: ....",), "Denpasar, 8 Agustus 2023", "Petugas", "Pindai",
    )  # fmt: skip
    head = Letterhead(("Perpustakaan Nasional Republik Indonesia", "Jakarta"), logo)
    lines = tuple(a_line(number) for number in range(rows))
    return draw(
        AttendancePaper(
            head, words, lines, "7K3M9QXW", "https://acara.example/office/sheets/7K3M9QXW", "DH-001", blank_rows
        )
    )


def embedded(pdf: PdfReader) -> bool:
    fonts = [
        font["/DescendantFonts"][0]["/FontDescriptor"]
        for page in pdf.pages
        for font in page["/Resources"].get("/Font", {}).values()
    ]
    return bool(fonts) and all("/FontFile2" in font for font in fonts)


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (30, 2), (300, 15)])
def test_every_page_has_the_header_its_number_and_the_code(rows: int, pages: int) -> None:
    content = a_sheet(rows)
    pdf = PdfReader(io.BytesIO(content))
    assert len(pdf.pages) == pages and embedded(pdf)
    assert rows > 30 or a_sheet(rows) == content, "the same facts are the same bytes"
    for number, page in enumerate(pdf.pages, start=1):
        text = page.extract_text()
        for part in ("Tanda tangan", "No.", "7K3M-9QXW", f"halaman {number} dari {pages}"):
            assert part in text, (number, part)
        assert ("Petugas" in text) is (number == pages)
    everything = "\n".join(page.extract_text() for page in pdf.pages)
    assert all(f"{number}." in everything for number in range(1, rows + 6)), "every row has its place to sign"
    if rows >= 6:
        assert "Budi Santoso" in everything and "<b>Ni Luh</b> (x) \\ )Tj" in everything
        assert set("ຄພວສအငမဆ") <= set(everything), "letters of every script, as letters"
        assert "\ufffd" not in everything


def test_a_logo_stands_beside_the_letterhead_and_a_broken_one_is_left_out(tmp_path: Path) -> None:
    good, broken = tmp_path / "logo.png", tmp_path / "broken.png"
    Image.new("RGBA", (200, 100), (0, 80, 120, 128)).save(good)
    broken.write_bytes(b"no picture")
    assert list(PdfReader(io.BytesIO(a_sheet(1, logo=good))).pages[0].images)
    assert not list(PdfReader(io.BytesIO(a_sheet(1, logo=broken))).pages[0].images)


def test_the_letterhead_comes_from_the_settings(app: Flask) -> None:
    app.config["LETTERHEAD"] = " Dinas Perpustakaan | Jalan Satu | | Denpasar "
    app.config["LETTERHEAD_LOGO"] = "/no/such/file.png"
    assert letterhead() == Letterhead(("Dinas Perpustakaan", "Jalan Satu", "Denpasar"), None)


def test_the_code_of_a_sheet_and_a_ticket_are_read_back_by_another_reader() -> None:
    class Paper:
        def squares(self, x: float, y: float, side: float, matrix: list[bytes], _colour: object) -> None:
            scale = 6
            size = len(matrix) * scale
            picture = Image.new("L", (size + 80, size + 80), "white")
            pen = ImageDraw.Draw(picture)
            for row, cells in enumerate(matrix):
                for column, dark in enumerate(cells):
                    if dark:
                        place = (40 + column * scale, 40 + row * scale)
                        pen.rectangle((place, (place[0] + scale - 1, place[1] + scale - 1)), fill="black")
            self.picture = picture

    for text in ("https://acara.perpusnas.example/office/sheets/7K3M9QXW", "7K3M9QXW7K3M9QXW"):
        paper = Paper()
        qr(paper, text, 0, 0, 50)  # type: ignore[arg-type]
        assert [found.text for found in zxingcpp.read_barcodes(paper.picture)] == [text]


def a_card(number: int) -> Card:
    name, own = NAMES[number % len(NAMES)]
    return Card(
        name, own, "Stakeholder Provinsi", "Bali", "Dinas " * 30, "SHM", "Denpasar", f"{number:016}", "7K3M9QXW"
    )


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (1, 1), (4, 1), (5, 2), (30, 8)])
def test_four_badges_fit_a_page_and_each_name_is_on_one(number: int, pages: int) -> None:
    cards = [a_card(each) for each in range(number)]
    pdf = PdfReader(io.BytesIO(draw_badges(cards, four_up=True)))
    assert len(pdf.pages) == pages
    assert tuple(map(float, pdf.pages[0].mediabox[2:])) == pytest.approx(A4, abs=0.01)
    text = "".join(page.extract_text() for page in pdf.pages)
    assert text.count("7K3M-9QXW") == number
    single = PdfReader(io.BytesIO(draw_badges(cards, four_up=False)))
    assert len(single.pages) == max(number, 1)
    assert tuple(map(float, single.pages[0].mediabox[2:])) == pytest.approx(A6, abs=0.01)
    assert not number or (embedded(pdf) and embedded(single))


def test_a_desk_sign_has_the_name_on_both_sides_the_upper_one_turned() -> None:
    pdf = PdfReader(io.BytesIO(draw_desk_signs([a_card(each) for each in range(6)])))
    assert len(pdf.pages) == 6 and embedded(pdf)
    assert pdf.pages[0].extract_text().count("Budi Santoso") == 2
    assert b"q -1 0 0 -1 841.89 595.28 cm" in pdf.pages[0].get_contents().get_data()  # type: ignore[union-attr]


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (1, 1), (30, 2), (300, 13)])
def test_a_receipt_list_has_totals_in_figures_and_words(people: int, pages: int) -> None:
    payees = tuple(Payee(NAMES[n % 6][0], "198501152010012003", "Dinas", 150_000, 7_500) for n in range(people))
    paper = ReceiptPaper(
        Letterhead(("Perpusnas",), None), "Tanda terima transport", (("Tempat", "Denpasar"),), payees, "Denpasar"
    )
    pdf = PdfReader(io.BytesIO(draw_receipts(paper)))
    assert len(pdf.pages) == pages and embedded(pdf)
    last = pdf.pages[-1].extract_text()
    paid = {0: ("0", "nol"), 1: ("142.500", "seratus empat puluh dua ribu lima ratus")}.get(people)
    figures, words = paid or {30: ("4.275.000", "empat juta dua ratus tujuh puluh lima ribu"),
                              300: ("42.750.000", "empat puluh dua juta tujuh ratus lima puluh ribu")}[people]  # fmt: skip
    assert f"Terbilang: {words} rupiah" in last and figures in last
    assert ("Pajak (Rp)" in last) is bool(people)
    assert all(f"halaman {n} dari {pages}" in page.extract_text() for n, page in enumerate(pdf.pages, start=1))


def test_a_signature_stays_inside_its_field() -> None:
    class Paper:
        def operators(self, code: str) -> None:
            self.code = code

    paper = Paper()
    drawn(paper, [[(0, 0), (1000, 400)], [(500, 200)]], Box(100, 50, 60, 20))  # type: ignore[arg-type]
    numbers = [line.split() for line in paper.code.splitlines()[1:-1]]
    xs = [float(each) for line in numbers for each in line[0::3]]
    ys = [float(each) for line in numbers for each in line[1::3]]
    assert min(xs) >= 100 and max(xs) <= 160 and min(ys) >= 30 and max(ys) <= 50
    drawn(paper, [], Box(0, 0, 1, 1))  # type: ignore[arg-type]


def filled(place: Place) -> Session:
    for name, own in NAMES[:4]:
        registered(place, somebody(full_name=name, own_script_name=own, employment="pns", nip="198501152010012003"))
    return db.session.get_one(Session, place.session_id)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_sheet_says_day_zone_number_and_whole_nip_where_it_may(app: Flask) -> None:
    place = an_event(roles={"village": 6}, days=2)[BALI, "village"]
    day_id = filled(place).days[1].id
    printed = print_sheet(day_id, by=COMMAND_LINE)
    text = text_of(sheet_to_sign(db.session.get_one(SessionDay, day_id), printed))
    for part in (
        "WITA",
        "Aula Perpustakaan, Denpasar",
        printed.number,
        "NIP 198501152010012003",
        "Peran village",
        "အ",
    ):
        assert part in text, part
    printed = print_sheet(day_id, numbers=False, by=COMMAND_LINE)
    day = db.session.get_one(SessionDay, day_id)
    assert "198501152010012003" not in text_of(sheet_to_sign(day, printed))
    assert "Budi" not in text_of(walk_in_sheet(day))
    assert sheet_url(printed.code) == f"http://127.0.0.1:8000/office/sheets/{printed.code}"


def test_a_sheet_for_people_from_abroad_has_its_headings_in_both_languages(app: Flask) -> None:
    from dataclasses import replace

    place = an_event(roles={"delegate": 3}, origin=Origin.INTERNATIONAL)[BALI, "delegate"]
    applicant = replace(somebody(full_name="Khamphone"), country_code="LA", email="k@contoh.example", employment="")
    registered(place, applicant)
    session = db.session.get_one(Session, place.session_id)
    day_id = session.days[0].id
    with force_locale("id"):
        printed = print_sheet(day_id, by=COMMAND_LINE)
        text = text_of(sheet_to_sign(db.session.get_one(SessionDay, day_id), printed))
    assert "Peran delegate / Role delegate" in " ".join(text.split())
    cards = cards_of(db.session.get_one(Session, place.session_id), guests_of(session))
    assert cards[0].origin.startswith("Laos") and cards[0].role == "Peran delegate / Role delegate"


def test_rows_stand_by_role_or_by_name() -> None:
    def guest(name: str, role: str) -> Guest:
        return Guest(1, "R", "T", Role(slug=role), name, None, "", "", "ID", None, None, None)

    guests = [guest("Wayan", "a"), guest("budi", "b"), guest("Agus", "b")]
    assert ordered(guests, Order.ROLE) == guests
    assert [each.full_name for each in ordered(guests, Order.NAME)] == ["Agus", "budi", "Wayan"]
