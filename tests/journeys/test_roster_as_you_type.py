"""The office looks for somebody letter by letter; without scripts the button does the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import House

pytestmark = pytest.mark.browser

EVENT, SESSION, ROLE = "shm-provinsi-2027", "papua", "stakeholder-provinsi"
ROSTER = f"/en/office/events/{EVENT}/roster"


def _register(house: House, name: str, phone: str) -> None:
    told = ["--full-name", name, "--phone", phone, "--institution", "Perpustakaan Yotefa", "--position", "Pustakawan"]
    house.flask("registrations", "register", EVENT, SESSION, ROLE, *told, "--employment", "community", "--consent")


def _sign_in(house: House, page: Page) -> None:
    email, password = house.password("national")
    page.goto(f"{house.url}/en/office/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.goto(house.url + ROSTER)


def test_sari_finds_somebody_as_she_types_and_without_scripts_by_the_button(
    house: House, desk: Page, phone: BrowserContext
) -> None:
    _register(house, "Yosephina Wanggai", "081311110001")
    _register(house, "Yosef Rumbiak", "081311110002")
    faults: list[str] = []
    desk.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    _sign_in(house, desk)
    names = desk.locator("#roster-results tbody th a:not(.num)")
    desk.locator("#q").press_sequentially("yose", delay=30)
    expect(names).to_have_count(2)
    desk.locator("#q").press_sequentially("ph wang", delay=30)
    expect(names).to_have_count(1)
    expect(names).to_have_text(["Yosephina Wanggai"])
    expect(desk.locator("#roster-number[role=status]")).to_have_text("1 person")
    expect(desk.locator("#q")).to_be_focused()
    expect(desk).to_have_url(f"{house.url}{ROSTER}?q=yoseph+wang")
    assert "q=yoseph" in (desk.locator("#roster-export a").get_attribute("href") or "")
    desk.locator("#state").select_option("waiting")
    expect(desk.locator("#roster-results .empty__title")).to_have_text("Nobody is found")
    assert faults == []
    page = phone.new_page()
    _sign_in(house, page)
    page.fill("#q", "yoseph")
    page.click("#roster-search button[type=submit]")
    expect(page.locator("#roster-results tbody th a:not(.num)")).to_have_text(["Yosephina Wanggai"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
