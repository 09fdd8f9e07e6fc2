"""Sheets as Excel and LibreOffice leave them, and as nobody should send them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tpbis_events.registrations import sheet_rows
from tpbis_events.registrations.sheet import MOST_ROWS, BadSheet, read_sheet

HEAD = ["Peran", "Nama lengkap", "NIP", "Instansi"]


def workbook(*rows: list[object], change: Callable[[Worksheet], None] | None = None) -> bytes:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for row in rows:
        page.append(row)
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
    assert line.cells[2].lost_digits
    whole = read_sheet(workbook(HEAD, ["desa", "Budi", "198001012006041001", "Desa"])).lines[0]
    assert (whole.cells[2].text, whole.cells[2].lost_digits) == ("198001012006041001", False)
    assert read_sheet(b"Peran;NIP\ndesa;1,98001E+17").lines[0].cells[1].lost_digits


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


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    kept = io.BytesIO(data)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return kept.getvalue()
