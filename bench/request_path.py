"""Where the time of a registration goes: the whole way through the pages in this process, under cProfile."""

from __future__ import annotations

import cProfile
import pstats
import re
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from flask.testing import FlaskClient

from bench.databases import Databases, app_at
from bench.server import answers_of, path_of
from bench.statements import counting
from bench.world import opened_event
from tests.builders import Place
from tpbis_events.foundation.database import db

T = TypeVar("T")
PEOPLE = 150
_KEY = re.compile(r'name="form_key" value="([^"]+)"')
_numbers = count(1)


def profile(databases: Databases) -> None:
    """Print what each step costs, in time and in statements, then the functions that most of the time is spent in."""
    for kind in databases.kinds:
        with databases.fresh(kind) as (url, instance), app_at(url, instance) as app:
            places = opened_event()
            client = app.test_client()
            spent: dict[str, float] = {}
            for place in places[:10]:
                _register(client, place, {})
            with counting() as statements:
                for number in range(PEOPLE):
                    _register(client, places[number], spent)
            print(f"{kind}: {sum(spent.values()) / PEOPLE * 1000:.1f} ms, {len(statements) / PEOPLE:.1f} statements")
            for step, seconds in spent.items():
                print(f"  {step:<12} {seconds / PEOPLE * 1000:6.2f} ms")
            measured = cProfile.Profile()
            measured.enable()
            for number in range(PEOPLE):
                _register(client, places[number], {})
            measured.disable()
            _print(pstats.Stats(measured).stats)  # type: ignore[attr-defined]


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


def _register(client: FlaskClient, place: Place, spent: dict[str, float]) -> None:
    path = path_of(place)
    page = _step(spent, "form", lambda: client.get(path).text)
    answers = answers_of(next(_numbers), _KEY.findall(page)[0])
    _step(spent, "read back", lambda: client.post(path, data={**answers, "step": "check"}).text)
    done: Any = _step(spent, "confirm", lambda: client.post(path, data={**answers, "step": "confirm"}).location)
    _step(spent, "result", lambda: client.get(done).text)


def _step(spent: dict[str, float], name: str, do: Callable[[], T]) -> T:
    db.session.remove()
    began = time.perf_counter()
    answer = do()
    spent[name] = spent.get(name, 0.0) + time.perf_counter() - began
    return answer
