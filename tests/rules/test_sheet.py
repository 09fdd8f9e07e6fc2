"""Sheets as Excel and LibreOffice leave them, and as nobody should send them."""

from __future__ import annotations

import base64
import io
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from tpbis_events.registrations import sheet_pack, sheet_rows
from tpbis_events.registrations.sheet import read_sheet
from tpbis_events.registrations.sheet_cells import FORMULA_ERROR, LOST_DIGITS, MOST_ROWS, NO_RESULT, BadSheet

HEAD = ["Peran", "Nama lengkap", "NIP", "Instansi"]


def workbook(*rows: Sequence[object], change: Callable[[Worksheet], None] | None = None) -> bytes:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for row in rows:
        page.append(list(row))
    if change:
        change(page)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def texts(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in read_sheet(data).lines]


def code_of(data: bytes) -> str:
    with pytest.raises(BadSheet) as refused:
        read_sheet(data)
    return refused.value.code


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_whatever_separates_its_cells_and_lines(separator: str, end: str, encoding: str) -> None:
    rows = ["Peran;Nama lengkap;Instansi", 'desa;"Ni Luh; Ayu";Desa Sukamaju', ";;", ""]
    text = end.join(rows).replace(";", separator)
    assert texts(text.encode(encoding)) == [
        ["desa", f"Ni Luh{separator} Ayu" if separator != "\t" else "Ni Luh Ayu", "Desa Sukamaju"]
    ]


def test_a_workbook_is_read_with_its_line_numbers_and_without_empty_rows() -> None:
    data = workbook(HEAD, ["desa", "Budi", None, "Desa"], [None] * 4, ["desa", "Tono", None, "Desa"], [None], [""])
    assert [line.number for line in read_sheet(data).lines] == [2, 4]
    assert texts(data) == [["desa", "Budi", "", "Desa"], ["desa", "Tono", "", "Desa"]]


def test_a_nip_that_was_kept_as_a_number_has_lost_digits_and_says_so() -> None:
    line = read_sheet(workbook(HEAD, ["desa", "Budi", 198001012006041001, "Desa"])).lines[0]
    assert line.cells[2].fault == LOST_DIGITS
    whole = read_sheet(workbook(HEAD, ["desa", "Budi", "198001012006041001", "Desa"])).lines[0]
    assert (whole.cells[2].text, whole.cells[2].fault) == ("198001012006041001", "")
    assert read_sheet(b"Peran;NIP\ndesa;1,98001E+17").lines[0].cells[1].fault == LOST_DIGITS
    table = sheet_rows.table_of(read_sheet(b"Peran;Nama;NIP\ndesa;Budi;198001012006041000"))
    assert table.lines[0].faults == {"nip": LOST_DIGITS}, (
        "serial numbers begin with 001: 000 is what Excel leaves of it"
    )


def test_a_cell_that_was_merged_over_rows_counts_for_each_of_them() -> None:
    data = workbook(
        HEAD,
        ["desa", "Budi", None, "Dinas Perpustakaan"],
        ["desa", "Tono", None, None],
        ["desa", "Made", None, None],
        change=lambda page: page.merge_cells("D2:D4"),
    )
    assert [row[3] for row in texts(data)] == ["Dinas Perpustakaan"] * 3


def test_what_is_too_long_broken_or_a_trap_is_refused_by_name() -> None:
    assert (
        code_of(workbook(HEAD, *[["desa", f"Orang {n}", None, "Desa"] for n in range(MOST_ROWS + 1)]))
        == "sheet.too_many_rows"
    )
    assert code_of(b"x" * 2_000_001) == "sheet.too_large"
    assert code_of(workbook(HEAD)) == "sheet.empty"
    assert code_of(b"") == "sheet.empty"
    assert code_of(b"PK\x03\x04 and nothing behind") == "sheet.unreadable"
    assert code_of(b"%PDF-1.7\0\0") == "sheet.unreadable"
    good = workbook(HEAD, ["desa", "Budi", None, "Desa"])
    assert code_of(with_part(good, "xl/vbaProject.bin", b"macro")) == "sheet.macros"
    assert code_of(with_part(good, "xl/media/zeros.bin", b"\0" * 17_000_000)) == "sheet.unpacks_too_large"
    assert (
        code_of(with_part(good, "xl/extra.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x/>'))
        == "sheet.unreadable"
    )


def test_headings_are_understood_in_both_languages_and_unknown_ones_are_named() -> None:
    table = sheet_rows.table_of(read_sheet(b"ROLE*;Full  Name;E-mail:;Ukuran kaos\ndesa;Budi;b@example.id;XL"))
    assert dict(table.lines[0].texts) == {"role": "desa", "full_name": "Budi", "email": "b@example.id"}
    assert table.unknown == ("Ukuran kaos",)
    with pytest.raises(BadSheet, match=r"sheet\.no_column"):
        sheet_rows.table_of(read_sheet(b"Nama;Surel\nBudi;b@example.id"))


def test_what_programs_make_of_numbers_dates_and_formulas_is_read_or_named() -> None:
    book = xlsxwriter.Workbook(kept := io.BytesIO())
    page = book.add_worksheet()
    page.write_row(0, 0, ["Peran", "Nama", "Nomor HP", "Jabatan", "Instansi", "NIP"])
    page.write_row(1, 0, ["desa", "Budi", 81234567890.0, True])
    page.write_datetime(1, 4, datetime(2026, 8, 17, 9, 30), book.add_format({"num_format": "dd/mm/yyyy"}))
    page.write_formula(2, 1, '="Ni Luh"&" Ayu"', None, "Ni Luh Ayu")
    page.write_formula(2, 2, "=1/0", None, "#DIV/0!")
    page.write_rich_string(2, 3, "Kepala ", book.add_format({"bold": True}), "desa")
    page.write_number(2, 4, 12.5)
    page.write_string(2, 5, "198001012006041001", book.add_format({"quote_prefix": True}))
    page.set_row(2, None, None, {"hidden": True})
    book.close()
    first, second = read_sheet(kept.getvalue()).lines
    assert [cell.text for cell in first.cells] == ["desa", "Budi", "81234567890", "1", "2026-08-17"]
    assert [cell.text for cell in second.cells] == [
        "",
        "Ni Luh Ayu",
        "#DIV/0!",
        "Kepala desa",
        "12.5",
        "198001012006041001",
    ]
    assert [cell.fault for cell in second.cells] == ["", "", FORMULA_ERROR, "", "", ""]
    assert (first.hidden, second.hidden) == (False, True)
    never_opened = read_sheet(workbook(HEAD, ["desa", "=UPPER(A1)"])).lines[0]
    assert never_opened.cells[1].fault == NO_RESULT, "who wrote it never worked it out"


def test_a_file_that_libreoffice_saved_is_read_and_its_lost_digits_are_seen() -> None:
    """Made by LibreOffice 7.4 from a CSV whose NIP, date and formula it took for a number, a date and a formula."""
    table = sheet_rows.table_of(read_sheet((Path(__file__).parent / "files" / "libreoffice.xlsx").read_bytes()))
    ayu, raka = table.lines
    assert (ayu.texts["phone"], ayu.texts["position"], ayu.texts["institution"]) == (
        "81234500021",
        "2026-08-17",
        "Désa Sukamaju",
    )
    assert ayu.faults == {"nip": LOST_DIGITS}
    assert (raka.texts["institution"], raka.faults) == ("DINAS", {})


def test_text_in_csv_is_freed_from_the_signs_that_kept_it_text() -> None:
    rows = "Peran;NIP;HP;Nama\ndesa;'198001012006041001;=\"081234567890\";'Aisyah\ndesa;=A1;'+62812;’0812"
    assert texts(rows.encode()) == [
        ["desa", "198001012006041001", "081234567890", "'Aisyah"],
        ["desa", "=A1", "+62812", "0812"],
    ]
    assert read_sheet(rows.encode()).lines[1].cells[1].fault == NO_RESULT


def test_windows_letters_and_titles_above_the_headings_are_read() -> None:
    text = "DAFTAR PESERTA, Bali;;\n;;\nPeran;Nama;Instansi\ndesa;José Peña, S.Kom., M.Hum., Ph.D.;Désa\n"
    table = sheet_rows.table_of(read_sheet(text.encode("cp1252")))
    (line,) = table.lines
    assert (line.line, line.texts["full_name"], line.texts["institution"]) == (
        4,
        "José Peña, S.Kom., M.Hum., Ph.D.",
        "Désa",
    )
    said = read_sheet(b"sep=;\nPeran;Nama\ndesa;Budi")
    assert (said.header, said.lines[0].number) == (("Peran", "Nama"), 3)


def test_a_cell_with_a_line_break_is_one_line_and_rows_are_counted_as_the_program_shows_them() -> None:
    sheet = read_sheet(b'Peran,Nama\ndesa,"Ni Luh\nAyu"\ndesa,Budi')
    assert [(line.number, line.cells[1].text) for line in sheet.lines] == [(2, "Ni Luh Ayu"), (3, "Budi")]


def test_headings_in_two_rows_and_pasted_again_are_no_person_and_the_example_is_none_either() -> None:
    data = workbook(
        ["Daftar peserta"],
        ["Peran", "Nama lengkap"],
        [None, None],
        ["desa", "Contoh: Ni Luh Ayu"],
        ["desa", "Budi"],
        ["Peran", "Nama"],
        ["desa", "Contoh Wibowo"],
        change=lambda page: (page.merge_cells("A1:D1"), page.merge_cells("A2:A3"), page.merge_cells("B2:B3")),  # type: ignore[arg-type]
    )
    table = sheet_rows.table_of(read_sheet(data))
    assert [line.texts["full_name"] for line in table.lines] == ["Budi", "Contoh Wibowo"]
    assert (table.examples, table.headings["full_name"]) == (1, "Nama lengkap")


def test_a_hidden_sheet_is_passed_over_and_one_of_two_calendars_is_understood() -> None:
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.append(["Kode"])
    first.sheet_state = "hidden"
    second = book.create_sheet("Peserta")
    second.append(["Peran", "Nama"])
    second.append(["desa", date(2026, 1, 2)])
    book.epoch = CALENDAR_MAC_1904
    book.save(kept := io.BytesIO())
    assert texts(kept.getvalue()) == [["desa", "2026-01-02"]]


def test_a_typed_cell_takes_the_place_of_what_stood_there_and_a_line_can_be_left_out() -> None:
    table = sheet_rows.table_of(read_sheet(b"Peran;Nama;NIP\ndesa;Budi;1,98001E+17\ndesa;Tono;1,98001E+17"))
    changed = sheet_rows.corrected(
        table, {(2, "nip"): "198001012006041001", (3, "nip"): "1,98001E+17", (9, "nip"): "1"}
    )
    assert [(line.texts["nip"], line.faults) for line in changed.lines] == [
        ("198001012006041001", {}),
        ("1,98001E+17", {"nip": LOST_DIGITS}),
    ]
    assert [line.line for line in sheet_rows.corrected(table, {}, frozenset({2})).lines] == [3]


def test_what_travels_through_a_page_comes_back_as_it_was_and_a_trap_in_it_is_refused() -> None:
    table = sheet_rows.table_of(read_sheet(b"Peran;Nama;NIP;Kaos\ndesa;Budi;1,98001E+17;XL\ndesa;Tono"))
    assert sheet_pack.unpacked(sheet_pack.packed(table)) == table
    usual = (
        f"desa;Orang Ke {n}, S.Pd.;19800101200604{n:04};Dinas Perpustakaan dan Kearsipan {n}" for n in range(MOST_ROWS)
    )
    many = sheet_rows.table_of(read_sheet("\n".join(["Peran;Nama;NIP;Instansi", *usual]).encode()))
    assert len(sheet_pack.packed(many)) < sheet_pack.LONGEST / 4
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" * 60_000_000)).decode()
    for broken in (
        "",
        "nothing",
        sheet_pack.packed(table)[:-9],
        bomb,
        base64.urlsafe_b64encode(zlib.compress(b"[1]")).decode(),
    ):
        with pytest.raises(BadSheet, match=r"sheet\.form_broken"):
            sheet_pack.unpacked(broken)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part added or changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return with_parts({**{each: archive.read(each) for each in archive.namelist()}, name: content})


def with_parts(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


@cache
def good_book() -> bytes:
    return workbook(HEAD, ["desa", "Budi", None, "Desa"])


@cache
def sixty_thousand_rows() -> bytes:
    rows = (f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>Orang {n}</t></is></c></row>' for n in range(1, 60_001))
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{name}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
    return with_part(good_book(), "xl/worksheets/sheet1.xml", sheet.encode())


HOSTILE: dict[str, Callable[[], bytes]] = {
    "sheet.too_many_rows": sixty_thousand_rows,
    "sheet.unpacks_too_large": lambda: with_part(good_book(), "xl/media/zeros.bin", b"\0" * 17_000_000),
    "sheet.macros": lambda: with_part(good_book(), "xl/vbaProject.bin", b"macro"),
    "sheet.encrypted": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    "sheet.old_format": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Workbook" * 1000,
    "sheet.other_format": lambda: with_parts({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    "sheet.too_large": lambda: b"x" * 2_000_001,
}


@pytest.mark.parametrize("code", HOSTILE)
def test_a_hostile_file_is_refused_by_name_within_two_seconds_and_a_hundred_megabytes(code: str) -> None:
    data = HOSTILE[code]()
    assert refused(data) == code
    tracemalloc.start()
    assert code_of(data) == code
    room = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert room < 100_000_000


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/sharedStrings.xml", b"<sst>" + b"<si><t>a</t></si>" * 150_000 + b"</sst>"),
        ("xl/styles.xml", b"<styleSheet><cellXfs>" + b"<xf/>" * 260_000 + b"</cellXfs></styleSheet>"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + b"<x/>" * 200_000 + b"</sheetData></worksheet>"),
        ("xl/worksheets/sheet1.xml", b"<worksheet>" + b"<x>" * 100_000),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>" + b"<c><v>1</v></c>" * 100_000),
    ],
)
def test_a_part_with_too_much_in_it_is_refused_as_quickly(part: str, content: bytes) -> None:
    assert refused(with_part(good_book(), part, content)) == "sheet.unpacks_too_large"


def test_entities_lies_and_renamed_files_are_unreadable_and_no_more() -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    hidden = b'<?xml version="1.0"?><!--' + b" " * 200_000 + b'--><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'
    wide = entity.decode().encode("utf-16")
    for part in (entity, hidden, wide):
        assert refused(with_part(good_book(), "xl/worksheets/sheet1.xml", part)) == "sheet.unreadable"
    for data in (
        b"\x89PNG\r\n\x1a\n\0\0",
        b"%PDF-1.7\0",
        b"PK\x05\x06" + b"\0" * 18,
        b"<html><table></table>",
        good_book()[:-300],
    ):
        assert refused(data) == "sheet.unreadable"
    assert refused(with_part(good_book(), "xl/workbook.xml", b"<workbook/>")) == "sheet.empty"
    assert refused(with_part(good_book(), "xl/worksheets/sheet1.xml", b"<broken")) == "sheet.unreadable"


def refused(data: bytes) -> str:
    """The code of a refusal that came within its time."""
    began = time.process_time()
    code = code_of(data)
    assert time.process_time() - began < 2
    return code
