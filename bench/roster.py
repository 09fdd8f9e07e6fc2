"""What a page of the roster costs with a hundred registrations in the tables, and with a hundred thousand in one event."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from bench.databases import Databases, app_at
from bench.results import Result
from bench.statements import MOST, counting
from bench.world import fill
from tests.builders import PASSWORD, an_account
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.model import Right
from tpbis_events.programmes.model import Event
from tpbis_events.registrations.model import Registration, Tag

SIZES = (100, 100_000)
REPEATS = 5
SLOWEST = 400.0  # milliseconds that a page may take with 100,000 people, 429 sessions and 104 roles in the event
# What is asked of the roster of a whole event; {middle} is somebody in the middle of it, {name} the number in her name.
ASKED: dict[str, dict[str, Any]] = {
    "first page": {},
    "a page in the middle": {"after": "{middle}"},
    "the page before it": {"before": "{middle}"},
    "by name, in the middle": {"sort": "name", "after": "{middle}"},
    "by institution, in the middle": {"sort": "institution", "after": "{middle}"},
    "by role, in the middle": {"sort": "role", "after": "{middle}"},
    "by state, in the middle": {"sort": "state", "after": "{middle}"},
    "search: a word of one": {"q": "peserta {name}"},
    "search: words of all": {"q": "pes la", "sort": "name"},
    "search: an e-mail address": {"q": "lama{name}@"},
    "search: nobody": {"q": "zulkarnain"},
    "filter: a tag of 50": {"tag": "pembicara"},
    "filter: attended, nobody": {"attended": "yes"},
    "filter: no certificate": {"certificate": "no", "sort": "name"},
}


def run(databases: Databases, kind: str, _seconds: float, rounds: int) -> list[Result]:
    results: list[Result] = []
    with databases.fresh(kind) as (url, instance):
        for size in SIZES:
            with app_at(url, instance) as app:
                fill(size)
                event = _one_event()
                client = _signed_in(app.test_client())
                sizes = f"{size:,} in the event"
                for name, query in _queries(event).items():
                    page = _page(client, f"/office/events/{event}/roster", query)
                    with counting() as sent:
                        page()
                    results.append(Result(f"roster, statements, {sizes}: {name}", kind, (len(sent),), "", at_most=MOST))
                    times = tuple(_time(page) for _ in range(rounds))
                    most = SLOWEST if size == SIZES[-1] else None
                    results.append(Result(f"roster, time, {sizes}: {name}", kind, times, "ms", at_most=most))
    return results


def _one_event() -> str:
    """Everybody in one event: its slug. Sessions and roles of the others come along under other names."""
    with transaction():
        first = db.session.scalars(select(Event).order_by(Event.id)).first()
        assert first
        for table in ("sessions", "roles"):
            db.session.execute(
                text(f"UPDATE {table} SET slug = slug || '-' || event_id, event_id = :to WHERE event_id <> :to"),
                {"to": first.id},
            )
        db.session.execute(text("UPDATE registrations SET event_id = :to WHERE event_id <> :to"), {"to": first.id})
        wanted = select(Registration.id).outerjoin(Tag).where(Tag.word.is_(None)).order_by(Registration.id).limit(50)
        if not db.session.scalar(select(func.count()).select_from(Tag)):
            db.session.add_all(Tag(registration_id=each, word="pembicara") for each in db.session.scalars(wanted))
        slug = first.slug
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    return slug


def _queries(event: str) -> dict[str, dict[str, Any]]:
    of = select(Registration).join(Event, Event.id == Registration.event_id).where(Event.slug == event)
    number = db.session.scalar(select(func.count()).select_from(of.subquery())) or 0
    middle = db.session.scalars(of.order_by(Registration.name_key).offset(number // 2).limit(1)).one()
    facts = {"middle": middle.id, "name": middle.name_key.rsplit(" ", 1)[-1]}
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, query in ASKED.items():
        found[name] = {key: value.format(**facts) for key, value in query.items()}
    return found


def _signed_in(client: FlaskClient) -> FlaskClient:
    number = db.session.scalar(text("SELECT count(*) FROM accounts")) or 0
    account = an_account(f"Sari{number}", Right.NATIONAL)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/office/login").text)
    assert token
    data = {"email": account.email, "password": PASSWORD, "csrf_token": token.group(1)}
    assert client.post("/office/login", data=data).status_code == 302
    return client


def _page(client: FlaskClient, url: str, query: dict[str, Any]) -> Callable[[], None]:
    def ask() -> None:
        db.session.remove()
        answer = client.get(url, query_string=query)
        assert answer.status_code == 200, answer.status_code

    return ask


def _time(page: Callable[[], None]) -> float:
    began = time.perf_counter()
    for _ in range(REPEATS):
        page()
    return (time.perf_counter() - began) / REPEATS * 1000
