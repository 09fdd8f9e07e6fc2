"""Budi signs with the pointer on the office's screen, and the signature stands on the list for the file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.journeys.conftest import ROOT, House
from tests.journeys.registering import open_event
from tests.journeys.test_from_the_form_to_the_certificate import sign_in

pytestmark = pytest.mark.browser

SESSION = "bengkulu"
INK = b"0.06 0.10 0.35 RG"  # nothing on the list is drawn in it but signatures
# The demo's dates lie ahead: this one session begins ten minutes ago, and one person has a seat in it.
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
    from tpbis_events.programmes.model import Event, Session
    from tpbis_events.registrations.register import register
    from tpbis_events.registrations.rules import Applicant
    place = db.session.scalars(select(Session).join(Event).where(Event.demo, Session.slug == "%s")).first()
    who = Applicant(full_name="Budi Santoso", email="budi.teken@contoh.example", institution="Perpustakaan Desa",
                    position="Pustakawan", employment="community", regency_code="17.71", consent=True)
    made = register(place.id, place.quotas[0].role_id, who, key="signing-journey")
    with transaction():
        place = db.session.get_one(Session, place.id)
        begins, ends = clock.now() - timedelta(minutes=10), clock.now() + timedelta(hours=3)
        day = place.days[0]
        day.local_date, day.starts_at, day.ends_at = local_date(begins, place.zone), begins, ends
        place.starts_at, place.ends_at = begins, ends
    print(json.dumps([place.id, made.registration_id]))
"""


def list_for_the_file(page: Page, house: House, to: Path) -> PdfReader:
    page.goto(f"{house.url}/en/office{open_event(house)}/sessions/{SESSION}/papers")
    with page.expect_download() as file:
        page.get_by_role("button", name="List with signatures, for the file").first.click()
    file.value.save_as(to)
    return PdfReader(to)


def test_what_is_drawn_with_the_pointer_stands_on_the_list_for_the_file(
    house: House, desk: Page, tmp_path: Path
) -> None:
    ready = [sys.executable, "-c", NOW % SESSION]
    told = subprocess.run(ready, cwd=ROOT, env=house.environ, check=True, capture_output=True, text=True).stdout
    session_id, registration_id = json.loads(told)
    sign_in(desk, house, "national")
    before = list_for_the_file(desk, house, tmp_path / "before.pdf").pages[0]
    assert "Budi Santoso" in before.extract_text()
    assert INK not in before.get_contents().get_data()  # type: ignore[union-attr]

    desk.goto(f"{house.url}/en/door/sessions/{session_id}/sign/{registration_id}")
    desk.check("#consent")
    field = desk.locator("#pad").bounding_box()
    assert field
    left, top, mouse = field["x"], field["y"], desk.mouse
    for begin, end in ((0.2, 0.8), (0.3, 0.6)):
        mouse.move(left + field["width"] * begin, top + field["height"] * 0.3)
        mouse.down()
        mouse.move(left + field["width"] * end, top + field["height"] * 0.8, steps=8)
        mouse.up()
    desk.get_by_role("button", name="Done").click()
    desk.get_by_text("Your signature is kept").wait_for()

    after = list_for_the_file(desk, house, tmp_path / "after.pdf").pages[0]
    assert after.get_contents().get_data().count(INK) == 1  # type: ignore[union-attr]
