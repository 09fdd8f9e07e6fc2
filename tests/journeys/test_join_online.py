"""A session by video in the browser: Budi joins by his link and types the speaker's code; the board in the hall counts him."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import ROOT, House
from tests.journeys.registering import open_event
from tests.journeys.test_every_page import TOO_WIDE, complaints
from tests.journeys.test_from_the_form_to_the_certificate import sign_in

pytestmark = pytest.mark.browser

CALL = "https://rapat.contoh.example/j/889"
# The demo's dates lie ahead: this one session begins ten minutes ago, by video, and one person has a seat in it.
NOW = """
import json
from datetime import timedelta
from sqlalchemy import select
from tpbis_events import create_app
with create_app().app_context():
    from tpbis_events.foundation import clock
    from tpbis_events.foundation.database import db
    from tpbis_events.foundation.transaction import transaction
    from tpbis_events.places.local_time import local_date
    from tpbis_events.programmes.model import Event, Mode, Session
    from tpbis_events.registrations.register import register
    from tpbis_events.registrations.rules import Applicant
    place = db.session.scalars(select(Session).join(Event).where(Event.demo, Session.slug == "gorontalo")).one()
    who = Applicant(full_name="Budi Santoso", email="budi.video@contoh.example", institution="Perpustakaan Desa",
                    position="Pustakawan", employment="community", regency_code="75.71", consent=True)
    made = register(place.id, place.quotas[0].role_id, who, key="video-journey")
    with transaction():
        place = db.session.get_one(Session, place.id)
        begins, ends = clock.now() - timedelta(minutes=10), clock.now() + timedelta(hours=3)
        day = place.days[0]
        day.local_date, day.starts_at, day.ends_at = local_date(begins, place.zone), begins, ends
        place.starts_at, place.ends_at, place.mode, place.online_url = begins, ends, Mode.ONLINE, "%s"
    print(json.dumps(made.token))
"""


def test_budi_joins_types_the_code_and_the_board_counts_him(house: House, browser: Browser) -> None:
    script = [sys.executable, "-c", NOW % CALL]
    ready = subprocess.run(script, cwd=ROOT, env=house.environ, check=True, capture_output=True, text=True)
    token = json.loads(ready.stdout)
    office = browser.new_context(viewport={"width": 1280, "height": 800})
    board, speaker = office.new_page(), office.new_page()
    sign_in(board, house, "national")
    session = f"{house.url}/en/office{open_event(house)}/sessions/gorontalo"
    board.goto(f"{session}/live?screen=1")
    inside = board.locator(".live-figures__first dd")
    expect(inside).to_contain_text("0 / 1")
    speaker.goto(f"{session}/online")
    code = speaker.locator(".code-screen__code").inner_text()
    assert re.fullmatch(r"\d{3} \d{3}", code)
    faults, wide = complaints(speaker), speaker.evaluate(TOO_WIDE)

    phone = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = phone.new_page()
    phone.route(f"{CALL}**", lambda route: route.fulfill(body="<h1>The call</h1>", content_type="text/html"))
    page.goto(f"{house.url}/en/my/{token}")
    page.get_by_role("link", name="Join by video").click()
    assert CALL not in page.content()
    wide += page.evaluate(TOO_WIDE)
    page.get_by_role("button", name="Join now").click()
    expect(page.locator("h1")).to_have_text("The call")
    expect(inside).to_contain_text("0 / 1")
    page.goto(f"{house.url}/en/my/{token}/join")
    page.get_by_label("Code", exact=True).fill("000 00")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("status")).to_contain_text("Your attendance is kept.")
    expect(inside).to_contain_text("1 / 1", timeout=25_000)  # by itself
    assert faults + complaints(board) == []
    assert wide + board.evaluate(TOO_WIDE) == []
    phone.close()
    office.close()
