"""Sheets, badges and receipts on the office's pages, and signing at the door: as a browser sends them."""

from __future__ import annotations

import gc
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.builders import Place, an_account, an_event, registered, somebody
from tests.cast import BALI, door, made, sari, sign_in
from tests.doors.browsing import form_of, shown
from tests.queries import counted
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.model import Attendance
from tpbis_events.attendance.papers import PaperMark, Printing, SheetPhoto
from tpbis_events.attendance.receipts import ReceiptLine
from tpbis_events.attendance.signatures import Signature
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Account, Person, Right
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.cancel import cancel
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.substitute import substitute

DRAWN = "[[10,10,200,300,400,100,600,300,800,90,990,390]]"


@pytest.fixture(autouse=True)
def _files_of_refused_bodies() -> Iterator[None]:
    """Of a body that is refused while it is read, what was written so far is left to the collector: here, not in a later test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def post(client: FlaskClient, address: str, **answers: str | list[str]) -> TestResponse:
    """Send a form of the office with the token of the account that is signed in; a file is read whole, and closed."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/").text)
    assert token
    return client.post(address, data={"csrf_token": token.group(1), **answers}, buffered=True)


@contextmanager
def on_the_day(client: FlaskClient, place: Place, account: Account) -> Iterator[None]:
    """The clock stands at the beginning of the first day; the sign-in of weeks before has ended."""
    begins, account_id = db.session.get_one(Session, place.session_id).days[0].starts_at, account.id
    with clock.stopped_at(begins + timedelta(minutes=5)):
        sign_in(client, db.session.get_one(Account, account_id))
        yield


def session_page(place: Place) -> str:
    return f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}"


def rows(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def printed(client: FlaskClient, place: Place) -> str:
    """Print the sheet of the first day; its code."""
    answer = post(client, f"{session_page(place)}/papers", what="sheet", day="1", blank_rows="3", numbers="y")
    assert answer.mimetype == "application/pdf", answer.text
    db.session.rollback()
    return db.session.scalars(select(Printing.code).order_by(Printing.id.desc()).limit(1)).one() or ""


def photograph(size: tuple[int, int] = (800, 600)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, "JPEG")
    return file.getvalue()


def attach(client: FlaskClient, code: str, content: bytes, name: str = "foto.jpg") -> str:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/").text)
    assert token
    data = {"csrf_token": token.group(1), "file": (io.BytesIO(content), name)}
    answer = client.post(f"/en/office/sheets/{code}/photos", data=data, content_type="multipart/form-data")
    return shown(client.get(answer.location).text) if answer.status_code == 303 else str(answer.status_code)


def test_a_person_without_a_phone_is_ticked_by_name_and_paper_and_screen_agree_afterwards(client: FlaskClient) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    for name in ("Agus", "Budi", "Cahya", "Dewi"):
        registered(place, somebody(full_name=name))
    sign_in(client, pic := made())
    code = printed(client, place)
    with on_the_day(client, place, pic):
        page = client.get(f"/en/office/sheets/{code}")
        assert "Agus" in page.text and page.text.count('name="row"') == 4
        post(client, f"/en/office/registrations/{_reference('Dewi')}/attendance/1", act="check_in")
        answer = post(client, f"/en/office/sheets/{code}/rows", typed="1-2", row=["3"])
        assert answer.status_code == 303
        page_text = shown(client.get(answer.location).text)
        assert "3 rows are signed. 3 people were checked in by it." in page_text
        assert "Present on the screen since 08:35 WITA, but no signature on paper." in page_text
        settle = f"/en/office/sheets/{code}/settle"
        assert "do not agree yet" in shown(client.get(post(client, settle, act="agree").location).text)
        dewi = str(_id_of("Dewi"))
        left = post(client, settle, act="leave", registration=dewi, side="screen", reason="Lupa menandatangani")
        assert "Left so by Made" in shown(client.get(left.location).text)
        told = shown(client.get(post(client, settle, act="agree").location).text)
    assert "Paper and screen agree Said by Made on" in told and "08:35 WITA" in told
    overview = shown(client.get(f"{session_page(place)}/papers").text)
    assert "Paper and screen agree" in overview and "DH-001" in overview


def _reference(name: str) -> str:
    return db.session.scalars(
        select(Registration.reference).join(Registration.person).where(Person.full_name == name)
    ).one()


def _id_of(name: str) -> int:
    return db.session.scalars(select(Registration.id).join(Registration.person).where(Person.full_name == name)).one()


def test_rows_that_are_not_there_are_named_and_nothing_is_saved(client: FlaskClient) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    registered(place)
    sign_in(client, pic := made())
    code = printed(client, place)
    with on_the_day(client, place, pic):
        answer = post(client, f"/en/office/sheets/{code}/rows", typed="1, 7, x")
        assert answer.status_code == 422
        assert "These are no rows of this sheet: 7, x. Nothing was saved." in shown(answer.text)
        assert 'value="1, 7, x"' in answer.text, "what was typed stands there still"
        assert rows(PaperMark) == rows(Attendance) == 0
        again = post(client, f"/en/office/sheets/{code}/rows", **{"typed": "1", "walk-in-2": "AAAA-AAAA"})
        assert "A reference does not fit its row. Row 2:" in shown(client.get(again.location).text)
        assert rows(PaperMark) == 0


def test_a_photograph_is_attached_seen_beside_the_rows_and_fetched_as_a_file(client: FlaskClient) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    registered(place)
    sign_in(client, made())
    code = printed(client, place)
    assert "1 file is attached." in attach(client, code, photograph())
    db.session.rollback()
    photo = db.session.scalars(select(SheetPhoto)).one()
    photo_id, mark = photo.id, photo.received_hash
    quiet = client.get(f"/en/office/sheets/{code}").text
    assert mark in quiet and "data:image/jpeg" not in quiet, "a look is asked for, and written down"
    beside = post(client, f"/en/office/sheets/{code}/look", photo=str(photo_id))
    assert 'src="data:image/jpeg;base64,' in beside.text and beside.headers["Cache-Control"] == "no-store"
    fetched = post(client, f"/en/office/sheets/photos/{photo_id}")
    assert fetched.mimetype == "image/jpeg" and fetched.data.startswith(b"\xff\xd8")
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/en/office/sheets/photos/{photo_id}").status_code == 405
    gone = post(client, f"/en/office/sheets/photos/{photo_id}/withdraw", sheet=code, reason="Buram")
    assert "Withdrawn Made" in shown(client.get(gone.location).text)
    auditor = client.application.test_client()
    sign_in(auditor, an_account("Audi", Right.AUDITOR))
    seen = auditor.get(f"/en/office/sheets/{code}")
    assert seen.status_code == 200 and "Save who signed" not in seen.text and "Withdraw it" not in seen.text
    assert post(auditor, f"/en/office/sheets/photos/{photo_id}").status_code == 200
    assert post(auditor, f"/en/office/sheets/{code}/rows", typed="1").status_code == 403


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is no file"),
        (b"<?php system($_GET[0]); ?>", "This is not a photograph or scan that is kept"),
        (b"<svg onload='alert(1)'/>", "This is not a photograph or scan that is kept"),
        (photograph()[:300], "The file is damaged or cut off"),
        (b"%PDF-1.7\n/OpenAction\n%%EOF", "This PDF contains something that acts by itself"),
    ],
)
def test_a_hostile_file_is_refused_in_words_whatever_its_name(client: FlaskClient, content: bytes, said: str) -> None:
    place = an_event()[BALI, "village"]
    sign_in(client, made())
    assert said in attach(client, printed(client, place), content)
    assert rows(SheetPhoto) == 0


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # as below: the collector may come sooner
def test_only_photographs_of_who_is_signed_in_may_be_larger_than_other_bodies(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    sign_in(client, made())
    code = printed(client, place)
    scan = b"%PDF-1.7\n" + b"0" * 5_000_000 + b"\n%%EOF"
    assert "1 file is attached." in attach(client, code, scan, "pindaian.pdf")
    assert attach(client, code, b"%PDF-" + b"0" * 17_000_000) == "413"
    stranger = client.application.test_client()
    data = {"file": (io.BytesIO(scan), "pindaian.pdf")}
    answer = stranger.post(f"/office/sheets/{code}/photos", data=data, content_type="multipart/form-data")
    assert answer.status_code in (400, 413) and rows(SheetPhoto) == 1


def test_a_pic_prints_and_opens_nothing_of_another_province(client: FlaskClient) -> None:
    places = an_event(provinces=(BALI, "12"), roles={"village": 6})
    here, there = places[BALI, "village"], places["12", "village"]
    sign_in(client, sari())
    code = printed(client, there)
    assert "1 file is attached." in attach(client, code, photograph())
    list_id = post(client, f"{session_page(there)}/receipts", title="Transport", amount="1000").location.rpartition(
        "/"
    )[2]
    db.session.rollback()
    photo = db.session.scalars(select(SheetPhoto.id)).one()
    pic = client.application.test_client()
    sign_in(pic, made())
    assert pic.get(f"{session_page(here)}/papers").status_code == 200
    for address in (f"{session_page(there)}/papers", f"/en/office/sheets/{code}", f"/en/office/receipts/{list_id}"):
        assert pic.get(address).status_code == 404, address
    for address in (
        f"{session_page(there)}/papers",
        f"{session_page(there)}/papers/signed",
        f"/en/office/sheets/{code}/rows",
        f"/en/office/sheets/{code}/look",
        f"/en/office/sheets/{code}/settle",
        f"/en/office/sheets/{code}/photos",
        f"/en/office/sheets/photos/{photo}",
        f"/en/office/sheets/photos/{photo}/withdraw",
    ):
        assert post(pic, address, what="sheet", typed="1", act="agree").status_code == 404, address
    archive = zipfile.ZipFile(io.BytesIO(post(pic, f"/en/office/events/{here.event_slug}/papers", what="sheets").data))
    assert {name.split("/")[0] for name in archive.namelist()} == {here.session_slug}


def test_the_pack_has_everything_for_a_day_without_power(client: FlaskClient) -> None:
    place = an_event(roles={"village": 6}, days=2)[BALI, "village"]
    budi = registered(place, somebody(full_name="Budi Santoso"))
    sign_in(client, made())
    answer = post(client, f"{session_page(place)}/papers", what="pack")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    names = sorted(name.removeprefix(f"{place.session_slug}/") for name in archive.namelist())
    assert [name.split("-")[0] for name in names] == ["1", "1", "2", "3", "4", "5", "6", "6", "BACA"]
    read_me = archive.read(f"{place.session_slug}/BACA-SAYA.txt").decode()
    assert "1-12, 14" in read_me and "SHM Bali" in read_me
    for name in archive.namelist():
        if name.endswith(".pdf"):
            text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(archive.read(name))).pages)
            assert "Budi Santoso" in text or "/6-" in name, name
    codes = PdfReader(io.BytesIO(archive.read(f"{place.session_slug}/3-kode-singkat.pdf"))).pages[0].extract_text()
    assert f"{budi.reference[:4]}-{budi.reference[4:]}" in codes


def test_a_pack_of_a_session_without_people_has_no_cards_and_is_whole(client: FlaskClient) -> None:
    place = an_event()[BALI, "village"]
    sign_in(client, made())
    archive = zipfile.ZipFile(io.BytesIO(post(client, f"{session_page(place)}/papers", what="pack").data))
    assert len(archive.namelist()) == 5 and archive.testzip() is None
    assert post(client, f"{session_page(place)}/papers", what="badges-4", whom="role-x").status_code == 404
    told = post(client, f"{session_page(place)}/papers", what="badges-4")
    assert "There is nobody to print" in shown(client.get(told.location).text)


def test_a_page_of_a_sheet_asks_the_same_of_the_database_for_three_and_for_forty(client: FlaskClient) -> None:
    place = an_event(roles={"village": 60})[BALI, "village"]
    her = sari()
    her_id = her.id

    def asked(number: int) -> int:
        for _n in range(number):
            registered(place)
        browser, account = client.application.test_client(), db.session.get_one(Account, her_id)
        sign_in(browser, account)
        code = printed(browser, place)
        with on_the_day(browser, place, account):
            post(browser, f"/en/office/sheets/{code}/rows", typed="1-2")
            browser.get(f"/en/office/sheets/{code}")
            with counted() as statements:
                assert browser.get(f"/en/office/sheets/{code}").status_code == 200
        return len(statements)

    assert asked(3) == asked(40) <= 25


def test_who_attended_is_ticked_on_a_new_receipt_list_and_finance_prints_it(client: FlaskClient) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    there = registered(place, somebody(full_name="Budi Santoso", employment="pns", nip="198501152010012003"))
    registered(place, somebody(full_name="Cahya"))
    day = db.session.get_one(Session, place.session_id).days[0]
    with clock.stopped_at(day.starts_at):
        check_in(there.registration_id, day.id, by=COMMAND_LINE)
    sign_in(client, an_account("Ketut", Right.FINANCE, BALI))
    index = f"{session_page(place)}/receipts"
    wrong = post(client, index, title="", amount="seratus", tax="")
    assert wrong.status_code == 422 and "Give whole rupiah" in wrong.text and "Say what it is paid for" in wrong.text
    opened = post(client, index, title="Uang <b>transport</b>", amount="Rp 150.000", tax="7.500")
    address = opened.location
    form = form_of(client, address)
    assert form["paid"] == str(there.registration_id), "who attended"
    assert form[f"amount-{there.registration_id}"] == "150.000"
    assert "Uang &lt;b&gt;transport" in client.get(address).text
    kept = {key: value for key, value in form.items() if key.startswith(("paid", "amount", "tax", "made"))}
    odd = post(client, address, **{**kept, f"amount-{there.registration_id}": "banyak"})
    assert (
        odd.status_code == 422 and "Budi Santoso: Give whole rupiah" in shown(odd.text) and 'value="banyak"' in odd.text
    )
    assert post(client, address, **kept).status_code == 303
    assert "seratus empat puluh dua ribu lima ratus rupiah" in shown(client.get(address).text)
    stale = post(client, address, **kept)
    assert stale.status_code == 409 and "Somebody else has changed this list" in shown(stale.text)
    paper = post(client, f"{address}/print")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.data)).pages)
    assert "Budi Santoso" in text and "142.500" in text and "Terbilang: seratus empat puluh dua ribu" in text
    assert "Cahya" not in text and "198501152010012003" not in text, "finance sees no whole NIP"
    assert post(client, f"{address}/remove").status_code == 400
    assert post(client, f"{address}/remove", step="confirm").status_code == 303
    assert client.get(address).status_code == 404 and rows(ReceiptLine) == 1


def test_she_signs_at_the_door_on_the_day_and_is_checked_in_by_it(client: FlaskClient) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    budi = registered(place, somebody(full_name="Budi Santoso"))
    sign_in(client, pintu := door())
    address = f"/en/door/sessions/{place.session_id}/sign/{budi.registration_id}"
    assert "There is no check-in today" in client.get(address).text
    day = db.session.get_one(Session, place.session_id).days[0]
    day_id = str(day.id)
    with on_the_day(client, place, pintu):
        page = client.get(address).text
        assert "Budi Santoso" in page and "please sign the printed sheet" in page.lower() and "<noscript>" in page
        fields = form_of(client, address)
        sent = {"csrf_token": fields["csrf_token"], "day": day_id, "strokes": DRAWN}
        assert "The consent is missing" in client.post(address, data=sent).text
        assert rows(Signature) == 0 and rows(Attendance) == 1
        empty = client.post(address, data={**sent, "strokes": "", "consent": "y"})
        assert empty.status_code == 422 and "Nothing is drawn yet" in empty.text
        assert client.post(address, data={**sent, "consent": "y"}).status_code == 303
        assert "Signed" in client.get(address).text
        assert client.get(f"/en/door/sessions/{place.session_id}/sign/999999").status_code == 404
    assert rows(Signature) == 1 and rows(Attendance) == 1
    sign_in(other := client.application.test_client(), made())
    signed = post(other, f"{session_page(place)}/papers/signed", day="1")
    assert signed.mimetype == "application/pdf" and b"%PDF" in signed.data[:8]


def test_saving_a_receipt_list_again_keeps_the_line_of_who_has_lost_her_seat_since(client: FlaskClient) -> None:
    place = an_event(roles={"village": 6})[BALI, "village"]
    budi, cahya = (registered(place, somebody(full_name=name)).registration_id for name in ("Budi", "Cahya"))
    sign_in(client, an_account("Ketut", Right.FINANCE, BALI))
    address = post(client, f"{session_page(place)}/receipts", title="Transport", amount="150.000", tax="0").location
    made_from = form_of(client, address)["made_from"]
    amounts = {f"amount-{each}": "150.000" for each in (budi, cahya)}
    assert post(client, address, made_from=made_from, paid=[str(budi), str(cahya)], **amounts).status_code == 303
    db.session.rollback()
    cancel(cahya, by=COMMAND_LINE, reason="sakit")
    page = client.get(address).text
    assert "Cahya" in page
    ticked = re.findall(r'name="paid" value="(\d+)" checked', page)
    answers = {
        key: value for key, value in form_of(client, address).items() if key.startswith(("amount", "tax", "made"))
    }
    assert post(client, address, paid=ticked, **answers).status_code == 303
    assert rows(ReceiptLine) == 2


def test_a_number_that_no_row_can_have_is_not_found(client: FlaskClient) -> None:
    place = an_event()[BALI, "stakeholder"]
    registered(place)
    huge = "9" * 20
    assert client.get(f"/q/{huge}/1").status_code == client.get(f"/q/{2**31}/1").status_code == 404
    sign_in(client, sari())
    assert client.get(f"/office/receipts/{huge}").status_code == 404
    assert client.get(f"/office/events/{place.event_slug}/commitments?after=-{huge}").status_code == 200
    assert post(client, f"/office/sheets/photos/{huge}").status_code == 404
    code = printed(client, place)
    assert post(client, f"/office/sheets/{code}/look", photo=huge).status_code == 200
    assert post(client, f"/office/sheets/{code}/settle", act="check_in", registration=huge).status_code == 404


def test_who_came_on_the_first_day_stands_on_its_list_though_somebody_comes_in_her_place_since(
    client: FlaskClient,
) -> None:
    place = an_event(roles={"village": 6}, days=2)[BALI, "village"]
    budi = registered(place, somebody(full_name="Budi Santoso"))
    day = db.session.get_one(Session, place.session_id).days[0]
    with clock.stopped_at(day.starts_at):
        check_in(budi.registration_id, day.id, by=COMMAND_LINE)
        substitute(budi.registration_id, somebody(full_name="Cahya Dewi"), by=COMMAND_LINE)
    sign_in(client, sari())
    paper = post(client, f"{session_page(place)}/papers/signed", day="1")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.data)).pages)
    assert "Budi Santoso" in text and "Cahya Dewi" in text
