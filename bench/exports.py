"""Lists in and out: an XLSX of 100,000 registrations in constant room, and the preview of an import of 1,000 rows."""

from __future__ import annotations

import io
import os
import re
import resource
import tempfile
import time
from collections.abc import Callable
from typing import Any

import xlsxwriter
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from bench.databases import Databases, app_at
from bench.results import Result
from bench.world import opened_event
from tests.builders import Place, an_account, somebody
from tests.cast import sign_in
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.people.model import Person, Right
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.sheet_rows import HEADINGS
from tpbis_events.reports import make_file
from tpbis_events.reports.asked import Asked

SIZES = (1_000, 100_000)
ROWS_OF_IMPORT = 1_000
SECONDS_OF_PREVIEW = 2.0  # of CPU
MORE_ROOM = 16.0  # MB that a hundred times as many rows may take beyond what few take


def run(databases: Databases, kind: str, _seconds: float, rounds: int) -> list[Result]:
    results: list[Result] = []
    with databases.fresh(kind) as (url, instance), app_at(url, instance) as app:
        client = sign_in(app.test_client(), an_account("Sari", Right.NATIONAL))
        previews = tuple(_preview(client) for _ in range(rounds))
        named = f"import, preview of {ROWS_OF_IMPORT:,} rows: CPU"
        results.append(Result(named, kind, previews, "s", at_most=SECONDS_OF_PREVIEW))
        room: list[float] = []
        for size in SIZES:
            place = opened_event()[0]
            _fill(place, size)
            asked = Asked("xlsx", place.event_slug, groups=("contact", "nip"))
            seconds, megabytes = _apart(lambda asked=asked, size=size: _export(asked, size))  # type: ignore[misc]
            room.append(megabytes)
            results.append(Result(f"export, XLSX of {size:,} rows: CPU", kind, (seconds,), "s"))
            results.append(Result(f"export, XLSX of {size:,} rows: room", kind, (megabytes,), "MB"))
        named = f"export, room for {SIZES[1]:,} rows beyond that for {SIZES[0]:,}"
        results.append(Result(named, kind, (max(room[1] - room[0], 0.0),), "MB", at_most=MORE_ROOM))
    return results


def _preview(client: FlaskClient) -> float:
    """Seconds of CPU for the whole request: reading the workbook, the rules, the forecast, the page."""
    place = opened_event()[0]
    address = f"/en/office/events/{place.event_slug}/sessions/{place.session_slug}/import"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    assert token
    data = _workbook(place)
    began = time.process_time()
    answer = client.post(
        address, data={"csrf_token": token.group(1), "step": "check", "file": (io.BytesIO(data), "a.xlsx")}
    )
    spent = time.process_time() - began
    assert answer.status_code == 200, answer.status
    assert f"{ROWS_OF_IMPORT} rows" in answer.text
    db.session.remove()
    return spent


def _workbook(place: Place) -> bytes:
    fields = ("role", "full_name", "email", "institution", "position", "employment", "nip")
    book = xlsxwriter.Workbook(kept := io.BytesIO())
    page = book.add_worksheet()
    page.write_row(0, 0, [HEADINGS[field][0] for field in fields])
    for n in range(1, ROWS_OF_IMPORT + 1):
        person = (
            f"Peserta Ke {n}",
            f"peserta.{n}@example.id",
            f"Dinas {n}",
            "Staf",
            "PNS",
            f"198501152010012{n % 999 + 1:03}",
        )
        page.write_row(n, 0, [place.role_slug, *person])
    book.close()
    return kept.getvalue()


def _fill(place: Place, size: int) -> None:
    """So many registrations in one session, cancelled, so that they need no seat."""
    now = clock.now()
    like = somebody()
    person: dict[str, Any] = {
        "name_key": "peserta", "institution": like.institution, "position": like.position, "country_code": "ID",
        "province_code": "51", "language": "id", "consent_version": "bench", "consent_at": now, "nip": "198501152010012003",
    }  # fmt: skip
    with transaction():
        for first in range(0, size, 5_000):
            numbers = range(first, min(first + 5_000, size))
            people = [
                {**person, "full_name": f"Peserta {n}", "email": f"{place.session_id}.{n}@example.id"} for n in numbers
            ]
            ids = db.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people).all()
            rows = [
                {
                    "reference": f"{each:08}", "ticket": f"bench-{each}", "event_id": place.event_id,
                    "session_id": place.session_id, "role_id": place.role_id, "quota_id": place.quota_id,
                    "person_id": each, "state": State.CANCELLED, "turn": 1, "priority": 0, "link_version": 1,
                    "calendar_sequence": 0, "created_at": now, "cancelled_at": now,
                }
                for each in ids
            ]  # fmt: skip
            db.session.execute(insert(Registration), rows)
    assert db.session.scalar(select(Registration.id).where(Registration.event_id == place.event_id).limit(1))
    db.session.remove()


def _export(asked: Asked, size: int) -> None:
    with tempfile.TemporaryFile() as file:
        plan = make_file.plan(asked, by=COMMAND_LINE)
        assert make_file.write(file, asked, plan, by=COMMAND_LINE) == size


def _apart(act: Callable[[], None]) -> tuple[float, float]:
    """Seconds of CPU, and the megabytes that a process of its own grows by."""
    db.session.remove()
    ours, theirs = os.pipe()
    if (child := os.fork()) == 0:
        db.engine.dispose(close=False)  # the parent's connections stay the parent's
        before, began = _most(), time.process_time()
        try:
            act()
            os.write(theirs, f"{time.process_time() - began} {_most() - before}".encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as told:
        seconds, megabytes = told.read().split()
    os.waitpid(child, 0)
    return float(seconds), float(megabytes)


def _most() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
