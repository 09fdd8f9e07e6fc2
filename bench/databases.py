"""Throw-away databases that wait for the disk: SQLite with synchronous=FULL, PostgreSQL with fsync on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from tests.databases import Cluster, find_cluster
from tpbis_events import create_app
from tpbis_events.foundation.database import db


class Databases:
    """A directory for everything that a run makes, and a PostgreSQL server when one is found."""

    def __enter__(self) -> Databases:
        self._home = Path(tempfile.mkdtemp(prefix="tpbis-bench-"))
        self._cluster: Cluster | None = find_cluster(durable=True)
        self.kinds = ("sqlite", "postgresql") if self._cluster else ("sqlite",)
        self.left_out = "" if self._cluster else "Left out: PostgreSQL, which was not found on this machine."
        return self

    def __exit__(self, *_: object) -> None:
        if self._cluster:
            self._cluster.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    @contextmanager
    def fresh(self, kind: str) -> Iterator[tuple[str, Path]]:
        """An empty, migrated database and the instance directory beside it."""
        instance = Path(tempfile.mkdtemp(dir=self._home))
        url = f"sqlite:///{instance / 'tpbis.sqlite'}"
        if kind == "postgresql":
            assert self._cluster
            url = self._cluster.create_database()
        with app_at(url, instance):
            from flask_migrate import upgrade

            upgrade()
        yield url, instance
        if kind == "postgresql":
            assert self._cluster
            self._cluster.drop_database(url)
        shutil.rmtree(instance)


@contextmanager
def app_at(url: str, instance: Path) -> Iterator[Flask]:
    """The app in this process, as it runs in production but for the limits on guessing."""
    settings: dict[str, Any] = {
        "INSTANCE": instance,
        "SECRET_KEY": "a secret that only benchmarks know, long enough",
        "SQLALCHEMY_DATABASE_URI": url,
        "LOG_LEVEL": "ERROR",
        "RATELIMIT_ENABLED": False,
    }
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
