"""One app per database; every test begins with an empty, migrated database of its own.

`app` runs on SQLite; a test that takes `app_on_each` runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import Dialect, event, make_url

from tests.databases import Cluster, find_cluster
from tpbis_events import create_app
from tpbis_events.foundation.database import db

pytest_plugins = ["tests.left_out"]


def settings_for(url: str, instance: Path) -> dict[str, Any]:
    """What every test's app is set to; passwords are hashed cheaply, everything else as in production."""
    return {
        "TESTING": True,
        "PROPAGATE_EXCEPTIONS": False,
        "INSTANCE": instance,
        "SECRET_KEY": "a secret that only tests know, long enough",
        "FIELD_KEYS": ["a key that only tests know"],
        "BASE_URL": "http://127.0.0.1:8000",
        "SQLALCHEMY_DATABASE_URI": url,
        "LOG_LEVEL": "ERROR",
        "RATELIMIT_ENABLED": False,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__rounds": 1,
            "argon2__memory_cost": 64,
            "argon2__parallelism": 1,
        },
        "SECURITY_HASHING_SCHEMES": ["sha256_crypt"],
    }


def migrate(url: str, instance: Path) -> None:
    from flask_migrate import upgrade

    app = create_app(settings_for(url, instance))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite")
    file = folder / "migrated.sqlite"
    migrate(f"sqlite:///{file}", folder)
    return file


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    from tests.left_out import need  # a plugin: pytest itself imports it first

    found = find_cluster()
    need("PostgreSQL", found is not None)
    assert found is not None
    yield found
    found.stop()


@pytest.fixture(scope="session")
def migrated_postgres(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = cluster.create_database()
    migrate(url, tmp_path_factory.mktemp("postgres"))
    return url


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    file = tmp_path / "tpbis.sqlite"
    shutil.copy(migrated_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(cluster: Cluster, migrated_postgres: str) -> Iterator[str]:
    url = cluster.create_database(template=migrated_postgres)
    yield url
    cluster.drop_database(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def each_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from _app(sqlite_url, tmp_path)


@pytest.fixture
def app_on_each(each_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from _app(each_url, tmp_path)


def _app(url: str, instance: Path) -> Iterator[Flask]:
    """The app of this process for a kind of database, with its connections going to this test's own."""
    settings = settings_for(url, instance)
    app = _made_once(make_url(url).get_backend_name(), settings)
    before = [(kept, dict(kept)) for kept in (app.config, app.extensions)]
    app.config.update(settings)
    with app.app_context():
        db.engine.dispose()
        yield app
        db.session.remove()
        db.engine.dispose()
    for kept, as_it_was in before:
        kept.clear()
        kept.update(as_it_was)


_apps: dict[str, Flask] = {}


def _made_once(kind: str, settings: dict[str, Any]) -> Flask:
    """Making an app and opening its first page take most of a test's time; what a test sets in it is put back after it."""
    if kind in _apps:
        return _apps[kind]
    app = _apps[kind] = create_app(settings)
    app.before_request_funcs.setdefault(None, []).insert(0, _forget_last_request)

    def to_its_own_database(dialect: Dialect, _record: object, args: list[Any], parameters: dict[str, Any]) -> None:
        own_args, own_parameters = dialect.create_connect_args(make_url(app.config["SQLALCHEMY_DATABASE_URI"]))
        args[:] = own_args
        parameters.update(own_parameters)

    with app.app_context():
        event.listen(db.engine, "do_connect", to_its_own_database)
    return app


def _forget_last_request() -> None:
    """The test's own context holds `g` over all its requests: who was signed in in one must not be so in the next."""
    for name in list(g):
        g.pop(name)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
