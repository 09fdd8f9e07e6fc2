"""The calendar file that a mail carries, made from its facts when it is written: who registers doesn't wait for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tpbis_events.foundation.codes import grouped
from tpbis_events.places.calendar_file import calendar_file


def calendar_text(facts: dict[str, Any], language: str) -> str:
    """The text of the .ics file: the same UID always, so that a later mail's file replaces an earlier one's.

    `facts["calendar"]` says what the mail's other facts don't: `sequence`, `at` (when it was owed), `cancelled`, and `gone`, the
    days that the session no longer has. No link of hers is in it: calendars are shared and copied to other hosts.
    """
    kept = facts["calendar"]
    if isinstance(kept, str):  # how mails kept it until November 2026
        return kept
    spoken = "en" if language == "en" else "id"
    return calendar_file(
        [_hours(day) for day in facts["days"]],
        uid=f"{facts['reference']}@tpbis",
        sequence=kept["sequence"],
        at=datetime.fromisoformat(kept["at"]),
        summary=f"{facts[f'event_{spoken}']}: {facts[f'session_{spoken}']}",
        place=facts["venue"],
        description=grouped(facts["reference"]),
        url=facts.get("online_url", ""),
        cancelled=kept["cancelled"],
        gone=[_hours(day) for day in kept["gone"]],
    )


def _hours(day: list[str]) -> tuple[datetime, datetime]:
    starts, ends = day
    return datetime.fromisoformat(starts), datetime.fromisoformat(ends)
