"""Run acts at the same moment, each in a thread and a database session of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

from tpbis_events.foundation.database import db

T = TypeVar("T")


def at_once(app: Flask, acts: Sequence[Callable[[], T]]) -> list[T]:
    """What each act answered, in their order; all wait for the last thread to be ready, then begin together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        with app.app_context():
            start.wait()
            return act()

    db.session.rollback()  # the test's own reads must not hold anything up
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
