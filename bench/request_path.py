"""Where the time of a registration goes: the whole way through the pages in this process, under cProfile."""

from __future__ import annotations

import cProfile
import pstats
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from flask.testing import FlaskClient

from bench.databases import Databases, app_at
from bench.server import answers_of, path_of
from bench.statements import counting
from bench.world import opened_event
from tests.builders import Place
from tpbis_events.foundation.database import db

PEOPLE = 150
STEPS = ("the form", "read back", "confirmed", "what became of it")
_KEY = re.compile(r'name="form_key" value="([^"]+)"')
_numbers = count(1)


def profile(databases: Databases) -> None:
    """Print what each step costs, in time and in statements, then the functions that most of the time is spent in."""
    for kind in databases.kinds:
        with databases.fresh(kind) as (url, instance), app_at(url, instance) as app:
            places = opened_event()
            client = app.test_client()
            for place in places[:10]:
                list(walked(client, place))
            spent, statements = _spent(client, places)
            print(f"{kind}: {sum(spent.values()):.1f} ms, {statements:.1f} statements")
            for step, milliseconds in spent.items():
                print(f"  {step:<20} {milliseconds:6.2f} ms")
            measured = cProfile.Profile()
            measured.enable()
            for number in range(PEOPLE):
                list(walked(client, places[number]))
            measured.disable()
            _print(pstats.Stats(measured).stats)  # type: ignore[attr-defined]


def _spent(client: FlaskClient, places: Sequence[Place]) -> tuple[dict[str, float], float]:
    """Milliseconds of each step, and statements of all, for one person."""
    spent = dict.fromkeys(STEPS, 0.0)
    with counting() as statements:
        for number in range(PEOPLE):
            before = time.perf_counter()
            for step in walked(client, places[number]):
                spent[step] += (time.perf_counter() - before) / PEOPLE * 1000
                before = time.perf_counter()
    return spent, len(statements) / PEOPLE


def _print(functions: dict[Any, Any]) -> None:
    """Shares of the time, under a profiler that makes short functions look dearer than they are."""
    parts: dict[str, float] = defaultdict(float)
    own: dict[str, float] = {}
    for (file, _, name), (_, _, spent, with_called, callers) in functions.items():
        if file == "~":  # what is built in counts for who called it
            for (caller, _, _), (_, _, part, _) in callers.items():
                parts[_part(caller)] += part
        else:
            parts[_part(file)] += spent
        if "/tpbis_events/" in file:
            own[f"{file.split('/tpbis_events/')[1]}:{name}"] = with_called
    whole = sum(parts.values())
    print("  own time by part")
    for part, spent in sorted(parts.items(), key=lambda pair: -pair[1])[:12]:
        print(f"  {spent / whole:6.1%} {part}")
    print("  our functions, with all that they call")
    for function, spent in sorted(own.items(), key=lambda pair: -pair[1])[:30]:
        print(f"  {spent / whole:6.1%} {function}")


def _part(file: str) -> str:
    if "/templates/" in file:
        return "templates"
    if "/site-packages/" in file:
        return file.split("/site-packages/")[1].split("/", maxsplit=1)[0].removesuffix(".py")
    return next((own for own in ("tpbis_events", "bench") if f"/{own}/" in file), "Python's library")


def walked(client: FlaskClient, place: Place) -> Iterator[str]:
    """One person's way through the pages, with the name of each step when it is done."""
    path = path_of(place)
    page = client.get(path).text
    answers = answers_of(next(_numbers), _KEY.findall(page)[0])
    yield STEPS[0]
    db.session.remove()  # as after each request; the context of the benchmark goes on
    assert client.post(path, data={**answers, "step": "check"}).status_code == 200
    yield STEPS[1]
    db.session.remove()
    done = client.post(path, data={**answers, "step": "confirm"})
    assert done.status_code == 303
    yield STEPS[2]
    db.session.remove()
    assert client.get(done.location).status_code == 200
    yield STEPS[3]
    db.session.remove()
