"""The door in a hotel without Wi-Fi: two phones, the network cut and restored, and a ticket read by the camera."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import segno
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import FLAGS, TIMEOUT, House

pytestmark = pytest.mark.browser

EVENT, SESSION, ROLE = "shm-provinsi-2027", "nusa-tenggara-timur", "stakeholder-provinsi"
SIZE = (640, 480)
PROGRAM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass(frozen=True, slots=True)
class Today:
    """A session on its day: its number, and tickets by name."""

    session_id: int
    tickets: dict[str, str]


@pytest.fixture(scope="module")
def today(house: House) -> Today:
    """A session of the demo moved to this hour, with three people, one of whom has cancelled."""
    people = ("I Wayan Sudarma", "Ni Made Lestari", "Ketut Batal")
    for number, name in enumerate(people):
        told = ["--full-name", name, "--phone", f"08131111100{number}", "--institution", "Perpustakaan Kupang"]
        more = ["--position", "Pustakawan", "--employment", "community", "--consent"]
        house.flask("registrations", "register", EVENT, SESSION, ROLE, *told, *more)
    now = datetime.now(UTC)
    starts, ends = (f"{now + timedelta(minutes=m):%Y-%m-%d %H:%M:%S.000000}" for m in (-20, 240))
    with sqlite3.connect(house.instance / "tpbis.sqlite", timeout=30) as base:
        find = "SELECT s.id, s.zone FROM sessions s JOIN events e ON e.id = s.event_id WHERE e.slug = ? AND s.slug = ?"
        session_id, zone = base.execute(find, (EVENT, SESSION)).fetchone()
        local = now.astimezone(ZoneInfo(zone)).date().isoformat()
        day = base.execute("SELECT min(id) FROM session_days WHERE session_id = ?", (session_id,)).fetchone()[0]
        hours = (local, starts, ends, day)
        base.execute("UPDATE session_days SET local_date = ?, starts_at = ?, ends_at = ? WHERE id = ?", hours)
        rows = base.execute(
            "SELECT p.full_name, r.ticket, r.reference FROM registrations r JOIN persons p ON p.id = r.person_id"
            " WHERE r.session_id = ?", (session_id,)
        ).fetchall()  # fmt: skip
    tickets = {name: ticket for name, ticket, _reference in rows}
    gone = next(reference for name, _ticket, reference in rows if name == people[2])
    house.flask("registrations", "cancel", gone, "--reason", "sakit")
    return Today(session_id, tickets)


def at_door(browser: Browser, house: House, today: Today) -> tuple[BrowserContext, Page]:
    """A phone that is signed in at the door, with the list taken along and the frame kept."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.set_default_timeout(TIMEOUT)
    page = context.new_page()
    email, password = house.password("door")
    page.goto(f"{house.url}/en/office/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/door/")
    page.goto(f"{house.url}/en/door/sessions/{today.session_id}")
    expect(page.locator("#door-list-of")).to_contain_text("List of")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return context, page


def scan(page: Page, ticket: str) -> None:
    page.locator("#door-typed").fill(ticket)
    page.locator("#door-typed").press("Enter")


def standing(house: House, today: Today) -> dict[str, int]:
    """Name -> how many check-ins of hers stand."""
    with sqlite3.connect(house.instance / "tpbis.sqlite", timeout=30) as base:
        rows = base.execute(
            "SELECT p.full_name, count(*) FROM attendances a JOIN registrations r ON r.id = a.registration_id"
            " JOIN persons p ON p.id = r.person_id WHERE r.session_id = ? AND a.undone_at IS NULL GROUP BY 1",
            (today.session_id,),
        )
        return dict(rows.fetchall())


def test_the_network_is_cut_and_comes_back_and_two_phones_make_one_list(
    browser: Browser, house: House, today: Today
) -> None:
    (left, one), (right, two) = (at_door(browser, house, today) for _ in range(2))
    for context in (left, right):
        context.set_offline(True)
    verdict = one.locator("#door-verdict")
    scan(one, today.tickets["I Wayan Sudarma"])
    expect(verdict).to_contain_text("Checked in")
    expect(verdict).to_contain_text("I Wayan Sudarma")
    scan(one, today.tickets["Ketut Batal"])
    expect(verdict).to_contain_text("Cancelled")
    scan(one, "0000-1111-2222-3333")
    expect(verdict).to_contain_text("Not on the list")
    assert standing(house, today) == {}

    one.reload()  # without a network: from the frame and the list that the phone kept
    expect(one.locator("#door-net-words")).to_contain_text("3 scans wait")
    expect(one.locator("#door-count")).to_contain_text("1 of 2")
    scan(one, today.tickets["I Wayan Sudarma"])
    expect(verdict).to_contain_text("Already checked in")
    one.locator("#door-typed").fill("lest")
    one.get_by_role("button", name="Check in Ni Made Lestari").click()
    expect(verdict).to_contain_text("Ni Made Lestari")

    scan(two, today.tickets["I Wayan Sudarma"])
    expect(two.locator("#door-verdict")).to_contain_text("Checked in")
    for context, page in ((left, one), (right, two)):
        context.set_offline(False)
        expect(page.locator("#door-net-words")).to_contain_text("Everything is sent")
        expect(page.locator("#door-count")).to_contain_text("2 of 2")
    assert standing(house, today) == {"I Wayan Sudarma": 1, "Ni Made Lestari": 1}
    expect(one.locator("#door-conflict-list")).to_contain_text("not a ticket of ours")
    with sqlite3.connect(house.instance / "tpbis.sqlite", timeout=30) as base:
        kept = base.execute("SELECT count(*) FROM scans WHERE session_id = ?", (today.session_id,)).fetchone()[0]
    assert kept == 6, "every attempt"

    said = one.evaluate(NOTHING_IN_THE_OPEN)
    assert not [word for word in ("Sudarma", "Lestari", *today.tickets.values()) if word in said]
    found = one.evaluate(FOUND_WITHIN)
    assert found < 16, f"a name in {found:.1f} ms; a frame has 16"

    scan(one, today.tickets["I Wayan Sudarma"])
    expect(verdict).to_contain_text(re.compile(r"Already checked in.*since \d\d:\d\d.*, by \w+"))
    expect(one.locator("#door-typed")).to_be_focused()  # so that a scanner that types goes on
    one.set_viewport_size({"width": 320, "height": 640})
    verdict.get_by_role("link", name="Undo the check-in").click()
    one.locator(".door-answer summary").click()
    one.get_by_label("Reason").fill("salah orang")
    assert one.evaluate("document.documentElement.scrollWidth") <= 320
    left.close()
    right.close()


# All that the phone keeps, as text.
NOTHING_IN_THE_OPEN = """async () => {
    const rows = await Promise.all(["lists", "queue", "told", "facts"].map((name) => window.tpbisDoor.all(name)));
    const plain = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
        ? new TextDecoder("latin1").decode(value) : value;
    return JSON.stringify(rows, (_key, value) => plain(value));
}"""
# The slowest of fifty searches among three hundred names, in milliseconds.
FOUND_WITHIN = """() => {
    const people = Array.from({length: 300}, (_, n) => ({
        id: n, name: `Ni Luh Putu Kartika ${n}`, folded: window.tpbisDoor.fold(`Ni Luh Putu Kartika ${n}`), reference: String(n),
    }));
    const times = Array.from({length: 50}, (_, n) => {
        const began = performance.now();
        window.tpbisDoor.find(people, `kartika ${n}`, 20);
        return performance.now() - began;
    });
    return times.sort((a, b) => a - b)[45];
}"""


@pytest.fixture
def camera(browser: Browser, today: Today, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera sees the QR code of a ticket."""
    film = tmp_path / "ticket.y4m"
    film.write_bytes(_film(today.tickets["Ni Made Lestari"]))
    flags = [*FLAGS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    seeing = browser.browser_type.launch(
        executable_path=PROGRAM, args=[*flags, f"--use-file-for-fake-video-capture={film}"]
    )
    yield seeing
    seeing.close()


def _film(ticket: str) -> bytes:
    """A moving picture of one frame: the QR code in the middle of a grey ground (YUV4MPEG2, 4:2:0)."""
    width, height = SIZE
    code = [list(row) for row in segno.make_qr(ticket, error="q").matrix_iter(scale=8, border=4)]
    left, top = (width - len(code[0])) // 2, (height - len(code)) // 2
    light = bytearray(b"\xb4" * (width * height))
    for y, row in enumerate(code):
        start = (top + y) * width + left
        light[start : start + len(row)] = bytes(16 if dark else 235 for dark in row)
    frame = b"FRAME\n" + bytes(light) + b"\x80" * (width * height // 2)
    return f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2


def test_the_camera_reads_a_ticket(camera: Browser, house: House, today: Today) -> None:
    context, page = at_door(camera, house, today)
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.locator("#door-verdict")).to_contain_text("Ni Made Lestari")
    page.get_by_role("button", name="Stop the camera").click()
    expect(page.locator("#door-video")).to_be_hidden()
    context.close()
