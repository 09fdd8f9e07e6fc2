"""Working hours counted as a child would: tick by tick, on weekdays from 8 to 16 of a clock so many hours before UTC.

The worlds of these tests lie in a fortnight without holidays, and their clocks stand at full or half hours.
"""

from __future__ import annotations

from datetime import datetime, timedelta

TICK = timedelta(minutes=30)


def working_hours_after(start: datetime, hours: int, utc_offset: int) -> datetime:
    left = 2 * hours
    while left:
        left -= _works(start, utc_offset)
        start += TICK
    return start


def working_hours_before(end: datetime, hours: int, utc_offset: int) -> datetime:
    left = 2 * hours
    while left:
        end -= TICK
        left -= _works(end, utc_offset)
    return end


def _works(tick: datetime, utc_offset: int) -> bool:
    there = tick + timedelta(hours=utc_offset)
    return there.weekday() < 5 and 8 <= there.hour < 16
