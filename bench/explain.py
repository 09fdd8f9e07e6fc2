"""`python -m bench.explain`: how each database goes about the queries of the office's pages with 100,000 registrations there.

docs/queries.md holds what it printed. The event that is asked for holds 7,920 of them; the questions about the account are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from bench.databases import Databases, app_at
from bench.office import LARGE, OF_THE_ACCOUNT, pages
from bench.world import fill, fill_event, opened_event
from tests.cast import sari, sign_in
from tpbis_events.foundation.database import db

SHOWN = ("dashboard", "roster")


def main() -> None:
    with Databases() as databases:
        for kind in databases.kinds:
            with databases.fresh(kind) as (url, instance), app_at(url, instance) as app:
                client = sign_in(app.test_client(), sari())
                fill(LARGE - 7_920)
                places = opened_event()
                fill_event(places, 7_920)
                for page, address in pages(places[0]).items():
                    if page in SHOWN:
                        print(f"\n## {page}, {kind}")
                        _explain(client, address, kind)


def _explain(client: FlaskClient, address: str, kind: str) -> None:
    assert client.get(address).status_code == 200
    db.session.remove()
    with _statements() as sent:
        assert client.get(address).status_code == 200
    db.session.remove()
    asks = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) " if kind == "postgresql" else "EXPLAIN QUERY PLAN "
    with db.engine.connect() as connection:
        for number, (statement, parameters) in enumerate(sent, 1):
            print(f"\n{number}. {_shortened(statement)}\n")
            for row in connection.exec_driver_sql(asks + statement, parameters):
                print("   ", _shortened(str(row[-1])))


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and not statement.startswith(OF_THE_ACCOUNT):
            sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _shortened(text: str) -> str:
    """Lists of ids and of columns are long and say little."""
    text = re.sub(r"\s+", " ", text) if "\n" in text else text
    text = re.sub(r"(?:, ?%\([\w]+\)s(?:::\w+)?|, ?\?|, ?'?\d+'?(?:::\w+)?){3,}", ", ...", text)
    if text.startswith("SELECT"):
        text = "SELECT ... FROM " + _from_on(text)
    return text if len(text) < 700 else text[:700] + " ..."


def _from_on(statement: str) -> str:
    """What stands behind the FROM of a statement itself, not of one inside its columns."""
    depth = 0
    for found in re.finditer(r"[()]| FROM ", statement):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if found.group() == " FROM " and not depth:
            return statement[found.end() :]
    return statement


if __name__ == "__main__":
    main()
