"""A worker that is killed in the middle of many certificates: another goes on, nobody has two or none, no number is left out."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import config
from tests.builders import Place, an_event, registered
from tests.cast import BALI
from tests.commands.kept import told
from tests.commands.test_certificates import attend
from tests.outbox.conftest import _app
from tests.outbox.test_processes import environment, flask, started, until
from tpbis_events.certificates import kept_files
from tpbis_events.certificates.batch_model import CertificateBatchLine, Outcome
from tpbis_events.certificates.model import Certificate, Version
from tpbis_events.certificates.order_batch import order_batch
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.programmes.model import Session

PEOPLE = 30


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from _app(sqlite_url, tmp_path, {})


def a_session_that_is_over() -> tuple[Place, list[int]]:
    place = an_event(roles={"stakeholder": PEOPLE})[BALI, "stakeholder"]
    ids = [registered(place).registration_id for _ in range(PEOPLE)]
    attend(place, *ids)
    ago = timedelta(days=60)
    with transaction():
        session = db.session.get_one(Session, place.session_id)
        session.starts_at, session.ends_at = session.starts_at - ago, session.ends_at - ago
        for day in session.days:
            day.local_date, day.starts_at, day.ends_at = day.local_date - ago, day.starts_at - ago, day.ends_at - ago
    return place, ids


def issued() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Certificate)) or 0


def test_another_worker_goes_on_where_one_was_killed(app: Flask, sqlite_url: str, tmp_path: Path) -> None:
    place, ids = a_session_that_is_over()
    order_batch("a form", place.event_slug, by=COMMAND_LINE)
    env = environment(sqlite_url, tmp_path)
    with started("worker", env=env, log=tmp_path / "log") as worker:
        until(lambda: issued() > PEOPLE // 4)
        worker.kill()
        assert worker.wait(20) == -signal.SIGKILL
    at_its_death = issued()
    assert PEOPLE // 4 < at_its_death < PEOPLE, "killed in the middle"
    began = time.monotonic()
    subprocess.run(flask("worker", "--once"), env=env, cwd=config.ROOT, check=True, capture_output=True)
    assert time.monotonic() - began < 40, "it waits for nothing of the dead one"
    db.session.rollback()
    assert sorted(db.session.scalars(select(Certificate.registration_id))) == sorted(ids)
    numbers = sorted(int(number[:4]) for number in db.session.scalars(select(Certificate.number)))
    assert numbers == list(range(1, PEOPLE + 1)), "without a gap and without a double"
    assert Counter(told("certificate_ready")) == {f"registration:{each}": 1 for each in ids}
    outcomes = db.session.execute(select(CertificateBatchLine.registration_id, CertificateBatchLine.outcome)).all()
    assert dict(outcomes) == dict.fromkeys(ids, Outcome.ISSUED), (
        "none was found issued already: line and certificate are one"
    )
    hashes = db.session.scalars(select(Version.file_hash)).all()
    files = {file.name.split(".")[0] for file in kept_files.folder().glob("*/*.sealed")}
    assert len(hashes) == PEOPLE and set(hashes) <= files
