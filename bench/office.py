"""What the office's pages cost with a hundred registrations in the tables, with a hundred thousand, and with all in one event."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import timedelta

from flask import g
from flask.testing import FlaskClient
from sqlalchemy import update

from bench.databases import Databases, app_at
from bench.results import Result
from bench.statements import counting
from bench.world import PROVINCES, ROLES, fill, fill_event, opened_event
from tests.builders import Place, an_event
from tests.cast import sari, sign_in
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.places.provinces import all_provinces
from tpbis_events.programmes.model import Session

SMALL, LARGE = 100, 100_000
REPEATS = 9
MOST_OF_THE_DASHBOARD = 4  # beside the questions about the account
MOST = 12  # of any page of the office, all told
TIMES_AS_LONG = 2.5  # the same page with the same people on it; a full scan of the tables would take far longer
OF_THE_ACCOUNT = ("SELECT accounts.", "SELECT sign_ins.", "SELECT grants.")


def run(databases: Databases, kind: str, _seconds: float, rounds: int) -> list[Result]:
    results: list[Result] = []
    medians: dict[str, list[float]] = defaultdict(list)
    with databases.fresh(kind) as (url, instance), app_at(url, instance) as app:
        client = sign_in(app.test_client(), sari())
        place = opened_event()[0]
        fill_event([place], SMALL)  # the event whose pages are asked for: the same hundred people on them each time
        for size in (SMALL, LARGE):
            fill(size)
            _let_be_past(place)
            for page, address in pages(place).items():
                results += _counted(client, kind, f"{size:,} in the tables: {page}", address, page)
                results.append(_timed(client, kind, f"{size:,} in the tables: {page}", address, rounds))
                medians[page].append(results[-1].value)
        crowded = full_event(LARGE)
        address = pages(crowded)["dashboard"]
        results += _counted(client, kind, f"{LARGE:,} in the event itself: dashboard", address, "dashboard")
        results.append(_timed(client, kind, f"{LARGE:,} in the event itself: dashboard", address, rounds))
    for page, (small, large) in medians.items():
        benchmark = f"processor time, {LARGE:,} against {SMALL:,} in the tables: {page}"
        results.append(Result(benchmark, kind, (large / small,), "times as long", at_most=TIMES_AS_LONG))
    return results


def pages(place: Place) -> dict[str, str]:
    event = f"/office/events/{place.event_slug}"
    return {
        "first page": "/office/",
        "dashboard": event,
        "roster": f"{event}/sessions/{place.session_slug}",
        "audit log": "/office/audit",
    }


def full_event(people: int) -> Place:
    """33 sessions of 8 roles with all these people seated in them."""
    provinces = tuple(province.code for province in all_provinces()[:PROVINCES])
    each = -(-people // (PROVINCES * ROLES))
    places = list(an_event(provinces=provinces, roles={f"role-{n}": each for n in range(ROLES)}).values())
    fill_event(places, people)
    return places[0]


def _let_be_past(place: Place) -> None:
    """All other events are over: they are what earlier editions left."""
    long_ago = clock.now() - timedelta(days=90)
    with transaction():
        others = update(Session).where(Session.event_id != place.event_id)
        db.session.execute(others.values(starts_at=long_ago, ends_at=long_ago + timedelta(hours=8)))


def _counted(client: FlaskClient, kind: str, name: str, address: str, page: str) -> list[Result]:
    _ask(client, address)  # what happens once in a process isn't counted
    with counting() as sent:
        _ask(client, address)
    found = [Result(f"statements, {name}", kind, (float(len(sent)),), "", at_most=MOST)]
    if page == "dashboard":
        own = [statement for statement in sent if not statement.startswith(OF_THE_ACCOUNT)]
        benchmark = f"statements, {name}, beside the account's"
        found.append(Result(benchmark, kind, (float(len(own)),), "", at_most=MOST_OF_THE_DASHBOARD))
    return found


def _timed(client: FlaskClient, kind: str, name: str, address: str, rounds: int) -> Result:
    """Processor time of this process, which other work on the machine doesn't lengthen: all of it on SQLite; on PostgreSQL
    without the server's own, which docs/queries.md tells.
    """
    milliseconds = []
    for _round in range(rounds):
        single = []
        for _repeat in range(REPEATS):
            began = time.process_time()
            _ask(client, address)
            single.append((time.process_time() - began) * 1000)
        milliseconds.append(min(single))
    return Result(f"processor time, {name}", kind, tuple(milliseconds), "ms")


def _ask(client: FlaskClient, address: str) -> None:
    """As a request of its own: nothing of the one before is remembered."""
    db.session.remove()
    for name in list(g):
        g.pop(name)
    assert client.get(address).status_code == 200
