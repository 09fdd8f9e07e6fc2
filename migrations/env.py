"""How Alembic reaches the database: always through the app, so that both databases migrate by the same settings."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from tpbis_events.foundation.database import Base, Encrypted, UtcDateTime, db


def render_item(kind: str, thing: Any, _autogenerate: Any) -> str | bool:
    """Our own column types as the plain ones they rest on, so that a migration never depends on later code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Encrypted):
        return "sa.LargeBinary()"
    return False


def drop_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def heed_foreign_keys(connection: Any, heed: bool) -> None:
    """SQLite takes this outside a transaction only, and every statement of ours begins one: so straight to the driver."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={'ON' if heed else 'OFF'}")


def run() -> None:
    options = {
        **current_app.extensions["migrate"].configure_args,
        "target_metadata": Base.metadata,
        "render_as_batch": True,
        "render_item": render_item,
        "process_revision_directives": drop_empty,
    }
    with db.engine.connect() as connection:
        heed_foreign_keys(connection, False)  # a table that is made anew is dropped in between; checked again below
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"rows point at nothing after migrating: {broken[:5]}")
            connection.commit()
        heed_foreign_keys(connection, True)


run()
