"""Somebody who can't use a mouse registers."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.journeys.conftest import House
from tests.journeys.registering import open_event

pytestmark = pytest.mark.browser

MOST_STEPS = 80
# Where the keyboard is: what it would send, whether that can be seen, and whether a ring is drawn around it.
FOCUS = """() => {
  const node = document.activeElement, style = getComputedStyle(node), box = node.getBoundingClientRect();
  return {name: node.name || '', value: node.value || '', href: node.getAttribute('href') || '', tag: node.tagName,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none'
      || !!node.closest('.event-card, .session-card')};
}"""


def tab_to(page: Page, **wanted: str) -> None:
    """Press Tab until the focus is on the wanted thing; on the way every stop must be seen, with its ring."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS)
        if now["tag"] == "BODY":
            continue
        assert now["seen"], f"the focus is out of sight: {now}"
        assert now["ring"], f"the focus can't be told: {now}"
        if all(str(now[key]).endswith(value) for key, value in wanted.items()):
            return
    raise AssertionError(f"{wanted} was not reached in {MOST_STEPS} steps")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_registration_needs_no_mouse_and_the_focus_is_always_seen(house: House, phone: BrowserContext) -> None:
    page = phone.new_page()
    event = open_event(house)
    page.goto(house.url)
    tab_to(page, href="#main")
    page.keyboard.press("Enter")
    for link in (event, "/sessions/lampung", "/register/stakeholder-provinsi"):
        tab_to(page, href=link)
        enter(page)

    tab_to(page, name="full_name")
    page.keyboard.type("Komang Ayu")
    tab_to(page, name="email")
    page.keyboard.type("komang.keyboard@contoh.example")
    tab_to(page, name="institution")
    page.keyboard.type("Taman Bacaan Masyarakat")
    tab_to(page, name="position")
    page.keyboard.type("Relawan")
    tab_to(page, name="employment")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")  # around to the last choice
    tab_to(page, name="consent")
    page.keyboard.press("Space")
    tab_to(page, value="check")
    enter(page)
    assert "Taman Bacaan Masyarakat" in page.locator("main").inner_text()
    tab_to(page, value="confirm")
    enter(page)
    assert page.url.endswith("/done")


def test_after_errors_the_keyboard_stands_on_the_summary_and_its_links_lead_to_the_fields(
    house: House, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{house.url}{open_event(house)}/sessions/lampung/register/stakeholder-provinsi")
    page.locator("main button[value=check]").focus()
    enter(page)
    assert "error-summary" in (page.evaluate("() => document.activeElement.className") or "")
    tab_to(page, href="#full_name")
    page.keyboard.press("Enter")
    page.keyboard.type("Komang")
    assert page.input_value("[name=full_name]") == "Komang"
