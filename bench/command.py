"""Registrations per second by the command alone, in one thread of this process, against the bare driver doing as much."""

from __future__ import annotations

import time

from bench import bare
from bench.databases import Databases, app_at
from bench.results import Result
from bench.world import opened_event
from tests.builders import somebody
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import db
from tpbis_events.registrations.register import register


def run(databases: Databases, kind: str, seconds: float, rounds: int) -> list[Result]:
    ours, limits = [], []
    with databases.fresh(kind) as (url, instance), app_at(url, instance):
        places, others = opened_event(), opened_event()
        for _ in range(rounds):  # by turns, so that a slow moment of the machine strikes both
            limits.append(bare.per_second(url, others, seconds / 2))
            done, began = 0, time.perf_counter()
            while (passed := time.perf_counter() - began) < seconds:
                place = places[done % len(places)]
                register(place.session_id, place.role_id, somebody(), key=codes.new_code(32))
                db.session.remove()
                done += 1
            ours.append(done / passed)
    limit = Result("", kind, tuple(limits), "").value
    return [Result("register(), one thread", kind, tuple(ours), "per second", limit=limit)]
