"""A session by video for tests: who has a seat in it, and the clock at its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.builders import Place, an_event, registered, somebody
from tpbis_events.attendance.online import generation_of
from tpbis_events.attendance.online_codes import code_now
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.transaction import transaction
from tpbis_events.programmes.model import Event, Mode, OnlineCounts, Session, SessionDay

CALL = "https://rapat.contoh.example/j/889?pwd=rahasia"


def by_video(
    *, counts: OnlineCounts = OnlineCounts.CODE, seats: int = 3, days: int = 1, mode: Mode = Mode.ONLINE
) -> Place:
    """A session of Bali that is held by video."""
    place = an_event(roles={"stakeholder": seats}, days=days)["51", "stakeholder"]
    with transaction():
        session = db.session.get_one(Session, place.session_id)
        session.mode, session.online_url = mode, CALL
        db.session.get_one(Event, place.event_id).online_counts = counts
    return place


def named(place: Place, *names: str) -> list[int]:
    """The registrations of people of these names."""
    return [registered(place, somebody(full_name=name)).registration_id for name in names]


def day_of(place: Place, number: int = 1) -> SessionDay:
    return next(day for day in db.session.get_one(Session, place.session_id).days if day.number == number)


@contextmanager
def at(place: Place, minutes: int, number: int = 1) -> Iterator[int]:
    """The clock stands some minutes after a day's beginning; gives the day's id."""
    day = day_of(place, number)
    with clock.stopped_at(day.starts_at + timedelta(minutes=minutes)):
        yield day.id


def shown(day_id: int, item_id: int | None = None, minutes_ago: int = 0) -> str:
    """The code that the speaker shows now, or showed some minutes ago."""
    return code_now(day_id, item_id, generation_of(day_id), clock.now() - timedelta(minutes=minutes_ago)).code
