"""The one clock. Nothing else in the project asks the machine for the time, so a test can stop it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_stopped: datetime | None = None


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _stopped or datetime.now(UTC)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at a moment (aware) until the block ends. For tests."""
    global _stopped  # noqa: PLW0603
    if moment.tzinfo is None:
        raise ValueError("the clock is aware: give the moment a zone")
    before, _stopped = _stopped, moment.astimezone(UTC)
    try:
        yield
    finally:
        _stopped = before
