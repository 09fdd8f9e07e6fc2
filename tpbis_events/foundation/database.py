"""The database: SQLite beside the app or PostgreSQL, the same code on both.

On SQLite a transaction that will write begins with BEGIN IMMEDIATE, so that two writers never read the same free seat;
on PostgreSQL rows are locked by name (docs/architecture.md has the order).
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Enum, LargeBinary, MetaData, String, delete, event, table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import JSON, TypeDecorator

from tpbis_events.foundation.vault import vault

# Execution option that a writing transaction sets on its connection before it begins.
WRITES = "tpbis_writes"
SQLITE_BUSY_MILLISECONDS = 30_000


class Base(DeclarativeBase):
    """All tables; constraints have names, so that migrations can change them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON}


# Rows inherit from our own Base, which type checkers know; Flask-SQLAlchemy brings engine and session to its tables.
db = SQLAlchemy(metadata=Base.metadata)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. A naive one is refused, it would be somebody's local time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the database holds aware moments only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Encrypted(TypeDecorator[str]):
    """Text that the database holds encrypted (Fernet), for numbers that identify a person to the state."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault().encrypt(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else vault().decrypt(value).decode()


def words(kind: type[StrEnum], name: str = "") -> Enum:
    """A column of one of a few words, kept as text with a check, so that both databases refuse any other.

    `name` tells the checks of several columns of one kind apart.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=24,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


Slug = String(80)
Name = String(200)

# SQLAlchemy makes a class for each kind of statement when the first one runs. Of two threads that run their first at once
# one can find that class half made, warns, and the process never caches such a statement again; so they are made here.
for _statement in (postgresql.insert, sqlite.insert, update, delete):
    _statement(table("any"))._annotate({"made": True})


def insert_on_conflict(row: type[Base]) -> sqlite.Insert:
    """An INSERT that may say ON CONFLICT: each dialect brings its own, with the same methods. Of two who write the same key at
    once, both databases make the second wait for the end of the first.
    """
    make: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement: sqlite.Insert = make(row)
    return statement


def init_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)


def engine_options(url: str) -> dict[str, Any]:
    """Pool and driver settings; what a failed statement carried is never written to a log, it may be a person's data."""
    shared = {"hide_parameters": True}
    if url.startswith("sqlite"):
        return {**shared, "connect_args": {"timeout": SQLITE_BUSY_MILLISECONDS / 1000}}
    return {
        **shared,
        "pool_pre_ping": True,
        "pool_size": 8,
        "max_overflow": 8,
        "connect_args": {"options": "-c timezone=UTC"},
    }


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def open_connection(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late and is never IMMEDIATE
        connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # an acknowledged registration survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
