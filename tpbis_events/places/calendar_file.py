"""A calendar file (RFC 5545), one entry per day, so that a phone shows it in its own zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from icalendar import Calendar, Event

Hours = tuple[datetime, datetime]


def calendar_file(
    days: Sequence[Hours],
    *,
    uid: str,
    sequence: int,
    at: datetime,
    summary: str,
    place: str,
    description: str,
    url: str = "",
    cancelled: bool = False,
    gone: Sequence[Hours] = (),
) -> str:
    """The text of an .ics file. The same `uid` with a higher `sequence` replaces what a calendar has; cancelled removes it.

    `gone` are days after the last one that there were and are no longer: their entries are cancelled.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Perpustakaan Nasional RI//TPBIS Events//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    numbered = [(*hours, cancelled) for hours in days] + [(*hours, True) for hours in gone]
    for number, (starts_at, ends_at, off) in enumerate(numbered, start=1):
        entry = Event()
        entry.add("uid", f"{uid}-{number}")
        entry.add("sequence", sequence)
        entry.add("dtstamp", at)
        entry.add("dtstart", starts_at)
        entry.add("dtend", ends_at)
        entry.add("summary", summary)
        entry.add("location", place)
        entry.add("description", f"{description}\n{url}" if url else description)
        if url:
            entry.add("url", url)
        entry.add("status", "CANCELLED" if off else "CONFIRMED")
        calendar.add_component(entry)
    text: str = calendar.to_ical().decode()
    return text
