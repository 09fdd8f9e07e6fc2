"""Sari builds tests and an evaluation from the ready-made ones; Budi answers on a phone without JavaScript; she reads it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.journeys.conftest import House
from tests.journeys.registering import form_with_room, open_event, register

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("TPBIS_PICTURES")  # a folder, for who wants to look at the pages


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def no_wider_than_the_screen(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"


def begin(page: Page, base: str, start: str) -> str:
    """Begin a ready-made one, let it be open from today on, publish it; the address of its page."""
    page.goto(base)
    page.check(f"#start-{start}")
    page.locator("main form:has(#begin ~ form), main form").last.locator("[type=submit]").click()
    address = page.url
    widen(page, address)
    return address


def widen(page: Page, address: str) -> None:
    page.goto(f"{address}/settings")
    page.check("[name=opens_from][value=first-day]")
    page.check("[name=closes_from][value=last-day]")
    page.fill("[name=opens_days]", "-60")
    page.fill("[name=closes_days]", "30")
    page.locator("main form [type=submit]").first.click()
    page.locator("main form[action$='/publish'] [type=submit]").click()


def test_from_building_to_answering_to_results(house: House, desk: Page, phone: BrowserContext) -> None:
    email, password = house.password("national")
    desk.goto(f"{house.url}/office/login")
    desk.fill("[name=email]", email)
    desk.fill("[name=password]", password)
    desk.locator("main form [type=submit]").click()
    event = open_event(house)
    base = f"{house.url}/office{event}/questionnaires"
    evaluation = begin(desk, base, "evaluation-set")
    pre_test = begin(desk, base, "pair-set")
    desk.goto(base)
    picture(desk, "office-list")
    desk.goto(evaluation)
    picture(desk, "office-one")
    desk.goto(f"{evaluation}/preview")
    picture(desk, "office-preview")
    desk.locator("main").wait_for()
    desk.goto(pre_test)
    desk.locator("#questions-table a").first.click()
    picture(desk, "office-question")
    desk.goto(base)
    desk.locator("#questionnaires a", has_text="Post-test").click()
    widen(desk, desk.url)

    form = form_with_room(house, event, "stakeholder-provinsi")
    own = register(house, form, "Budi Santoso", "budi-q@contoh.example")
    page = phone.new_page()
    page.goto(own)
    page.locator("a[href*='/questionnaires/']").first.wait_for()
    picture(page, "phone-own")
    page.goto(f"{own}/questionnaires")
    no_wider_than_the_screen(page)
    picture(page, "phone-list")
    for title in ("Pre-test", "Post-test"):
        page.goto(f"{own}/questionnaires")
        page.locator(".asked", has_text=title).locator("a").click()
        for question in page.locator("fieldset.question").all():
            choices = question.locator("input")
            choices.nth(1 if title == "Post-test" else 0).check()
        picture(page, f"phone-{title.lower()}")
        page.locator("main button[value=send]").click()
        page.locator(".notice--success").wait_for()
    page.goto(f"{own}/questionnaires")
    page.locator(".asked", has_text="Evaluasi").locator("a").click()
    no_wider_than_the_screen(page)
    ratings = page.locator(".rating")
    for number in range(ratings.count() - 1):  # one is forgotten
        ratings.nth(number).locator("input").nth(3 + number % 2).check()
    page.locator("textarea").first.fill("Perbanyak praktik langsung.")
    page.locator("main button[value=send]").click()
    page.locator("[role=alert]").wait_for()
    picture(page, "phone-evaluation-refused")
    assert page.locator("textarea").first.input_value() == "Perbanyak praktik langsung."
    page.locator("[role=alert] a").click()
    ratings.last.locator("input").last.check()
    page.locator("main button[value=send]").click()
    page.locator(".notice--success").wait_for()
    picture(page, "phone-thanks")

    desk.goto(f"{house.url}/office{event}/results")
    desk.locator("#results a", has_text="Post-test").click()
    assert "%" in desk.locator(".index__value").first.inner_text()
    assert desk.locator("svg.bars").count() == 5
    picture(desk, "office-results-test")
    desk.goto(f"{house.url}/office{event}/results")
    desk.locator("#results a", has_text="Evaluasi").click()
    text = desk.locator("main").inner_text()
    assert "Perbanyak praktik langsung." not in text  # not over yet, and too few
    picture(desk, "office-results-evaluation")
