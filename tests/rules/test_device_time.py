"""A scan's own time, told by a device whose clock may be wrong, or be set while it is alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tpbis_events.attendance.device_time import TOLERANCE, DeviceTime, When, when

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NONE, HOUR = timedelta(), timedelta(hours=1)


def told(said: timedelta, *, behind: timedelta | None, sent: timedelta, age: timedelta | None = None) -> When:
    """`said` and `sent` are what the device's clock showed, as differences from NOW."""
    return when(DeviceTime(NOW + said, behind, age), sent_at=NOW + sent, now=NOW)


def test_a_right_clock_is_believed() -> None:
    assert told(-HOUR, behind=NONE, sent=NONE) == When(NOW - HOUR, NONE, doubtful=False)


def test_a_clock_that_is_wrong_by_two_hours_or_a_day_is_set_right() -> None:
    for wrong in (timedelta(hours=2), timedelta(days=-1)):
        found = told(-HOUR - wrong, behind=wrong, sent=-wrong)
        assert found == When(NOW - HOUR, wrong, doubtful=False)
        assert abs(found.wrong_by) > TOLERANCE


def test_a_clock_set_while_the_device_was_alone_is_doubted_and_the_counter_believed() -> None:
    """Right at the last contact, then set two hours back, then a scan, an hour before it is sent."""
    found = told(-3 * HOUR, behind=NONE, sent=-2 * HOUR, age=HOUR)
    assert found == When(NOW - HOUR, 2 * HOUR, doubtful=True)


def test_without_a_counter_the_difference_known_at_the_scan_counts_and_the_doubt_stays() -> None:
    """A scan by a right clock, which was set two hours back afterwards; the page was loaded anew in between."""
    found = told(-HOUR, behind=NONE, sent=-2 * HOUR)
    assert (found.at, found.doubtful) == (NOW - HOUR, True)


def test_a_counter_that_slept_with_the_device_does_not_spoil_a_clock_that_was_right() -> None:
    assert told(-3 * HOUR, behind=NONE, sent=NONE, age=HOUR).at == NOW - 3 * HOUR


def test_nothing_happens_later_than_now() -> None:
    found = told(HOUR, behind=NONE, sent=NONE)
    assert (found.at, found.doubtful) == (NOW, True)
    assert told(timedelta(seconds=2), behind=NONE, sent=NONE) == When(NOW, NONE, doubtful=False)


def test_a_first_contact_says_by_how_much_the_clock_was_wrong() -> None:
    assert told(-3 * HOUR, behind=None, sent=-2 * HOUR) == When(NOW - HOUR, 2 * HOUR, doubtful=False)


def test_two_minutes_are_no_wrong_clock() -> None:
    assert timedelta(minutes=2) == TOLERANCE
