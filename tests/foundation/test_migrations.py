"""Migrations keep what is there: every table filled with a row, up to the newest revision and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, Table, func, insert, select

from tests.conftest import settings_for
from tests.databases import Cluster
from tpbis_events import create_app
from tpbis_events.foundation.database import db

# The tables as they were when the system first ran.
OLD = "7c1d0e5a9b42"
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
# Columns that take one of a few words, or point at another row of the same table.
WORDS: dict[str, Any] = {
    "registrations.state": "seated",
    "registrations.queue_number": None,
    "mails.state": "due",
    "grants.name": "national",
    "grants.province_code": None,
    "sessions.mode": "onsite",
    "roles.origin": "domestic",
    "agenda_items.kind": "talk",
    "persons.employment": "pns",
    "attendance.undone_at": None,
}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database without any table."""
    if request.param == "sqlite":
        url, cluster = f"sqlite:///{tmp_path / 'old.sqlite'}", None
    else:
        cluster = request.getfixturevalue("cluster")
        assert isinstance(cluster, Cluster)
        url = cluster.create_database()
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if cluster:
        cluster.drop_database(url)


def test_every_row_outlives_the_way_up_and_the_way_back(empty: Flask) -> None:
    upgrade(revision=OLD)
    before = filled()
    assert len(before) > 15
    assert set(before.values()) == {1}
    upgrade()
    assert {name: count for name, count in counted().items() if name in before} == before | {"grants": 2}
    assert checks_hold()
    downgrade(revision=OLD)
    assert counted() == before
    assert checks_hold()


def filled() -> dict[str, int]:
    """One row in each table, in the order in which they point at each other."""
    tables = reflected()
    with db.engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                told = {
                    c.name: value(table, c.name) for c in table.columns if c.name != "id"
                }  # each database counts ids
                connection.execute(insert(table).values(told))
    return counted()


def value(table: Table, name: str) -> Any:
    column, key = table.columns[name], f"{table.name}.{name}"
    if key in WORDS:
        return WORDS[key]
    if name.endswith("certainty"):
        return "reported"
    kinds: dict[type, Any] = {
        int: 1,
        str: "1",
        bool: True,
        bytes: b"1",
        datetime: NOW,
        date: NOW.date(),
        time: NOW.time(),
        object: {},  # JSON
    }
    return kinds[column.type.python_type]


def counted() -> dict[str, int]:
    tables = [table for table in reflected().sorted_tables if table.name != "alembic_version"]
    with db.engine.connect() as connection:
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def checks_hold() -> bool:
    """Whether the checks came along: no state that there isn't, and on SQLite no row that points at nothing."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            return False
        names = {
            str(check["name"])
            for table in ("registrations", "roles", "grants", "seats")
            for check in db.inspect(db.engine).get_check_constraints(table)
        }
    return {"ck_registrations_state", "ck_roles_origin", "ck_grants_right", "ck_seats_number"} <= names


def reflected() -> MetaData:
    tables = MetaData()
    tables.reflect(db.engine)
    return tables
