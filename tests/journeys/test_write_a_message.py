"""Sari writes a message on a phone: whom it reaches, how it looks, a test to herself, a schedule, and a stop before it goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import House
from tests.journeys.registering import open_event, register
from tests.journeys.test_every_page import TOO_WIDE, complaints
from tests.journeys.test_from_the_form_to_the_certificate import sign_in

pytestmark = pytest.mark.browser


def test_a_message_is_written_looked_at_tested_scheduled_and_stopped_on_a_phone(house: House, browser: Browser) -> None:
    event = open_event(house)
    register(house, f"{event}/sessions/bali/register/stakeholder-provinsi", "Ni Luh Rai", "luh.rai@contoh.example")
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    sign_in(page, house, "national")
    page.goto(f"{house.url}/en/office{event}/sessions/bali?q=Luh+Rai")
    page.get_by_role("link", name="Write a message to them").click()
    expect(page.locator("main")).to_contain_text("To 1 person as things stand")
    page.fill("[name=subject_id]", "Bawa laptop, {nama}")
    page.fill("[name=text_id]", "Mohon membawa laptop.\n\n{tautan}")
    page.fill("[name=subject_en]", "Bring a laptop, {name}")
    page.fill("[name=text_en]", "Please bring a laptop, {nmae}.")
    page.get_by_role("button", name="Save and look at it").click()
    expect(page.get_by_role("alert")).to_contain_text("{nmae}")
    faults, wide = complaints(page), page.evaluate(TOO_WIDE)
    page.fill("[name=text_en]", "Please bring a laptop.\n\n{link}")
    page.get_by_role("button", name="Save and look at it").click()
    expect(page.frame_locator("iframe").first.locator("h1")).to_have_text("Bawa laptop, Ni Luh Rai")
    page.get_by_text("Who they are").click()
    expect(page.locator("#recipients")).to_contain_text("lu…@contoh.example")
    faults += complaints(page)
    wide += page.evaluate(TOO_WIDE)
    page.get_by_role("button", name="Send a test to myself").click()
    test = house.mail_to(house.password("national")[0])
    assert test["Subject"].startswith("[")
    page.check("[name=when][value=at]")
    page.fill("[name=date]", "2020-01-01")
    page.get_by_role("button", name="Schedule it").click()
    expect(page.get_by_role("alert")).to_contain_text("This moment is over")
    page.evaluate("""() => {
        const next = new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10);
        document.querySelector('[name=date]').value = next;
    }""")
    page.get_by_role("button", name="Schedule it").click()
    expect(page.locator("main")).to_contain_text("It begins on")
    faults += complaints(page)
    page.get_by_role("button", name="Stop it for good").click()
    expect(page.locator("main")).to_contain_text("It never began")
    faults += complaints(page)
    wide += page.evaluate(TOO_WIDE)
    page.goto(f"{house.url}/en/office{event}/calls")
    assert faults + complaints(page) == []
    assert wide + page.evaluate(TOO_WIDE) == []
    assert not list((house.instance / "mail").glob("*note*luh.rai*"))
    context.close()
