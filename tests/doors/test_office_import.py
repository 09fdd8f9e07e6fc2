"""Importing a roster in the office: everything is seen first, mended in the page, and stored all together or not at all."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, made, sign_in
from tests.doors.browsing import everything, shown
from tests.queries import counted
from tpbis_events.foundation.database import db
from tpbis_events.people.model import Right
from tpbis_events.registrations.model import Registration, State

HEAD = "Peran;Nama lengkap;Surel;Nomor WhatsApp;Instansi;Jabatan;Status kepegawaian;NIP;Kabupaten/kota"
BUDI = "Peran village;Budi Santoso;budi@example.id;;Desa Sukamaju;Pustakawan;Masyarakat;;Kota Denpasar"
AYU = "Peran village;Ni Luh Ayu;;81234500021;Desa Sukamaju;Kepala desa;Perangkat desa;;Denpasar"
RAKA = "village;Putu Raka;raka@example.id;;Dinas Perpustakaan;Staf;PNS;198501152010012003;Badung"


def import_page(place: Place) -> str:
    return f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}/import"


def upload(client: FlaskClient, place: Place, *rows: str, name: str = "peserta.csv", **more: str) -> TestResponse:
    data = "\n".join([HEAD, *rows]).encode()
    return upload_file(client, place, data, name, **more)


def upload_file(
    client: FlaskClient, place: Place, data: bytes, name: str = "peserta.xlsx", **more: str
) -> TestResponse:
    form = {"csrf_token": token(client), "beyond": "wait", "language": "id", "step": "check", **more}
    return client.post(import_page(place), data={**form, "file": (io.BytesIO(data), name)})


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/account").text)
    assert found
    return found.group(1)


def sent_back(client: FlaskClient, place: Place, page: str, step: str, **changes: str | list[str]) -> TestResponse:
    """The page's own form, as a browser would send it."""
    form = page[page.index('enctype="multipart') if "enctype" in page else page.index('<form method="post" action') :]
    names = ("rows", "name", "key", "foreseen")
    hidden = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', form) for name in names}
    typed = dict(re.findall(r'name="(cell-[^"]+)" value="([^"]*)"', form))
    values = {name: found.group(1) for name, found in hidden.items() if found}
    data = {**values, **typed, "beyond": "wait", "language": "id", "csrf_token": token(client), "step": step, **changes}
    return client.post(import_page(place), data=data)


def people() -> list[Registration]:
    db.session.rollback()
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def test_everything_is_seen_first_and_stored_by_save_alone(client: FlaskClient) -> None:
    place = an_event(roles={"village": 2})[BALI, "village"]
    sign_in(client, made())
    before = everything()
    page = upload(client, place, BUDI, AYU, RAKA)
    words = shown(page.text)
    assert page.status_code == 200 and everything() == before
    assert "peserta.csv : 3 rows. Get a seat 2 Join the waiting list 1 Registered before 0" in words
    assert "0 of 2 taken" in words and "2 of 2 taken, 1 waiting" in words
    assert "Putu Raka , Dinas Perpustakaan : Role village, number 1 in line (Line 4)" in words

    refused = sent_back(client, place, page.text, "save")
    assert refused.status_code == 422 and "Without their consent" in refused.text and everything() == before
    saved = sent_back(client, place, page.text, "save", consent="y")
    assert saved.status_code == 303
    assert [(each.person.full_name, each.state) for each in people()] == [
        ("Budi Santoso", State.SEATED),
        ("Ni Luh Ayu", State.SEATED),
        ("Putu Raka", State.WAITING),
    ]
    assert people()[1].person.phone == "+6281234500021" and people()[1].person.regency_code == "51.71"
    result = shown(client.get(saved.location).text)
    assert "Got a seat 2 On the waiting list 1 Registered before 0" in result and "Putu Raka" in result


def test_the_form_sent_twice_answers_the_same_page_and_the_file_sent_twice_adds_nobody(client: FlaskClient) -> None:
    place = an_event(roles={"village": 5})[BALI, "village"]
    sign_in(client, made())
    page = upload(client, place, BUDI, AYU).text
    first, again = (sent_back(client, place, page, "save", consent="y") for _ in range(2))
    assert first.location == again.location and len(people()) == 2
    second = upload(client, place, BUDI, AYU)
    assert "Get a seat 0 Join the waiting list 0 Registered before 2" in shown(second.text)
    saved = sent_back(client, place, second.text, "save", consent="y")
    assert "Registered before 2" in shown(client.get(saved.location).text) and len(people()) == 2


def test_every_error_of_every_row_names_line_column_and_value_and_is_mended_in_the_page(client: FlaskClient) -> None:
    place = an_event(roles={"village": 5})[BALI, "village"]
    registered(place, somebody(email="sudah@example.id"))
    sign_in(client, made())
    broken = [
        BUDI.replace("budi@example.id", "budi").replace("Peran village", "Menteri"),
        RAKA.replace("198501152010012003", "1,98501E+17"),
        AYU.replace("Denpasar", "Jayapura"),
        AYU.replace("Ni Luh Ayu", "Ni Made"),
        "village;;sudah@example.id;;Desa;Staf;;;",
    ]
    before = everything()
    page = upload(client, place, *broken)
    assert page.status_code == 422 and everything() == before
    told = re.findall(r'<label for="cell-(\d+)-([a-z_]+)">([^<]+)</label>', page.text)
    assert [(int(line), field) for line, field, _heading in told] == [
        (2, "role"),
        (2, "email"),
        (3, "nip"),
        (4, "regency_code"),
        (5, "phone"),
        (6, "full_name"),
        (6, "employment"),
    ]
    assert {field: heading for _line, field, heading in told}["nip"] == "NIP"
    assert 'name="cell-3-nip" value="1,98501E+17"' in page.text and "lost its last digits" in page.text
    assert "7 things to mend, in 5 rows" in shown(page.text) and 'value="save"' not in page.text
    assert "Line 4 has the same address or number" in page.text

    mended = {
        "cell-2-role": "Peran village",
        "cell-2-email": "budi@example.id",
        "cell-3-nip": "198501152010012003",
        "cell-4-regency_code": "Kota Denpasar",
        "out": ["5", "6"],
    }
    second = sent_back(client, place, page.text, "check", **mended)
    assert second.status_code == 200 and "3 rows. Get a seat 3" in shown(second.text)
    assert sent_back(client, place, second.text, "save", consent="y").status_code == 303
    assert people()[-2].person.nip == "198501152010012003" and len(people()) == 4


def test_who_is_registered_elsewhere_in_the_event_is_an_error_of_her_row(client: FlaskClient) -> None:
    places = an_event(roles={"village": 5, "stakeholder": 1})
    registered(places[BALI, "stakeholder"], somebody(email="budi@example.id"))
    sign_in(client, made())
    page = upload(client, places[BALI, "village"], BUDI)
    assert page.status_code == 422 and "registered for this event already, in another session or role" in page.text


def test_seats_taken_between_check_and_save_are_told_and_the_choice_is_kept(client: FlaskClient) -> None:
    place = an_event(roles={"village": 2})[BALI, "village"]
    sign_in(client, made())
    waits = upload(client, place, BUDI, AYU).text
    refuses = upload(client, place, BUDI, AYU, beyond="refuse").text
    registered(place)
    before = everything()
    no = sent_back(client, place, refuses, "save", consent="y", beyond="refuse")
    assert no.status_code == 409 and everything() == before
    assert "others were quicker" in no.text and "No seat is left in this role for this row" in no.text
    yes = sent_back(client, place, waits, "save", consent="y")
    result = shown(client.get(yes.location).text)
    assert "Got a seat 1 On the waiting list 1" in result and "others took 1 seat; as you chose" in result


def test_rows_beyond_the_quota_are_errors_when_they_shall_be_refused(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    sign_in(client, made())
    page = upload(client, place, BUDI, AYU, beyond="refuse")
    assert page.status_code == 422 and "cell-3-role" in page.text and "cell-2-role" not in page.text


def test_a_file_that_cannot_be_read_is_refused_in_plain_words_and_nothing_is_kept(client: FlaskClient) -> None:
    place = an_event(roles={"village": 1})[BALI, "village"]
    sign_in(client, made())
    before = everything()
    for data, words in (
        (b"\x89PNG\r\n\x1a\n\0\0", "cannot be read as a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old Excel (.xls)"),
        (b"Nama;Surel\nBudi;b@example.id", "no column Peran / Role"),
        (b"", "nobody in the file"),
    ):
        answer = upload_file(client, place, data)
        assert answer.status_code == 422 and words in answer.text, words
    nothing = client.post(import_page(place), data={"csrf_token": token(client), "step": "check"})
    assert nothing.status_code == 422 and "Choose a file first" in nothing.text
    broken = client.post(
        import_page(place), data={"csrf_token": token(client), "step": "save", "rows": "x", "consent": "y"}
    )
    assert broken.status_code == 422 and "Please upload the file again" in broken.text
    assert everything() == before


def test_a_pic_imports_into_her_province_alone_and_an_auditor_nowhere(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 2})
    sign_in(client, made())
    assert upload(client, places[BALI, "village"], BUDI).status_code == 200
    there = places["12", "village"]
    assert upload(client, there, BUDI).status_code == 404
    for path in ("", "/template.xlsx", "/template.csv", "/some-key-that-nobody-has"):
        assert client.get(import_page(there) + path).status_code == 404
    saved = sent_back(client, there, upload(client, places[BALI, "village"], BUDI).text, "save", consent="y")
    assert saved.status_code == 404 and people() == []
    auditor = client.application.test_client()
    sign_in(auditor, an_account("Wayan", Right.AUDITOR))
    assert auditor.get(import_page(places[BALI, "village"])).status_code == 403
    assert upload(auditor, places[BALI, "village"], BUDI).status_code == 403


def test_another_session_does_not_show_what_an_import_made_here(client: FlaskClient) -> None:
    place = an_event(roles={"village": 2})[BALI, "village"]
    other = an_event(roles={"village": 2})[BALI, "village"]
    sign_in(client, made())
    saved = sent_back(client, place, upload(client, place, BUDI).text, "save", consent="y")
    key = saved.location.rpartition("/")[2]
    assert client.get(f"{import_page(other)}/{key}").status_code == 404


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_template_offers_lists_keeps_numbers_as_text_and_is_read_without_its_example(
    client: FlaskClient, language: str
) -> None:
    place = an_event(roles={"village": 2, "stakeholder": 3})[BALI, "village"]
    sign_in(client, made())
    data = client.get(import_page(place).replace("/en", language) + "/template.xlsx").data
    book = load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    columns = {str(cell.value): cell.column_letter for cell in page[1]}
    names = ("Role", "NIP", "Phone") if language else ("Peran", "NIP", "Nomor WhatsApp")
    lists = {str(each.sqref).split(":")[0][:-1]: each.formula1 for each in page.data_validations.dataValidation}
    assert str(lists[columns[names[0]]]).endswith("$2:$A$3")
    for name in names[1:]:
        assert page.column_dimensions[columns[name]].width and page[f"{columns[name]}2"].number_format == "@"
    regency = columns["Regency or city" if language else "Kabupaten/kota"]
    offered = [cell.value for cell in book.worksheets[2][regency]]
    assert "Kota Denpasar" in offered and len(offered) == 10, "the nine of Bali below the heading"
    answer = upload_file(client, place, data)
    assert answer.status_code == 422 and "There is nobody in the file" in answer.text, "only the example stands in it"
    for place_of, value in (("A3", offered_role(book)), ("B3", "Budi Santoso"), (f"{regency}3", "Kota Denpasar")):
        page[place_of] = value
    for heading, value in zip(columns, [None] * 2 + ["Desa", "Staf"], strict=False):
        if value:
            page[f"{columns[heading]}3"] = value
    book.save(kept := io.BytesIO())
    filled = upload_file(client, place, kept.getvalue())
    assert "example row was left out" in shown(filled.text)
    assert "cell-3-email" in filled.text and "cell-2-" not in filled.text and "cell-3-regency_code" not in filled.text


def offered_role(book: object) -> str:
    return str(book.worksheets[2]["A2"].value)  # type: ignore[attr-defined]


def test_the_csv_template_is_read_as_well(client: FlaskClient) -> None:
    place = an_event(roles={"village": 2})[BALI, "village"]
    sign_in(client, made())
    template = client.get(import_page(place).removeprefix("/en") + "/template.csv").data.decode("utf-8-sig")
    head, example = template.splitlines()
    assert head.startswith("Peran;Nama lengkap;") and '=""081234567890""' in example
    filled = template + "\n" + example.replace("Contoh: ", "").replace("198507172010012003", "198507172010012003")
    assert "Get a seat 1" in shown(upload_file(client, place, filled.encode("utf-8-sig"), "templat.csv").text)


def test_many_rows_cost_as_many_queries_as_three_and_travel_through_the_page(client: FlaskClient) -> None:
    place = an_event(roles={"village": 30})[BALI, "village"]
    sign_in(client, made())

    def row(number: int) -> str:
        return f"village;Orang Ke {number};orang{number}@example.id;;Desa {number};Staf;Masyarakat;;Badung"

    def asked(number: int) -> tuple[int, str]:
        data = "\n".join([HEAD, *map(row, range(number))]).encode()
        form = {"csrf_token": csrf, "step": "check", "file": (io.BytesIO(data), "a.csv")}
        with counted() as sent:
            page = client.post(import_page(place), data=form)
        assert page.status_code == 200
        return len(sent), page.text

    csrf = token(client)
    few, _page = asked(3)
    many, page = asked(200)
    assert many == few <= 16
    again = sent_back(client, place, page, "check")
    assert again.status_code == 200 and "200 rows. Get a seat 30 Join the waiting list 170" in shown(again.text)
