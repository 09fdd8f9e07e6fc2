"""Who has earned a certificate, how many hours it states, how its number is written. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

# The month in an Indonesian letter's number is Roman.
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands before the rule: earned, or how many days are missing."""

    earned: bool
    needed_days: int
    attended_days: int
    missing_days: int


def standing(days_total: int, days_attended: int, percent_needed: int) -> Standing:
    """A certificate is earned by attending the needed share of a session's days, rounded up, and one day at the least.

    In: numbers of days, `percent_needed` from 0 to 100. 80 percent of 5 days are 4; of 3 days 2.4, so 3.
    """
    needed = max(1, -(-days_total * percent_needed // 100))
    missing = max(0, needed - days_attended)
    return Standing(missing == 0, needed, days_attended, missing)


def lesson_hours(agenda: Iterable[tuple[int, int]], days_attended: Collection[int]) -> int:
    """The JP (lessons of 45 minutes) of the days that were attended.

    In: (day number, JP) of each item of the agenda, and the numbers of the days. An item whose day isn't known (0)
    counts for nobody.
    """
    return sum(jp for day_number, jp in agenda if day_number in days_attended)


def number(sequence: int, series: str, event_slug: str, issued_on: date) -> str:
    """The number as letters of Indonesian offices bear it: sequence / series / event / month / year."""
    month = ROMAN_MONTHS[issued_on.month - 1]
    return f"{sequence:04d}/{series}/{event_slug.upper()}/{month}/{issued_on.year}"


def file_name(certificate_number: str) -> str:
    """What the PDF of a certificate is called: its number, with dashes."""
    return f"sertifikat-{re.sub(r'[^0-9A-Za-z]+', '-', certificate_number).strip('-')}.pdf"
