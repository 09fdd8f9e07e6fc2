"""Where the time of a registration goes: the whole way through the pages in this process, under cProfile."""

from __future__ import annotations

import cProfile
import pstats
import re
import time
from itertools import count

from flask.testing import FlaskClient

from bench.databases import Databases, app_at
from bench.server import answers_of, path_of
from bench.statements import counting
from bench.world import opened_event
from tests.builders import Place
from tpbis_events.foundation.database import db

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
            found = pstats.Stats(measured).strip_dirs()
            found.sort_stats("cumulative").print_stats(60)
            found.sort_stats("tottime").print_stats(25)


def _register(client: FlaskClient, place: Place, spent: dict[str, float]) -> None:
    path = path_of(place)
    page = _step(spent, "form", lambda: client.get(path).text)
    answers = answers_of(next(_numbers), _KEY.findall(page)[0])
    _step(spent, "read back", lambda: client.post(path, data={**answers, "step": "check"}).text)
    done = _step(spent, "confirm", lambda: client.post(path, data={**answers, "step": "confirm"}).location)
    _step(spent, "result", lambda: client.get(done).text)


def _step(spent: dict[str, float], name: str, do):  # type: ignore[no-untyped-def]
    db.session.remove()
    began = time.perf_counter()
    answer = do()
    spent[name] = spent.get(name, 0.0) + time.perf_counter() - began
    return answer
