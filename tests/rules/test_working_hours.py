"""A deadline is counted in the hours in which offices of the place work."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpbis_events.places.local_time import at_local, local_date
from tpbis_events.places.tables import rows_of
from tpbis_events.places.working_hours import after, before, between, holidays_of_indonesia, is_working_day, known_years
from tpbis_events.places.zones import INDONESIAN_ZONES

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
QUARTER = timedelta(minutes=15)


def wib(day: str, clock: str) -> datetime:
    """A moment as the clocks in Jakarta show it: wib("2026-11-23", "08.00")."""
    hour, minute = clock.split(".")
    return at_local(date.fromisoformat(day), time(int(hour), int(minute)), WIB)


# Counting


def test_hours_within_a_day_pass_as_they_do_on_the_clock() -> None:
    assert after(wib("2026-11-23", "09.30"), 4, WIB) == wib("2026-11-23", "13.30")
    assert before(wib("2026-11-23", "13.30"), 4, WIB) == wib("2026-11-23", "09.30")


def test_half_an_hour_may_be_asked_for() -> None:
    assert after(wib("2026-11-23", "15.45"), 0.5, WIB) == wib("2026-11-24", "08.15")


def test_what_ends_exactly_at_four_ends_that_day_and_not_at_eight_of_the_next() -> None:
    assert after(wib("2026-11-23", "08.00"), 8, WIB) == wib("2026-11-23", "16.00")
    assert after(wib("2026-11-23", "15.00"), 1, WIB) == wib("2026-11-23", "16.00")
    assert before(wib("2026-11-24", "16.00"), 8, WIB) == wib("2026-11-24", "08.00")


def test_counting_begins_at_the_next_opening_when_nobody_works() -> None:
    for start in (wib("2026-11-23", "02.00"), wib("2026-11-22", "12.00"), wib("2026-11-20", "16.00")):
        assert after(start, 3, WIB) == wib("2026-11-23", "11.00")


def test_three_working_days_are_twenty_four_hours_and_step_over_the_weekend() -> None:
    assert after(wib("2026-11-20", "10.00"), 24, WIB) == wib("2026-11-25", "10.00")
    assert before(wib("2026-11-25", "10.00"), 24, WIB) == wib("2026-11-20", "10.00")


def test_a_reminder_before_a_monday_morning_goes_out_on_friday() -> None:
    assert before(wib("2026-11-23", "09.00"), 4, WIB) == wib("2026-11-20", "13.00")
    for end in (wib("2026-11-20", "20.00"), wib("2026-11-22", "12.00"), wib("2026-11-23", "06.00")):
        assert before(end, 4, WIB) == wib("2026-11-20", "12.00")


def test_no_hours_at_all_is_the_moment_itself_even_at_night() -> None:
    sunday_night = wib("2026-11-22", "23.15")
    assert after(sunday_night, 0, WIB) == before(sunday_night, 0, WIB) == sunday_night


def test_the_same_hours_end_earlier_by_the_clock_of_utc_the_further_east_a_place_lies() -> None:
    friday = datetime(2026, 11, 20, 12, tzinfo=UTC)
    ends = [after(friday, 8, zone) for zone in (WIB, WITA, WIT)]
    assert ends == [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (9, 8, 7)]


def test_the_date_that_counts_is_that_of_the_place() -> None:
    # 23.30 UTC on Sunday: Monday 06.30 in Jakarta, 08.30 in Jayapura, where work has begun.
    sunday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert after(sunday, 1, WIB) == wib("2026-11-23", "09.00")
    assert after(sunday, 1, WIT) == sunday + timedelta(hours=1)


def test_the_answer_is_in_utc_whatever_zone_the_start_came_in() -> None:
    start = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo(WIT))
    assert after(start, 1, WIB).tzinfo is UTC
    assert before(start, 1, WIB).tzinfo is UTC


def test_summer_time_elsewhere_takes_no_working_hour() -> None:
    friday = at_local(date(2026, 10, 2), time(15), "Australia/Sydney")
    assert after(friday, 2, "Australia/Sydney", holidays=()) == at_local(date(2026, 10, 5), time(9), "Australia/Sydney")


# Holidays


def test_christmas_and_its_joint_leave_make_a_long_weekend() -> None:
    assert after(wib("2026-12-23", "15.00"), 2, WIB) == wib("2026-12-28", "09.00")


def test_idulfitri_2027_stops_the_clock_for_more_than_a_week() -> None:
    # Nyepi on Monday the 8th, joint leave around the 10th and 11th, until Monday the 15th.
    assert after(wib("2027-03-05", "15.00"), 2, WIB) == wib("2027-03-16", "09.00")
    assert before(wib("2027-03-16", "09.00"), 2, WIB) == wib("2027-03-05", "15.00")


def test_other_holidays_can_be_given() -> None:
    galungan = {date(2026, 11, 24)}
    assert after(wib("2026-11-23", "15.00"), 2, WIB, holidays=galungan) == wib("2026-11-25", "09.00")
    assert after(wib("2026-12-23", "15.00"), 2, WIB, holidays=galungan) == wib("2026-12-24", "09.00")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 8, 17), False),  # Independence Day
        (date(2026, 12, 24), False),  # joint leave
        (date(2023, 4, 26), True),  # joint leave by the first decree, not by the one that changed it
        (date(2023, 4, 19), False),
        (date(2023, 6, 30), False),
    ],
)
def test_neither_weekends_nor_holidays_nor_joint_leave_are_working_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_of_a_year_without_a_decree_only_the_holidays_that_never_move_are_known() -> None:
    assert known_years() == {2023, 2026, 2027}
    closed = [day for day in _weekdays_of(2030) if not is_working_day(day)]
    assert closed == [date(2030, 1, 1), date(2030, 5, 1), date(2030, 12, 25)]  # the others fall on Saturdays


def test_the_table_has_as_many_days_as_the_decrees_and_each_once() -> None:
    rows = rows_of("holidays.csv")
    assert [row["date"] for row in rows] == sorted({row["date"] for row in rows})
    counts = {
        (year, kind): sum(row["date"].startswith(year) and row["kind"] == kind for row in rows)
        for year in ("2023", "2026", "2027")
        for kind in ("holiday", "joint leave")
    }
    assert list(counts.values()) == [16, 11, 17, 8, 18, 8]


def test_every_holiday_names_its_decree_and_what_is_still_decided_says_so() -> None:
    holidays = holidays_of_indonesia()
    assert all(each.source.startswith("SKB 3 Menteri ") for each in holidays.values())
    expected = [day for day, each in holidays.items() if "expected" in each.source]
    assert expected == [date(2027, 3, 10), date(2027, 3, 11), date(2027, 5, 17)]


def test_joint_leave_falls_on_weekdays_because_nobody_takes_leave_on_a_weekend() -> None:
    leave = [day for day, each in holidays_of_indonesia().items() if each.is_joint_leave]
    assert len(leave) == 27
    assert all(day.weekday() < 5 for day in leave)


def test_the_holidays_that_never_move_stand_in_every_year_of_the_table() -> None:
    for year in known_years():
        for month, day in [(1, 1), (5, 1), (6, 1), (8, 17), (12, 25)]:
            assert not holidays_of_indonesia()[date(year, month, day)].is_joint_leave


# Refusals


@pytest.mark.parametrize("count", [after, before])
def test_a_moment_without_a_zone_and_hours_that_are_none_are_refused(count) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="without a time zone"):
        count(datetime(2026, 11, 23, 9), 1, WIB)
    with pytest.raises(KeyError):
        count(wib("2026-11-23", "09.00"), 1, "Asia/Medan")
    for hours in (-1, -0.5, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="hours|NaN"):
            count(wib("2026-11-23", "09.00"), hours, WIB)


def test_a_country_whose_holidays_nobody_entered_is_refused_and_so_is_a_moment_for_a_date() -> None:
    with pytest.raises(KeyError):
        is_working_day(date(2026, 11, 23), "LA")
    with pytest.raises(ValueError, match="local_date"):
        is_working_day(wib("2026-11-23", "09.00"))


# Rules that hold for every moment

quarters = st.integers(0, 4 * 24 * 365 * 2).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * QUARTER)
moments = st.datetimes(datetime(2022, 12, 1), datetime(2028, 2, 1), timezones=st.just(UTC))
zones = st.sampled_from(sorted(INDONESIAN_ZONES))
lengths = st.integers(1, 80 * 60).map(lambda minutes: minutes / 60)


def in_hours(moment: datetime, zone: str) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    return is_working_day(local.date()) and time(8) <= local.time() <= time(16)


@given(start=quarters, zone=zones, number=st.integers(1, 4 * 30))
def test_hours_are_those_that_pass_quarter_by_quarter(start: datetime, zone: str, number: int) -> None:
    moment, passed = start, 0
    while passed < number:
        passed += in_hours(moment, zone) and in_hours(moment + QUARTER, zone)
        moment += QUARTER
    assert after(start, number / 4, zone) == moment


@given(end=quarters, zone=zones, number=st.integers(1, 4 * 30))
def test_hours_that_are_left_are_those_that_pass_quarter_by_quarter(end: datetime, zone: str, number: int) -> None:
    moment, left = end, 0
    while left < number:
        left += in_hours(moment, zone) and in_hours(moment - QUARTER, zone)
        moment -= QUARTER
    assert before(end, number / 4, zone) == moment


@given(start=moments, zone=zones, hours=lengths)
def test_a_deadline_never_falls_outside_working_hours_nor_on_their_first_moment(
    start: datetime, zone: str, hours: float
) -> None:
    end = after(start, hours, zone)
    assert end > start
    assert in_hours(end, zone)
    assert end > at_local(local_date(end, zone), time(8), zone)


@given(first=moments, second=moments, zone=zones, hours=lengths, more=lengths)
def test_a_later_start_and_more_hours_never_make_an_earlier_deadline(
    first: datetime, second: datetime, zone: str, hours: float, more: float
) -> None:
    early, late = sorted((first, second))
    assert after(early, hours, zone) <= after(late, hours, zone)
    assert before(early, hours, zone) <= before(late, hours, zone)
    assert after(early, hours, zone) < after(early, hours + more, zone)


@given(start=moments, zone=zones, quarters_one=st.integers(0, 200), quarters_two=st.integers(1, 200))
def test_hours_add_up(start: datetime, zone: str, quarters_one: int, quarters_two: int) -> None:
    one, two = quarters_one / 4, quarters_two / 4
    assert after(after(start, one, zone), two, zone) == after(start, one + two, zone)
    assert before(before(start, one, zone), two, zone) == before(start, one + two, zone)


@given(start=moments, zone=zones, hours=lengths)
def test_counted_back_from_a_deadline_the_start_is_found_again_or_the_opening_after_it(
    start: datetime, zone: str, hours: float
) -> None:
    back = before(after(start, hours, zone), hours, zone)
    local = start.astimezone(ZoneInfo(zone))
    if is_working_day(local.date()) and time(8) <= local.time() < time(16):
        assert back == start
    else:
        assert back > start
        assert after(start, hours, zone) == after(back, hours, zone)
        assert back == at_local(local_date(back, zone), time(8), zone)


@given(start=moments, zone=zones, number=st.integers(0, 200))
def test_what_is_left_of_a_deadline_is_what_it_was_given(start: datetime, zone: str, number: int) -> None:
    end = after(start, number / 4, zone)
    assert between(start, end, zone) == timedelta(hours=number / 4)
    assert between(end, start, zone) == timedelta(0)


@given(start=moments, middle=moments, end=moments, zone=zones)
def test_working_time_adds_up_and_is_never_longer_than_time(
    start: datetime, middle: datetime, end: datetime, zone: str
) -> None:
    start, middle, end = sorted((start, middle, end))
    middle = min(middle, start + timedelta(days=40))
    end = min(end, middle + timedelta(days=40))
    assert between(start, middle, zone) + between(middle, end, zone) == between(start, end, zone)
    assert timedelta(0) <= between(start, end, zone) <= end - start


def test_nothing_of_a_weekend_is_working_time() -> None:
    friday, monday = (at_local(date(2023, 8, day), time(16), "Asia/Makassar") for day in (11, 14))
    assert between(friday, monday - timedelta(hours=8), "Asia/Makassar") == timedelta(0)
    assert between(friday, monday, "Asia/Makassar") == timedelta(hours=8)


def _weekdays_of(year: int) -> list[date]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    return [day for day in days if day.weekday() < 5]
