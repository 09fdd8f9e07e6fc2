"""Sari imports a roster in the browser: the template, a mistake that she mends on the page, and the roster afterwards."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import House
from tests.journeys.registering import open_event
from tests.journeys.test_every_page import TOO_WIDE, complaints
from tests.journeys.test_from_the_form_to_the_certificate import sign_in

pytestmark = pytest.mark.browser


def test_a_roster_is_imported_from_the_template_on_a_phone(house: House, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    sign_in(page, house, "national")
    session = f"{house.url}/en/office{open_event(house)}/sessions/aceh"
    page.goto(f"{session}/import")
    faults, wide = complaints(page), page.evaluate(TOO_WIDE)
    with page.expect_download() as download:
        page.get_by_role("link", name="Template for Excel").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    people, lists = book.worksheets[0], book.worksheets[2]
    for column, value in enumerate(
        [lists["A2"].value, "Cut Nyak Dien", "Dinas Perpustakaan", "Pustakawan", lists["E6"].value], start=1
    ):
        people.cell(3, column, value)
    places = {str(cell.value): cell.column for cell in people[1]}
    people.cell(3, places["E-mail"], "cut.nyak@contoh")
    book.save(kept := io.BytesIO())
    page.set_input_files("[name=file]", {"name": "aceh.xlsx", "mimeType": "", "buffer": kept.getvalue()})
    page.get_by_role("button", name="Upload and check").click()
    expect(page.locator("[role=alert]")).to_contain_text("1 thing to mend, in 1 row")
    faults += complaints(page)
    wide += page.evaluate(TOO_WIDE)
    page.get_by_label("E-mail").fill("cut.nyak@contoh.example")
    page.locator("#to-mend").get_by_role("button", name="Check again").click()
    page.check("[name=consent]")
    faults += complaints(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("The roster is saved")
    faults += complaints(page)
    wide += page.evaluate(TOO_WIDE)
    page.get_by_role("link", name="To the roster").click()
    expect(page.locator("main")).to_contain_text("Cut Nyak Dien")
    page.goto(f"{house.url}/en/office/exports")
    assert faults + complaints(page) == []
    assert wide + page.evaluate(TOO_WIDE) == []
    context.close()
