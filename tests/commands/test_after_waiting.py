"""Who waited for a lock decides by what stands there afterwards, not by what stood there when she began to wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from tests.builders import Place, an_event, somebody
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import transaction, writing
from tpbis_events.programmes.model import Quota, Role, Session, WayIn
from tpbis_events.registrations import seats
from tpbis_events.registrations.register import register


def _until_she_waits() -> None:
    """PostgreSQL shows who waits for a lock; on SQLite nothing is read before the lock is there, so that any time will do."""
    until = time.monotonic() + 20
    while db.engine.dialect.name == "postgresql" and time.monotonic() < until:
        with db.engine.connect() as connection:
            if connection.exec_driver_sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").first():
                return
        time.sleep(0.05)
    assert db.engine.dialect.name == "sqlite", "she should wait"


def _registers_while(app: Flask, place: Place, change: Callable[[], None]) -> str:
    """What somebody is told who came while another act held her quota, and changed something."""
    said: list[str] = []

    def come() -> None:
        with app.app_context():
            try:
                said.append(register(place.session_id, place.role_id, somebody(), key="a form of hers").state)
            except Refusal as refusal:
                said.append(refusal.code)
            finally:
                db.session.remove()

    with transaction():
        seats.lock_quota(place.quota_id)
        comes = threading.Thread(target=come)
        comes.start()
        _until_she_waits()
        change()
    comes.join()
    return said[0]


def test_nobody_is_seated_in_a_session_that_was_cancelled_while_she_waited(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]

    def cancel() -> None:
        db.session.get_one(Session, place.session_id).cancelled_at = clock.now()

    assert _registers_while(app_on_each, place, cancel) == "registration.closed"


def test_nobody_is_seated_by_herself_in_a_role_that_needs_approval_since_she_waited(app_on_each: Flask) -> None:
    place = an_event()["51", "stakeholder"]

    def close_the_way() -> None:
        db.session.get_one(Role, place.role_id).way_in = WayIn.APPROVAL

    assert _registers_while(app_on_each, place, close_the_way) == "applied"


@pytest.mark.parametrize("lock", [seats.lock_quota, lambda quota_id: seats.lock_quotas([quota_id])[quota_id]])
def test_what_was_read_before_the_lock_is_read_anew_after_it(app: Flask, lock: Callable[[int], Quota]) -> None:
    place = an_event()["51", "stakeholder"]
    with transaction():
        held = db.session.get_one(Session, place.session_id)
        assert held.cancelled_at is None
        writing().execute(text("UPDATE sessions SET cancelled_at = starts_at"))  # as another act would, unseen
        assert lock(place.quota_id).session.cancelled_at and held.cancelled_at
