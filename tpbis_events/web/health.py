"""For machines: is the process alive, and is everything behind it ready."""

from __future__ import annotations

from functools import lru_cache

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

import config
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.outbox.desk import SILENCE_OF_A_DEAD_WORKER
from tpbis_events.outbox.model import Pulse

page = Blueprint("health", __name__)


@page.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@page.get("/readyz")
def ready() -> ResponseReturnValue:
    """Database reached, migrations all applied, a worker's pulse within the last minute; 503 when one is missing."""
    checks = {"database": "ok", "migrations": "ok", "worker": "ok"}
    try:
        applied = MigrationContext.configure(db.session.connection()).get_current_revision()
        if applied != _newest_migration():
            checks["migrations"] = "behind"
        beat = db.session.scalar(select(func.max(Pulse.beat_at)))
        if beat is None or clock.now() - beat > SILENCE_OF_A_DEAD_WORKER:
            checks["worker"] = "silent"
    except SQLAlchemyError as failure:
        current_app.logger.warning("readyz: %s", type(failure).__name__)
        checks["database"] = "unreachable"
    good = all(value == "ok" for value in checks.values())
    return jsonify(status="ready" if good else "not ready", checks=checks), 200 if good else 503


@lru_cache
def _newest_migration() -> str | None:
    settings = Config()
    settings.set_main_option("script_location", str(config.ROOT / "migrations"))
    return ScriptDirectory.from_config(settings).get_current_head()
