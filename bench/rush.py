"""A rush on one session of thirty seats: everybody is answered with a page, thirty are seated, all others wait in line."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from itertools import count
from urllib.parse import urlencode

from sqlalchemy import func, select

from bench.databases import Databases, app_at
from bench.results import Result
from bench.server import KEY, PATIENCE, answers_of, path_of, serving
from tests.builders import Place, an_event
from tpbis_events.foundation.database import db
from tpbis_events.registrations.model import Registration, State

PEOPLE = 1_000
SEATS = 30
AT_ONCE = 64


def run(databases: Databases, kind: str, _seconds: float, _rounds: int, people: int = PEOPLE) -> list[Result]:
    """Each opens the form and sends it; 64 at a time, as fast as they are answered."""
    with databases.fresh(kind) as (url, instance), app_at(url, instance):
        place = next(iter(an_event(roles={"stakeholder": SEATS}).values()))
        with serving(url, instance) as port:
            began = time.perf_counter()
            answers, waits = _all_answered(port, place, people)
            lasted = time.perf_counter() - began
        seated, waiting, passed = _judged()
    name = f"rush of {people:,} on {SEATS} seats"
    pages = answers[200] + answers[303]
    slowest = sorted(waits)
    return [
        Result(f"{name}: answers without a page", kind, (3 * people - pages,), "", at_most=0),
        Result(
            f"{name}: answered with an error of the server",
            kind,
            (sum(answers[s] for s in answers if s >= 500),),
            "",
            at_most=0,
        ),
        Result(f"{name}: seated", kind, (seated,), "", at_most=SEATS),
        Result(f"{name}: neither seated nor waiting", kind, (people - seated - waiting,), "", at_most=0),
        Result(f"{name}: seats left free", kind, (SEATS - seated,), "", at_most=0),
        Result(f"{name}: places in line given twice or left out", kind, (passed,), "", at_most=0),
        Result(f"{name}: answered in all", kind, (people / lasted,), "per second"),
        Result(f"{name}: half confirmed within", kind, (slowest[len(slowest) // 2] * 1000,), "ms"),
        Result(f"{name}: 99 of 100 confirmed within", kind, (slowest[len(slowest) * 99 // 100] * 1000,), "ms"),
    ]


def _all_answered(port: int, place: Place, people: int) -> tuple[Counter[int], list[float]]:
    """How often each status was answered, and how long each confirmation took, in seconds."""
    answers: Counter[int] = Counter()
    waits: list[float] = []
    numbers, lock = count(1), threading.Lock()

    def come() -> None:
        while (number := next(numbers)) <= people:
            # Each with a connection of her own; one that is kept would tie all of them to the web process that opened first.
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            statuses, waited = _register(connection, place, number)
            connection.close()
            with lock:
                answers.update(statuses)
                waits.append(waited)

    threads = [threading.Thread(target=come) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, waits


def _register(connection: http.client.HTTPConnection, place: Place, number: int) -> tuple[list[int], float]:
    path = path_of(place)
    status, page, _location = _ask(connection, "GET", path)
    statuses = [status]
    key = KEY.search(page)
    began = time.perf_counter()
    form = answers_of(number, key.group(1) if key else "") | {"step": "confirm"}
    status, _page, location = _ask(connection, "POST", path, form)
    waited = time.perf_counter() - began
    statuses.append(status)
    if location:
        statuses.append(_ask(connection, "GET", location)[0])
    return statuses, waited


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, form: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Status, page, and where it leads; 0 where there was no answer at all."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    try:
        connection.request(method, path, body=urlencode(form) if form else None, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("Location", "")
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0, "", ""


def _judged() -> tuple[int, int, int]:
    """How many are seated, how many wait, and how many numbers of the line aren't 1, 2, 3 ... in turn"""
    states = dict(
        db.session.execute(select(Registration.state, func.count()).group_by(Registration.state)).tuples().all()
    )
    line = db.session.scalars(
        select(Registration.queue_number).where(Registration.state == State.WAITING).order_by(Registration.queue_number)
    ).all()
    wrong = sum(number != place for place, number in enumerate(line, start=1))
    return states.get(State.SEATED, 0), states.get(State.WAITING, 0), wrong
