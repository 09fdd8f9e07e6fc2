"""When a scan happened, told by a device whose clock may be wrong. Pure: no database, no clock.

The device notes, at each contact, by how much its clock differs from the server's; with a scan it sends what its clock said,
the difference it knew of, and how long ago the scan was by a counter that nobody can set (`performance.now()`), as long as
its page was not loaded anew. What its clock says when it sends tells whether somebody set it in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(
    minutes=2
)  # a phone's clock drifts by seconds; more is a clock that was set, and the record says it


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """`clock_at` as the device's clock had it; `behind` by how much it was behind the server at the last contact; `age` by
    the counter.
    """

    clock_at: datetime
    behind: timedelta | None = None
    age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class When:
    """The scan's own time by the server's clock; `doubtful` when the device's clock was set while it was alone."""

    at: datetime
    wrong_by: timedelta
    doubtful: bool


def when(told: DeviceTime, *, sent_at: datetime, now: datetime) -> When:
    """A clock that is wrong all the time is set right by the difference; of one that was set in between the counter is
    believed, and where there is none the difference known at the scan. Nothing happens later than now.
    """
    behind_now = now - sent_at
    behind = behind_now if told.behind is None else told.behind
    doubtful = abs(behind - behind_now) > TOLERANCE
    at = told.clock_at + behind
    if doubtful and told.age is not None:
        at = now - max(told.age, timedelta())
    if at > now:
        doubtful = doubtful or at - now > TOLERANCE
        at = now
    return When(at, behind_now if abs(behind_now) > abs(behind) else behind, doubtful)
