"""Exports: what a spreadsheet gets is never a formula, who gets which column, and what it costs."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.builders import BUDI, Place, an_account, an_event, registered, somebody
from tests.cast import BALI, made, sari, sign_in
from tests.queries import counted
from tpbis_events.attendance.check_in import check_in
from tpbis_events.audit.model import AuditEntry
from tpbis_events.certificates.issue import issue
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import Origin, Session
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.search import Search
from tpbis_events.reports import tables
from tpbis_events.reports.cells import defused, is_dangerous
from tpbis_events.reports.columns import columns_for
from tpbis_events.reports.rows import lines
from tpbis_events.reports.scope import scope

NIP = "198501152010012003"
CIVIL = replace(BUDI, employment="pns", nip=NIP, support_needed="juru bahasa isyarat")


def address(place: Place, *, whole: bool = False) -> str:
    session = "" if whole else f"/sessions/{place.session_slug}"
    return f"/en/office/events/{place.event_slug}{session}/exports"


def take(client: FlaskClient, url: str, what: str, **fields: object) -> TestResponse:
    page = client.get(url)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token, page.status
    return client.post(url, data={"what": what, "csrf_token": token.group(1), **fields}, buffered=True)


def sheet(answer: TestResponse) -> Worksheet:
    assert answer.status_code == 200, answer.text
    found = load_workbook(io.BytesIO(answer.data)).active
    assert isinstance(found, Worksheet)
    return found


def rows_of(answer: TestResponse) -> list[dict[str, object]]:
    head, *rows = sheet(answer).iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+62",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠a",
        "  =1",
        "\u3000＝1",
        "\u200b=1",
        "\tx",
    ],
)
def test_what_a_spreadsheet_could_run_gets_an_apostrophe(text: str) -> None:
    assert is_dangerous(text) and defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ni Luh", "1=1", "a@b.id", "'=1", "Jalan -", "𝟏"])
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_a_hostile_name_is_a_text_in_xlsx_and_in_csv(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    wicked = '=HYPERLINK("http://evil.example";"klik")'
    registered(place, somebody(full_name="＝cmd|' /C calc'!A0", institution=wicked, position="@SUM(1;2)"))
    sign_in(client, sari())
    book = sheet(take(client, address(place), "xlsx"))
    cells = {cell.value: cell for row in book.iter_rows() for cell in row}
    assert cells[wicked].data_type == "s" and cells[wicked].quotePrefix
    assert not any(cell.data_type == "f" for cell in cells.values())
    answer = take(client, address(place), "csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    told = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert f"'{wicked}" in told[1] and "'＝cmd|' /C calc'!A0" in told[1] and "'@SUM(1;2)" in told[1]


def test_an_indonesian_csv_has_semicolons_and_numbers_of_persons_stay_texts(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    registered(place, CIVIL)
    sign_in(client, sari())
    groups = {"with": ["contact", "nip", "support"]}
    answer = take(client, address(place).removeprefix("/en"), "csv", **groups)
    _head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    assert f"'{NIP}" in row and "'+6281234567890" in row
    (told,) = rows_of(take(client, address(place), "xlsx", **groups))
    assert (told["NIP"], told["Phone or WhatsApp number"]) == (NIP, "+6281234567890")
    assert told["Support that is needed"] == "juru bahasa isyarat"


def test_sensitive_columns_come_only_when_they_are_asked_for_and_may_be_seen(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"))
    registered(places[BALI, "stakeholder"], CIVIL)
    registered(places["12", "stakeholder"], somebody(employment="pns", nip="197001011990011001"))
    everything = {"with": ["contact", "nip", "support"]}
    whole = address(places[BALI, "stakeholder"], whole=True)

    sign_in(client, sari())
    assert "NIP" not in rows_of(take(client, whole, "xlsx"))[0]
    assert {row["NIP"] for row in rows_of(take(client, whole, "xlsx", **everything))} == {NIP, "197001011990011001"}

    finance = client.application.test_client()
    sign_in(finance, an_account("Ketut", Right.FINANCE))
    taken = take(finance, whole, "xlsx", **everything)
    assert len(rows_of(taken)) == 2
    for hidden in ("NIP", "E-mail address", "Phone or WhatsApp number", "Support that is needed"):
        assert hidden not in rows_of(taken)[0]

    pic = client.application.test_client()
    sign_in(pic, made())
    assert [row["NIP"] for row in rows_of(take(pic, whole, "xlsx", **everything))] == [NIP], "her own province alone"


def test_a_pic_finds_nothing_elsewhere_and_the_door_nothing_at_all(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"))
    sign_in(client, made())
    here, there = places[BALI, "stakeholder"], places["12", "stakeholder"]
    assert client.get(address(here)).status_code == 200
    assert client.get(address(there)).status_code == 404
    page = client.get(address(here)).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    for what in (
        "xlsx",
        "csv",
        "participants",
        "codes",
        "attendance",
        "certificates",
        "spj",
        "report-xlsx",
        "report-pdf",
    ):
        data = {"what": what, "csrf_token": token.group(1)}
        assert client.post(address(there), data=data, buffered=True).status_code == 404
        assert client.post(address(here), data=data, buffered=True).status_code == 200
    assert client.post(address(here), data={"what": "xlsx"}).status_code == 400, "a forged form"
    other = client.application.test_client()
    sign_in(other, an_account("Pintu", Right.DOOR))
    assert other.get(address(here)).status_code == 403


def test_filters_narrow_as_in_the_roster(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1, "stakeholder": 5})[BALI, "village"]
    first = registered(place, BUDI)
    second = registered(place, somebody(full_name="Ni Luh Wayan"))
    sign_in(client, sari())

    def found(**fields: str) -> list[str]:
        return [
            str(row["Reference"]).replace("-", "") for row in rows_of(take(client, address(place), "xlsx", **fields))
        ]

    assert found() == [first.reference, second.reference]
    assert found(state="waiting") == [second.reference] == found(q="wayan luh")
    assert found(role="stakeholder") == [] and found(q="budi@example") == [first.reference]


def test_each_export_of_persons_is_in_the_audit_log_and_names_no_person(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    registered(place, CIVIL)
    sign_in(client, made())
    take(client, address(place), "xlsx", **{"with": ["nip"]})
    take(client, address(place), "participants")
    take(client, address(place), "report-pdf")
    db.session.rollback()
    table, listed = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "export.made")).all()
    assert (table.subject, table.province_code, table.door) == (f"session:{place.session_id}", BALI, "page")
    assert (
        table.after and table.after["kind"] == "xlsx" and table.after["rows"] == 1 and "nip" in table.after["columns"]
    )
    assert listed.after == {"kind": "participants", "rows": 1}
    assert NIP not in str(table.after)


def test_a_thousand_rows_more_cost_one_page_of_queries(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from tpbis_events.reports import rows

    place = an_event(roles={"village": 3})[BALI, "village"]
    for _number in range(12):
        registered(place)
    monkeypatch.setattr(rows, "AT_ONCE", 5)
    found = scope(place.event_slug, place.session_slug, by=COMMAND_LINE)
    with counted() as sent:
        told = [line.reference for line in lines(found, Search(), by=COMMAND_LINE)]
    assert len(told) == len(set(told)) == 12
    assert len(sent) == 3 * 3, "three pages, each with its attendance and certificates"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_memory_does_not_grow_with_the_rows(client: FlaskClient, tmp_path: Path, kind: str) -> None:
    place = an_event()[BALI, "stakeholder"]
    registered(place, CIVIL)
    found = scope(place.event_slug, place.session_slug, by=COMMAND_LINE)
    columns = columns_for(COMMAND_LINE, found, frozenset({"contact", "nip", "support"}))
    (line,) = lines(found, Search(), by=COMMAND_LINE, nip=True, support=True)

    def peak(number: int) -> int:
        rows = ([f"{column.say(line, 'id')} {n}" for column in columns] for n in range(number))
        with (tmp_path / f"{number}.{kind}").open("wb") as file:
            tracemalloc.start()
            if kind == "xlsx":
                assert tables.write_xlsx(file, "uji", columns, rows) == number
            else:
                assert tables.write_csv(file, columns, rows, ";") == number
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return most

    with force_locale("id"):
        few = peak(300)
        assert peak(3000) < few + 300_000


def test_the_lists_name_everybody_with_a_seat_and_nobody_else(client: FlaskClient) -> None:
    place = an_event(roles={"village": 2}, days=2)[BALI, "village"]
    first = registered(place, CIVIL)
    registered(place, somebody(full_name="<b>Ni Luh</b> Wayan", own_script_name="ນາງ ບຸນມີ"))
    registered(place, somebody(full_name="Menunggu Giliran"))
    sign_in(client, sari())
    participants = text_of(take(client, address(place), "participants").data)
    assert "Budi Santoso" in participants and "<b>Ni Luh</b> Wayan" in participants and "ມີ" in participants
    assert "Menunggu" not in participants and NIP not in participants and "budi@example.id" not in participants
    codes = text_of(take(client, address(place), "codes").data)
    assert "Budi Santoso" in codes and f"{first.reference[:4]}-{first.reference[4:]}" in codes
    db.session.rollback()
    day = db.session.get_one(Session, place.session_id).days[0]
    with clock.stopped_at(day.starts_at):
        check_in(first.registration_id, day.id, by=COMMAND_LINE)
    assert "1 / 2" in text_of(take(client, address(place), "attendance").data)


def test_a_session_for_people_from_abroad_has_headings_in_both_languages(client: FlaskClient) -> None:
    place = an_event(origin=Origin.INTERNATIONAL, roles={"delegate": 1})[BALI, "delegate"]
    home = an_event()[BALI, "stakeholder"]
    sign_in(client, sari())
    assert "Position and institution" in text_of(take(client, address(place), "participants").data)
    indonesian = text_of(take(client, address(home), "participants").data)
    assert len(indonesian) < len(text_of(take(client, address(place), "participants").data)), "once"


def test_a_long_list_carries_its_heading_to_every_page(client: FlaskClient) -> None:
    place = an_event(roles={"village": 45})[BALI, "village"]
    for _number in range(45):
        registered(place)
    sign_in(client, sari())
    pages = PdfReader(io.BytesIO(take(client, address(place), "participants").data)).pages
    assert len(pages) == 2
    headings = [[line for line in page.extract_text().splitlines() if line.startswith("No.")] for page in pages]
    assert headings[0] == headings[1] and len(headings[0]) == 1
    names = "\n".join(page.extract_text() for page in pages)
    assert len(re.findall(r"Peserta Nomor \d+", names)) == 45


def test_the_report_counts_by_role_province_and_wave_and_says_what_it_leaves_out(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 2}, days=1)
    here, there = places[BALI, "village"], places["12", "village"]
    people = [registered(here) for _number in range(3)]
    cancel(registered(there).registration_id, by=COMMAND_LINE, reason="berhalangan")
    db.session.rollback()
    day = db.session.get_one(Session, here.session_id).days[0]
    with clock.stopped_at(day.ends_at):
        check_in(people[0].registration_id, day.id, by=COMMAND_LINE)
        issue(people[0].registration_id, by=COMMAND_LINE)
    sign_in(client, sari())
    url = address(here, whole=True)
    book = load_workbook(io.BytesIO(take(client, url, "report-xlsx").data))
    assert book.sheetnames == ["Summary", "By role", "By province", "By wave", "By employment"]
    told = {row[0]: row[1:] for row in book["By province"].iter_rows(values_only=True)}
    assert told["Bali"] == (2, 3, 2, 1, 1, 1) and told["North Sumatra"] == (2, 1, 0, 0, 0, 0)
    assert book["By role"]._charts, "with a chart"  # type: ignore[attr-defined]
    page = text_of(take(client, url, "report-pdf").data)
    assert "Sex is not asked" in page and "Bali" in page and "North Sumatra" in page
    pic = client.application.test_client()
    sign_in(pic, made())
    assert "North Sumatra" not in text_of(take(pic, url, "report-pdf").data)


def test_the_report_takes_as_many_queries_for_many_as_for_few(client: FlaskClient) -> None:
    from tpbis_events.reports.edition import report

    place = an_event(provinces=(BALI, "12"), roles={"village": 40})[BALI, "village"]

    def asked() -> int:
        with counted() as sent:
            report(scope(place.event_slug, None, by=COMMAND_LINE))
        return len(sent)

    few = asked()
    for _number in range(30):
        registered(place)
    assert asked() == few <= 9


def test_the_accountability_file_has_a_folder_for_each_session(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"))
    place = places[BALI, "stakeholder"]
    registered(place, BUDI)
    sign_in(client, sari())
    archive = zipfile.ZipFile(io.BytesIO(take(client, address(place, whole=True), "spj").data))
    assert len(archive.namelist()) == 8 and {name.split("/")[1] for name in archive.namelist()} == {
        place.session_slug,
        places["12", "stakeholder"].session_slug,
    }
    listed = f"{place.event_slug}/{place.session_slug}/1-daftar-peserta.pdf"
    assert "Budi Santoso" in text_of(archive.read(listed))


def test_the_command_line_writes_the_same_files(client: FlaskClient, tmp_path: Path) -> None:
    place = an_event()[BALI, "stakeholder"]
    registered(place, CIVIL)
    run = client.application.test_cli_runner().invoke

    def opened(name: str, *arguments: str) -> IO[bytes]:
        answer = run(args=["reports", *arguments[:1], place.event_slug, str(tmp_path / name), *arguments[1:]])
        assert answer.exit_code == 0, answer.output
        return (tmp_path / name).open("rb")

    with opened("a.xlsx", "roster", "--with", "nip", "--language", "en") as file:
        assert NIP in [cell.value for row in load_workbook(file).active for cell in row]  # type: ignore[union-attr]
    with opened("a.csv", "roster", "--session", place.session_slug) as file:
        assert "Budi Santoso" in file.read().decode("utf-8-sig")
    for name, kind in (("b.pdf", "report"), ("b.xlsx", "report"), ("c.zip", "spj")):
        with opened(name, kind) as file:
            assert file.read(2) in (b"%P", b"PK")
    assert run(args=["reports", "report", place.event_slug, "b.doc"]).exit_code == 2
    assert run(args=["reports", "roster", "no-event", str(tmp_path / "d.csv")]).exit_code == 1
