"""What a registration and the page of a session cost with a hundred registrations in the tables, and with a hundred thousand."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

from flask import Flask

from bench.databases import Databases, app_at
from bench.request_path import STEPS, walked
from bench.results import Result
from bench.statements import MOST, counting
from bench.world import fill, opened_event
from tests.builders import Place, somebody
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import db
from tpbis_events.registrations.register import register

SIZES = (100, 100_000)
REPEATS = 40
TIMES_AS_LONG = 2.0  # two runs of the same differ by less, also on a busy machine


def run(databases: Databases, kind: str, _seconds: float, rounds: int) -> list[Result]:
    results: list[Result] = []
    medians: dict[str, list[float]] = defaultdict(list)
    with databases.fresh(kind) as (url, instance), app_at(url, instance) as app:
        for size in SIZES:
            fill(size)
            for name, numbers in _statements(app, opened_event()).items():
                at_most = MOST if name in ("register()", "confirmed") else None
                results.append(
                    Result(f"statements, {size:,} in the tables: {name}", kind, numbers, "", at_most=at_most)
                )
            for name, milliseconds in _times(app, opened_event(), rounds).items():
                results.append(Result(f"time, {size:,} in the tables: {name}", kind, milliseconds, "ms"))
                medians[name].append(results[-1].value)
    for name, (small, large) in medians.items():
        benchmark = f"time, {SIZES[1]:,} against {SIZES[0]:,} in the tables: {name}"
        results.append(Result(benchmark, kind, (large / small,), "times as long", at_most=TIMES_AS_LONG))
    return results


def _statements(app: Flask, places: list[Place]) -> dict[str, tuple[float, ...]]:
    """Of several places; what happens once in a process isn't counted."""
    found: dict[str, list[float]] = defaultdict(list)
    for place in places[:9]:
        with counting() as sent:
            _command(place)
        found["register()"].append(len(sent))
        with counting() as sent:
            for step in walked(app.test_client(), place):
                found[step].append(len(sent))
                sent.clear()
        found["all four requests"].append(sum(found[step][-1] for step in STEPS))
        with counting() as sent:
            _page(app, place)
        found["the page of a session"].append(len(sent))
    return {name: tuple(numbers[1:]) for name, numbers in found.items()}


def _times(app: Flask, places: list[Place], rounds: int) -> dict[str, tuple[float, ...]]:
    acts: dict[str, Callable[[Place], None]] = {
        "register()": _command,
        "the page of a session": lambda place: _page(app, place),
    }
    return {name: tuple(_time(act, places) for _ in range(rounds)) for name, act in acts.items()}


def _time(act: Callable[[Place], None], places: list[Place]) -> float:
    began = time.perf_counter()
    for number in range(REPEATS):
        act(places[number % len(places)])
    return (time.perf_counter() - began) / REPEATS * 1000


def _command(place: Place) -> None:
    register(place.session_id, place.role_id, somebody(), key=codes.new_code(32))
    db.session.remove()  # as at the end of a request


def _page(app: Flask, place: Place) -> None:
    answer = app.test_client().get(f"/events/{place.event_slug}/sessions/{place.session_slug}")
    assert answer.status_code == 200
    db.session.remove()
