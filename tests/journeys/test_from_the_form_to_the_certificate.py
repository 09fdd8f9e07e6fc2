"""Budi registers on a small phone without JavaScript; Sari marks him present; he fetches his certificate; Tono checks it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import House

pytestmark = pytest.mark.browser

NAME = "Ni Luh Ayu O'Brien <b>Santoso</b>"


def open_form(page: Page, house: House, role: str = "stakeholder-provinsi", session: str = "bali") -> None:
    page.goto(house.url)
    page.locator(".event-card a", has_text=re.compile(r"SHM Provinsi 20(2[4-9]|3)")).first.click()
    page.locator(f"a[href$='/sessions/{session}']").first.click()
    page.locator(f"a[href$='/register/{role}']").first.click()


def answer(page: Page, name: str, address: str) -> None:
    page.fill("[name=full_name]", name)
    page.fill("[name=email]", address)
    page.fill("[name=institution]", "Perpustakaan Desa Sukamaju")
    page.fill("[name=position]", "Pustakawan")
    page.check("[name=employment][value=community]")
    page.check("[name=consent]")


def sign_in(page: Page, house: House, right: str) -> None:
    address, password = house.password(right)
    page.goto(f"{house.url}/office/")
    page.fill("[name=email]", address)
    page.fill("[name=password]", password)
    page.locator("main form [type=submit]").click()


@pytest.fixture(scope="module")
def own_page(house: House, browser: Browser) -> str:
    """The address of Budi's own page, from the mail that he got."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    open_form(page, house)
    answer(page, NAME, "ayu@contoh.example")
    page.locator("main button[value=check]:visible").click()
    assert NAME in page.locator("main").inner_text()
    page.locator("main button[value=confirm]:visible").click()
    assert page.url.endswith("/done")
    context.close()
    body = house.mail_to("ayu@contoh.example").get_body(("plain",))
    assert body is not None
    found = re.search(r"http\S+/my/\S+", body.get_content())
    assert found, "the mail has the link"
    return found.group(0)


def test_errors_stand_beside_the_fields_and_nothing_typed_is_lost(house: House, phone: BrowserContext) -> None:
    page = phone.new_page()
    open_form(page, house)
    page.fill("[name=full_name]", "Budi")
    page.fill("[name=email]", "bukan alamat")
    page.check("[name=employment][value=pns]")
    page.fill("[name=nip]", "123")
    page.locator("main button[value=check]:visible").click()
    summary = page.locator("[role=alert]")
    links = summary.locator("a").all()
    assert {link.get_attribute("href") for link in links} >= {"#email", "#nip", "#institution", "#position", "#consent"}
    assert page.input_value("[name=full_name]") == "Budi"
    assert page.input_value("[name=nip]") == "123"
    assert page.locator("[name=email]").get_attribute("aria-invalid") == "true"


def test_the_language_switch_keeps_the_place_and_what_was_typed(house: House, phone: BrowserContext) -> None:
    page = phone.new_page()
    open_form(page, house)
    page.fill("[name=full_name]", "Souphaphone ສຸພາພອນ")
    page.locator("header button[lang=en], header button[formaction^='/en/']").first.click()
    assert "/en/events/" in page.url
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.input_value("[name=full_name]") == "Souphaphone ສຸພາພອນ"


def test_the_door_code_on_the_own_page_reads_back(
    house: House, own_page: str, phone: BrowserContext, tmp_path: Path
) -> None:
    page = phone.new_page()
    page.goto(own_page)
    image = page.request.get(f"{own_page}/qr.png")
    (tmp_path / "qr.png").write_bytes(image.body())
    read = zxingcpp.read_barcodes(Image.open(tmp_path / "qr.png"))
    assert len(read) == 1
    assert read[0].text.replace("-", "") in page.locator("main").inner_text().replace("-", "")


def test_sari_sees_the_matrix_marks_attendance_and_the_certificate_can_be_fetched_and_checked(
    house: House, own_page: str, desk: Page, phone: BrowserContext, tmp_path: Path
) -> None:
    budi = phone.new_page()
    budi.goto(own_page)
    assert budi.locator("form[action$='/certificate']").count() == 0, "nothing to fetch before the day"

    sign_in(desk, house, "national")
    desk.goto(f"{house.url}/office/events/shm-provinsi-2023")
    assert "990" in desk.locator("#matrix tfoot").inner_text()
    desk.goto(f"{house.url}/office/")
    desk.locator(".office-event h3 a[href*='/office/events/shm-provinsi-202']").first.click()
    demo = next(
        href
        for href in desk.locator("#matrix a[href*='/sessions/bali']").evaluate_all("links => links.map(a => a.href)")
        if "2023" not in href
    )
    desk.goto(demo)
    desk.fill("[name=q]", "ayu")
    desk.keyboard.press("Enter")
    desk.locator("tr", has_text=NAME).locator("form[action*='/attendance/'] button").click()

    budi.reload()
    budi.locator("form[action$='/certificate'] button").click()
    budi.goto(own_page)
    file = phone.request.get(f"{own_page}/certificate.pdf")
    assert file.headers["content-type"] == "application/pdf"
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(file.body())
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    assert NAME in text
    assert "7 JP" in text
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", pdf, tmp_path / "page"], check=True)
    code = zxingcpp.read_barcodes(Image.open(tmp_path / "page.png"))
    assert len(code) == 1
    assert code[0].text.startswith(f"{house.url}/check/")

    tono = phone.new_page()
    tono.goto(code[0].text)
    seen = tono.locator("main").inner_text()
    assert NAME in seen
    assert "7 JP" in seen
    assert "contoh.example" not in seen


def test_made_sees_bali_and_nothing_else(house: House, desk: Page) -> None:
    sign_in(desk, house, "pic")
    desk.goto(f"{house.url}/office/events/shm-provinsi-2023")
    table = desk.locator("main table").first.inner_text()
    assert "Bali" in table
    assert "Aceh" not in table
    assert desk.goto(f"{house.url}/office/events/shm-provinsi-2023/sessions/bali").status == 200  # type: ignore[union-attr]
    assert desk.goto(f"{house.url}/office/events/shm-provinsi-2023/sessions/aceh").status == 404  # type: ignore[union-attr]


def test_she_cancels_by_her_link_and_comes_again(house: House, phone: BrowserContext) -> None:
    page = phone.new_page()
    for _ in range(2):
        open_form(page, house, role="pemustaka-terdampak")
        answer(page, "Komang Tari", "komang@contoh.example")
        if page.locator("[name=regency_code]").count():
            page.select_option("[name=regency_code]", index=1)
        page.locator("main button[value=check]:visible").click()
        page.locator("main button[value=confirm]:visible").click()
        own = page.url.removesuffix("/done")
        page.goto(f"{own}/cancel")
        page.locator("main form button.btn-danger, main form [type=submit]").last.click()
        assert page.url.startswith(own)
        assert re.search("dibatalkan|cancelled", page.locator("main").inner_text(), re.IGNORECASE)
