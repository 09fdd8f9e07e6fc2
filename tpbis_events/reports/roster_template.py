"""The sheet to fill in and hand in again: headings that the import knows, lists to choose from, one row that shows how.

The import reads its first sheet alone, and passes over the row of the example.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from flask_babel import gettext as _
from xlsxwriter import Workbook

from tpbis_events.people.model import Employment
from tpbis_events.places import countries, regencies
from tpbis_events.programmes.model import Origin, Quota, Session
from tpbis_events.registrations.sheet_cells import MOST_ROWS
from tpbis_events.registrations.sheet_rows import EXAMPLE, HEADINGS, REQUIRED
from tpbis_events.reports.columns import text_of
from tpbis_events.reports.words import EMPLOYMENTS

_DOMESTIC = ("employment", "nip", "regency_code")
_INTERNATIONAL = ("own_script_name", "country_code")
_AS_TEXT = ("nip", "phone")
_NEEDED = (*REQUIRED, "institution", "position", "employment")
_WIDTHS = {"role": 34, "full_name": 34, "institution": 36, "position": 26, "employment": 34, "email": 30, "nip": 24}
_EXAMPLE = {
    "full_name": "Ni Luh Ayu Lestari, S.Sos.",
    "own_script_name": "",
    "institution": "Perpustakaan Desa Sukamaju",
    "position": "Pustakawan",
    "nip": "198507172010012003",
    "email": "ayu@example.id",
    "phone": "081234567890",
    "support_needed": "",
}


@dataclass(frozen=True, slots=True)
class Column:
    """`choices` are what may stand in it, where that is fixed."""

    field: str
    heading: str
    example: str
    choices: tuple[str, ...] = ()


def columns_of(session: Session, language: str) -> tuple[Column, ...]:
    """What the roles of a session ask, in the language of who fills it in."""
    quotas = sorted(session.quotas, key=lambda quota: (quota.role.sort, quota.role_id))
    choices = _choices(session, quotas, language)
    origins = {quota.role.origin for quota in quotas}
    left_out = {
        *(_DOMESTIC if Origin.DOMESTIC not in origins else ()),
        *(_INTERNATIONAL if Origin.INTERNATIONAL not in origins else ()),
    }
    columns = []
    for field, headings in HEADINGS.items():
        if field not in left_out:
            offered = choices.get(field, ())
            example = offered[0] if offered else _EXAMPLE.get(field, "")
            if field == "full_name":
                example = f"{EXAMPLE[language == 'en']}: {example}"
            columns.append(Column(field, headings[language == "en"], example, offered))
    return tuple(columns)


def write_csv(file: IO[bytes], columns: Sequence[Column], separator: str) -> None:
    """Headings and the example; UTF-8 with a mark, which Excel needs."""
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow([column.heading for column in columns])
    # ="..." keeps Excel from making a number of it
    writer.writerow([f'="{column.example}"' if column.field in _AS_TEXT else column.example for column in columns])
    text.detach()


def write_xlsx(file: IO[bytes], title: str, columns: Sequence[Column]) -> None:
    """Three sheets: the people, how to fill it in, and the lists that the first one offers."""
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"title": title, "author": "TPBIS Events"})
    people, told, lists = (book.add_worksheet(name) for name in (_("Participants"), _("How to fill it in"), _("Lists")))
    _write_lists(book, lists, columns)
    _write_people(book, people, columns, _("Lists"))
    _write_told(book, told, title)
    people.activate()
    book.close()


def _write_people(book: Any, sheet: Any, columns: Sequence[Column], lists: str) -> None:
    needed = book.add_format(
        {"bold": True, "bg_color": "#0f3442", "font_color": "#ffffff", "border": 1, "text_wrap": True}
    )
    asked = book.add_format({"bold": True, "bg_color": "#e7eaf3", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    shown = book.add_format({"num_format": "@", "italic": True, "font_color": "#6b7478"})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column.field, 24), text)
        sheet.write_string(0, place, column.heading, needed if column.field in _NEEDED else asked)
        sheet.write_string(1, place, column.example, shown)
        if column.choices:
            last = len(column.choices) + 1
            letter = chr(ord("A") + place)
            sheet.data_validation(
                1, place, MOST_ROWS, place,
                {
                    "validate": "list",
                    "source": f"='{lists}'!${letter}$2:${letter}${last}",
                    "error_title": _("Not in the list"),
                    "error_message": _("Choose one from the list."),
                },
            )  # fmt: skip
        elif column.field in _AS_TEXT:
            sheet.data_validation(
                1, place, MOST_ROWS, place,
                {"validate": "any", "input_title": column.heading, "input_message": _("Keep this column as text.")},
            )  # fmt: skip


def _write_lists(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    """Each list in the column of its field, so that the first sheet's letters are the same."""
    head = book.add_format({"bold": True})
    for place, column in enumerate(columns):
        if column.choices:
            sheet.set_column(place, place, 44)
            sheet.write_string(0, place, column.heading, head)
            for row, choice in enumerate(column.choices, start=1):
                sheet.write_string(row, place, choice)


def _write_told(book: Any, sheet: Any, title: str) -> None:
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for row, line in enumerate(_told(), start=2):
        sheet.write_string(row, 0, line)


def _told() -> list[str]:
    return [
        _("One person per row, on the first sheet. Dark headings must be filled in."),
        _("Choose role, employment status and regency from the list in the cell."),
        _("Write an e-mail address or a phone number, or both: without one of them nobody can be reached."),
        _("NIP and phone are text: 18 digits do not fit into a number, and the program would change the last ones."),
        _("A NIP is only for civil servants (PNS and PPPK)."),
        _("The grey row is an example; it is not read. You may overwrite or delete it."),
        _("Nothing is stored when you upload the file. You see every row first, mend what is wrong, and then save."),
        _("The same file may be uploaded again: who is registered already is not added twice."),
    ]


def _choices(session: Session, quotas: Sequence[Quota], language: str) -> dict[str, tuple[str, ...]]:
    known = countries.all_countries(language)
    here = regencies.regencies_of(session.province_code) if session.province_code else regencies.all_regencies()
    return {
        "role": tuple(text_of(quota.role, "name", language) for quota in quotas),
        "employment": tuple(str(EMPLOYMENTS[kind]) for kind in Employment),
        "regency_code": tuple(each.name for each in here),
        "country_code": tuple(each.name for each in (*known.members, *known.others)),
    }
