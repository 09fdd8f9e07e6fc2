"""A registration by the form's own POSTs, where a test wants its pages and not the typing."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request

from tests.journeys.conftest import House


def open_event(house: House) -> str:
    """The path of the demo edition, which is open on any day."""
    page = _read(f"{house.url}/")
    return next(path for path in re.findall(r'href="(/events/shm-provinsi-\d+)"', page) if not path.endswith("2023"))


def form_with_room(house: House, event: str, role: str) -> str:
    """The path of the form of a role in the first session that isn't full in it."""
    for session in dict.fromkeys(re.findall(rf'href="{event}/sessions/([a-z-]+)"', _read(house.url + event))):
        form = f"{event}/sessions/{session}/register/{role}"
        if 'name="form_key"' in _read(house.url + form):
            return form
    raise AssertionError("no session has room")


def register(house: House, form: str, name: str, address: str, language: str = "") -> str:
    """Register through the form at this path; answers the address of the person's own page."""
    url = f"{house.url}{language}{form}"
    key = re.search(r'name="form_key" value="([^"]+)"', _read(url))
    assert key, "the form has a key"
    regency = re.search(r'<select[^>]*name="regency_code".*?<option value="(\d[^"]*)"', _read(url), re.DOTALL)
    answers = {
        "form_key": key.group(1),
        "step": "confirm",
        "full_name": name,
        "email": address,
        "institution": "Perpustakaan Desa Sukamaju",
        "position": "Pustakawan",
        "employment": "community",
        "regency_code": regency.group(1) if regency else "",
        "consent": "y",
    }
    with urllib.request.urlopen(url, urllib.parse.urlencode(answers).encode(), timeout=20) as done:
        landed = str(done.url)
    assert landed.endswith("/done"), f"registered, and not sent back to {landed}"
    return landed.removesuffix("/done")


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return str(answer.read().decode())
