"""Apps that send to a post office of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import settings_for
from tests.outbox.post_office import PostOffice, open_post_office
from tpbis_events import create_app
from tpbis_events.foundation.database import db
from tpbis_events.outbox import deliver

NewApp = Callable[..., Flask]


def post_settings(port: int) -> dict[str, Any]:
    return {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": port, "MAIL_SUPPRESS_SEND": False, "MAIL_TIMEOUT": 5.0}


@pytest.fixture(autouse=True)
def rounds_that_outlast_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round goes on while there is mail, however slow the machine is at the moment."""
    monkeypatch.setattr(deliver, "SECONDS_OF_A_ROUND", 120.0)


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    with open_post_office() as office:
        yield office


@pytest.fixture
def posting(each_url: str, tmp_path: Path, post_office: PostOffice) -> Iterator[Flask]:
    """An app on each database, whose mail goes to `post_office`."""
    yield from _app(each_url, tmp_path, post_settings(post_office.port))


@pytest.fixture
def posting_on_sqlite(sqlite_url: str, tmp_path: Path, post_office: PostOffice) -> Iterator[Flask]:
    """For what no database can change: how the server's answers are taken."""
    yield from _app(sqlite_url, tmp_path, post_settings(post_office.port))


def _app(url: str, instance: Path, more: dict[str, Any]) -> Iterator[Flask]:
    app = create_app({**settings_for(url, instance), **more})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
