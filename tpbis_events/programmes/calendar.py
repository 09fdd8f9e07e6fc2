"""A session as a calendar file (RFC 5545), one entry per day, so that a phone shows it in its own zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from icalendar import Calendar
from icalendar import Event as Entry

from tpbis_events.programmes.model import Session


def calendar_of(
    session: Session,
    *,
    uid: str,
    sequence: int,
    at: datetime,
    locale: str,
    description: str,
    online_url: str = "",
    cancelled: bool = False,
    gone: Sequence[tuple[datetime, datetime]] = (),
) -> str:
    """The text of an .ics file. The same `uid` with a higher `sequence` replaces what a calendar has; cancelled removes it.

    `online_url` is told to who has a seat, and never in the public file. `gone` are days after the last one that the session had
    and no longer has: their entries are cancelled.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Perpustakaan Nasional RI//TPBIS Events//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event_name = session.event.name_en if locale == "en" else session.event.name_id
    place = ", ".join(part for part in (session.venue, session.city) if part)
    days = [(day.number, day.starts_at, day.ends_at, cancelled) for day in session.days]
    days += [(len(days) + number, *hours, True) for number, hours in enumerate(gone, start=1)]
    for number, starts_at, ends_at, off in days:
        entry = Entry()
        entry.add("uid", f"{uid}-{number}")
        entry.add("sequence", sequence)
        entry.add("dtstamp", at)
        entry.add("dtstart", starts_at)
        entry.add("dtend", ends_at)
        entry.add("summary", f"{event_name}: {session.name_en if locale == 'en' else session.name_id}")
        entry.add("location", place)
        entry.add("description", f"{description}\n{online_url}" if online_url else description)
        if online_url:
            entry.add("url", online_url)
        entry.add("status", "CANCELLED" if off else "CONFIRMED")
        calendar.add_component(entry)
    text: str = calendar.to_ical().decode()
    return text
