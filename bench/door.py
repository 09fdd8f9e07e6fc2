"""The door: what a check-in costs, what a device takes along, and thirty devices that send a thousand scans at once."""

from __future__ import annotations

import json
import random
import time
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from flask import Flask
from sqlalchemy import insert, select

from bench.databases import Databases, app_at
from bench.results import Result
from bench.world import fill_event
from tests.at_once import at_once
from tests.builders import Place, an_event
from tests.queries import counted
from tpbis_events.attendance.device_time import DeviceTime
from tpbis_events.attendance.door_list import sealed_list
from tpbis_events.attendance.model import Attendance
from tpbis_events.attendance.take_scans import Batch, Sent, take_scans
from tpbis_events.audit.model import AuditEntry
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import WRITES, db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import Registration

PEOPLE, DEVICES, SCANS = 300, 30, 1000
STATEMENTS, BYTES = 6, 200_000
AT_ONCE = 20
_numbers = count(1)


def run(databases: Databases, kind: str, seconds: float, rounds: int) -> list[Result]:
    results = []
    with databases.fresh(kind) as (url, instance), app_at(url, instance) as app:
        place = an_event(roles={"stakeholder": PEOPLE})["51", "stakeholder"]
        fill_event([place], PEOPLE)
        session = db.session.get_one(Session, place.session_id)
        day_id, begins = session.days[0].id, session.days[0].starts_at
        people = list(db.session.scalars(select(Registration.id).where(Registration.session_id == place.session_id)))
        with clock.stopped_at(begins + timedelta(hours=2)):
            results += [_statements(place, day_id, people[0], kind), _weight(place, kind)]
            results += _cost(place, day_id, people, kind, seconds, rounds)
            results += _all_at_once(app, place, day_id, people, kind)
    return results


def _scan(person: int, at: datetime | None = None) -> Sent:
    time_of_it = DeviceTime(at or clock.now(), timedelta())
    return Sent(f"bench-{next(_numbers):012}", time_of_it, registration_id=person, shown="in")


def _take(place: Place, day_id: int, scans: tuple[Sent, ...]) -> None:
    take_scans(Batch(place.session_id, day_id, scans, clock.now()), by=COMMAND_LINE)
    db.session.remove()


def _statements(place: Place, day_id: int, person: int, kind: str) -> Result:
    _take(place, day_id, (_scan(0),))
    with counted() as statements:
        _take(place, day_id, (_scan(person),))
    return Result("door: statements of a check-in", kind, (len(statements),), "statements", at_most=STATEMENTS)


def _weight(place: Place, kind: str) -> Result:
    weight = len(json.dumps(sealed_list(place.session_id, may_search=True)))
    db.session.remove()
    return Result(f"door: sealed list of {PEOPLE} with names to search", kind, (weight,), "bytes", at_most=BYTES)


def _cost(place: Place, day_id: int, people: list[int], kind: str, seconds: float, rounds: int) -> list[Result]:
    """By turns with six bare queries in one transaction: three that read a row by its key, three that write one."""
    ours, limits, left = [], [], iter(people * 1000)
    for _ in range(rounds):
        spent, done = [0.0, 0.0], 0
        while sum(spent) < seconds:
            began = time.perf_counter()
            for _ in range(AT_ONCE):
                _take(place, day_id, (_scan(next(left)),))
            between = time.perf_counter()
            for _ in range(AT_ONCE):
                _six_queries(place)
            spent[0] += between - began
            spent[1] += time.perf_counter() - between
            done += AT_ONCE
        ours.append(1000 * spent[0] / done)
        limits.append(1000 * spent[1] / done)
    limit = Result("", kind, tuple(limits), "").value
    return [Result("door: a check-in, against six bare queries", kind, tuple(ours), "ms", limit=limit)]


def _six_queries(place: Place) -> None:
    entry = {"at": clock.now(), "actor": "bench", "act": "bench", "subject": "bench"}
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        for _ in range(3):
            connection.execute(select(Session.id, Session.slug).where(Session.id == place.session_id)).all()
        for _ in range(3):
            connection.execute(insert(AuditEntry), entry)


def _all_at_once(app: Flask, place: Place, day_id: int, people: list[int], kind: str) -> list[Result]:
    """Each of a thousand scans goes to one of thirty devices; of each person the earliest must stand, and one row."""
    chance, now = random.Random(6), clock.now()
    queues: list[list[Sent]] = [[] for _ in range(DEVICES)]
    earliest: dict[int, datetime] = {}
    for number in range(SCANS):
        person, at = people[number % len(people)], now - timedelta(seconds=chance.randint(1, 7000))
        queues[chance.randrange(DEVICES)].append(_scan(person, at))
        earliest[person] = min(at, earliest.get(person, now))
    began = time.perf_counter()
    at_once(app, [partial(_take, place, day_id, tuple(queue)) for queue in queues])
    spent = time.perf_counter() - began
    stands = select(Attendance.registration_id, Attendance.happened_at).where(Attendance.undone_at.is_(None))
    rows = [(person, at) for person, at in db.session.execute(stands)]
    found = dict(rows)
    wrong = len(rows) - len(found) + sum(found.get(person) != at for person, at in earliest.items())
    db.session.remove()
    name = f"door: {DEVICES} devices, {SCANS} scans at once"
    return [Result(f"{name}: wrong", kind, (wrong,), "people", at_most=0), Result(name, kind, (spent,), "s")]
