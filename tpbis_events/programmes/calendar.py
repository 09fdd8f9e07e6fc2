"""A session as a calendar file for everybody: nothing personal, no address of a video call."""

from __future__ import annotations

from datetime import datetime

from tpbis_events.places.calendar_file import calendar_file
from tpbis_events.programmes.model import Session


def calendar_of(session: Session, *, uid: str, at: datetime, locale: str, description: str) -> str:
    """The text of an .ics file with the session's days, cancelled where the session is; names in the language of `locale`."""
    spoken = "en" if locale == "en" else "id"
    return calendar_file(
        [(day.starts_at, day.ends_at) for day in session.days],
        uid=uid,
        sequence=session.calendar_sequence,
        at=at,
        summary=f"{getattr(session.event, f'name_{spoken}')}: {getattr(session, f'name_{spoken}')}",
        place=session.place,
        description=description,
        cancelled=session.cancelled_at is not None,
    )
