"""How many statements a registration takes, and that it is as many, and as quick, with ten thousand in the table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bench.databases import Databases, app_at
from bench.results import Result
from bench.world import fill, opened_event
from tests.builders import Place, somebody
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import db
from tpbis_events.registrations.register import register

SIZES = (100, 10_000)
MOST = 12
REPEATS = 60


def run(databases: Databases, kind: str, seconds: float, rounds: int) -> list[Result]:
    results = []
    with databases.fresh(kind) as (url, instance), app_at(url, instance):
        for size in SIZES:
            fill(size)
            places = opened_event()
            _registered(places[0])  # what happens once in a process isn't counted
            counts = [_counted(lambda place=place: _registered(place)) for place in places[1:9]]  # type: ignore[misc]
            name = f"{size:,} in the table: "
            results.append(Result(f"{name}statements of a registration", kind, tuple(counts), "", at_most=MOST))
            results.append(Result(f"{name}a registration", kind, tuple(_timed(places, rounds)), "ms"))
    return results


def _registered(place: Place) -> None:
    register(place.session_id, place.role_id, somebody(), key=codes.new_code(32))
    db.session.remove()  # as at the end of a request


def _counted(act: Callable[[], None]) -> int:
    with counting() as statements:
        act()
    return len(statements)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that the app sends, without the bounds of transactions."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _timed(places: list[Place], rounds: int) -> Iterator[float]:
    for _ in range(rounds):
        began = time.perf_counter()
        for number in range(REPEATS):
            _registered(places[number % len(places)])
        yield (time.perf_counter() - began) / REPEATS * 1000
