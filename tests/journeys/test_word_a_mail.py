"""Sari words the confirmation of an edition, sees it as she types, and Budi's mail bears her words."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from tests.journeys.conftest import TIMEOUT, House
from tests.journeys.registering import open_event, register
from tests.journeys.test_from_the_form_to_the_certificate import sign_in

pytestmark = pytest.mark.browser


def wait_for(sought: Locator) -> None:
    """A frame takes the place of another as she types, and Playwright gives up a question that it asked of the old one."""
    deadline = time.monotonic() + TIMEOUT / 1000
    while time.monotonic() < deadline:
        with suppress(Error):
            if sought.is_visible():
                return
        time.sleep(0.1)
    raise AssertionError(f"{sought} was not to be seen")


def test_sari_words_a_mail_sees_it_as_she_types_and_budi_gets_it(
    house: House, desk: Page, phone: BrowserContext
) -> None:
    faults: list[str] = []
    desk.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    event = open_event(house)
    letter = f"{house.url}/en/office{event}/letters/confirmation"
    sign_in(desk, house, "national")
    desk.goto(letter)
    steps_back = desk.evaluate("history.length")
    desk.fill("[name=text_en]", "Welcome, {name}!\n\n- bring a laptop")
    look = desk.frame_locator("iframe.letter-look:not(.letter-look--coming)")
    wait_for(look.frame_locator("iframe").nth(1).locator("li", has_text="bring a laptop"))
    desk.locator("[name=text_en]").press_sequentially(" and {charger}", delay=5)
    wait_for(look.locator(".look__problem", has_text="{charger}"))
    assert desk.evaluate("history.length") == steps_back, "going back leaves the page"
    desk.fill("[name=text_en]", "Welcome, {name}!\n\n- bring a laptop")
    desk.locator("main .btn-primary").click()
    expect(desk.locator("main")).to_contain_text("Own words")
    assert faults == []

    register(
        house, f"{event}/sessions/bali/register/stakeholder-provinsi", "Budi Laut", "budi.laut@contoh.example", "/en"
    )
    body = house.mail_to("budi.laut@contoh.example").get_body(("plain",))
    assert body is not None
    assert "Welcome, Budi Laut!\n\n- bring a laptop\n" in body.get_content().replace("\r\n", "\n")

    page = phone.new_page()
    sign_in(page, house, "national")
    page.goto(letter)
    page.fill("[name=subject_en]", "Come, {name}")
    page.click("#look")
    wait_for(page.frame_locator("iframe.letter-look").locator("[lang=en].look__subject", has_text="Come, "))
