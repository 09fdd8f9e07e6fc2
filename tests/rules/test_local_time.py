"""Dates and times are written as the people of a place write them."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpbis_events.places.local_time import (
    at_local,
    format_date,
    format_date_range,
    format_datetime,
    format_hours,
    format_time,
    local_date,
)
from tpbis_events.places.zones import INDONESIAN_ZONES, is_zone, zone_name

MEDAN_BEGINS = datetime(2023, 8, 8, 1, 30, tzinfo=UTC)
MEDAN_ENDS = datetime(2023, 8, 8, 9, 0, tzinfo=UTC)


def test_the_eighth_of_august_2023_is_selasa() -> None:
    assert format_date(date(2023, 8, 8), "id") == "Selasa, 8 Agustus 2023"
    assert format_date(date(2023, 8, 8), "en") == "Tuesday, 8 August 2023"


def test_a_moment_is_written_with_weekday_date_time_and_zone_in_both_languages() -> None:
    assert format_datetime(MEDAN_BEGINS, "Asia/Jakarta", "id") == "Selasa, 8 Agustus 2023, 08.30 WIB"
    assert format_datetime(MEDAN_BEGINS, "Asia/Jakarta", "en") == "Tuesday, 8 August 2023, 08:30 WIB"


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Jakarta", "08.30 WIB"),
        ("Asia/Pontianak", "08.30 WIB"),
        ("Asia/Makassar", "09.30 WITA"),
        ("Asia/Jayapura", "10.30 WIT"),
    ],
)
def test_the_same_moment_is_an_hour_later_in_each_zone_to_the_east(zone: str, written: str) -> None:
    assert format_time(MEDAN_BEGINS, zone, "id") == written
    assert format_time(MEDAN_BEGINS, zone, "en") == written.replace(".", ":")


def test_hours_name_the_zone_once_and_are_joined_by_an_en_dash() -> None:
    assert format_hours(MEDAN_BEGINS, MEDAN_ENDS, "Asia/Jakarta", "id") == "08.30–16.00 WIB"
    assert format_hours(MEDAN_BEGINS, MEDAN_ENDS, "Asia/Jakarta", "en") == "08:30–16:00 WIB"


def test_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="before the start"):
        format_hours(MEDAN_ENDS, MEDAN_BEGINS, "Asia/Jakarta", "id")


@pytest.mark.parametrize(
    ("days", "indonesian", "english"),
    [
        ([date(2023, 8, 8)], "8 Agustus 2023", "8 August 2023"),
        ([date(2023, 11, 13), date(2023, 11, 17)], "13–17 November 2023", "13–17 November 2023"),
        ([date(2023, 12, 2), date(2023, 11, 30)], "30 November – 2 Desember 2023", "30 November – 2 December 2023"),
        ([date(2022, 8, 1), date(2023, 8, 8)], "1 Agustus 2022 – 8 Agustus 2023", "1 August 2022 – 8 August 2023"),
    ],
)
def test_a_stretch_of_dates_names_month_and_year_no_more_often_than_needed(
    days: list[date], indonesian: str, english: str
) -> None:
    assert format_date_range(days, "id") == indonesian
    assert format_date_range(days, "en") == english


def test_no_dates_are_no_stretch() -> None:
    with pytest.raises(ValueError, match="no dates"):
        format_date_range([], "id")


def test_a_naive_moment_is_refused_everywhere() -> None:
    naive = datetime(2023, 8, 8, 8, 30)
    with pytest.raises(ValueError, match="without a time zone"):
        format_time(naive, "Asia/Jakarta", "id")
    with pytest.raises(ValueError, match="without a time zone"):
        format_datetime(naive, "Asia/Jakarta", "id")
    with pytest.raises(ValueError, match="without a time zone"):
        format_hours(naive, MEDAN_ENDS, "Asia/Jakarta", "id")
    with pytest.raises(ValueError, match="without a time zone"):
        format_hours(MEDAN_BEGINS, naive, "Asia/Jakarta", "id")
    with pytest.raises(ValueError, match="without a time zone"):
        local_date(naive, "Asia/Jakarta")
    with pytest.raises(ValueError, match="without a time zone"):
        zone_name("Asia/Jakarta", naive)


def test_a_moment_in_place_of_a_date_is_refused_because_its_date_is_that_of_utc() -> None:
    with pytest.raises(ValueError, match="local_date"):
        format_date(MEDAN_BEGINS, "id")
    with pytest.raises(ValueError, match="local_date"):
        format_date_range([MEDAN_BEGINS], "id")


def test_a_third_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        format_date(date(2023, 8, 8), "fr")
    with pytest.raises(ValueError, match="'fr'"):
        format_time(MEDAN_BEGINS, "Asia/Jakarta", "fr")


def test_an_unknown_zone_is_a_key_error() -> None:
    assert is_zone("Asia/Jayapura")
    for name in ("Asia/Medan", "WIB", "../etc/passwd", ""):
        assert not is_zone(name)
        with pytest.raises(KeyError):
            format_time(MEDAN_BEGINS, name, "id")


@pytest.mark.parametrize("month", range(1, 13))
def test_the_indonesian_zones_bear_one_name_and_one_distance_from_utc_all_year(month: int) -> None:
    noon = datetime(2023, month, 1, 12, tzinfo=UTC)
    assert [zone_name(zone, noon) for zone in INDONESIAN_ZONES] == ["WIB", "WIB", "WITA", "WIT"]
    assert [format_time(noon, zone, "id")[:2] for zone in INDONESIAN_ZONES] == ["19", "19", "20", "21"]


@pytest.mark.parametrize(
    ("zone", "indonesian", "english"),
    [
        ("Asia/Vientiane", "UTC+07.00", "UTC+07:00"),
        ("Asia/Kathmandu", "UTC+05.45", "UTC+05:45"),
        ("America/St_Johns", "UTC-02.30", "UTC-02:30"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_a_zone_outside_indonesia_goes_by_its_distance_from_utc(zone: str, indonesian: str, english: str) -> None:
    assert zone_name(zone, MEDAN_BEGINS) == indonesian
    assert zone_name(zone, MEDAN_BEGINS, "en") == english


def test_summer_time_elsewhere_changes_the_distance() -> None:
    assert zone_name("Australia/Sydney", datetime(2023, 7, 1, tzinfo=UTC)) == "UTC+10.00"
    assert zone_name("Australia/Sydney", datetime(2023, 12, 1, tzinfo=UTC)) == "UTC+11.00"


def test_the_date_is_that_of_the_place_and_not_of_utc() -> None:
    ambon_begins = datetime(2023, 7, 25, 23, 30, tzinfo=UTC)
    assert local_date(ambon_begins, "Asia/Jayapura") == date(2023, 7, 26)
    assert format_datetime(ambon_begins, "Asia/Jayapura", "id") == "Rabu, 26 Juli 2023, 08.30 WIT"


def test_the_time_on_the_wall_of_a_place_becomes_a_moment_in_utc() -> None:
    assert at_local(date(2023, 8, 8), time(8, 30), "Asia/Jakarta") == MEDAN_BEGINS
    assert at_local(date(2023, 8, 8), time(8, 30), "Asia/Jakarta").tzinfo is UTC
    assert at_local(date(2023, 7, 26), time(8, 30), "Asia/Jayapura") == datetime(2023, 7, 25, 23, 30, tzinfo=UTC)


def test_a_time_that_brings_its_own_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone of its own"):
        at_local(date(2023, 8, 8), time(8, 30, tzinfo=timezone(timedelta(hours=7))), "Asia/Jakarta")


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(ValueError, match="skip 2023-10-01 02:30"):
        at_local(date(2023, 10, 1), time(2, 30), "Australia/Sydney")


@given(
    day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    clock=st.times(),
    zone=st.sampled_from(sorted(INDONESIAN_ZONES)),
)
def test_a_local_time_in_indonesia_is_the_same_after_the_way_through_utc(day: date, clock: time, zone: str) -> None:
    moment = at_local(day, clock, zone)
    assert local_date(moment, zone) == day
    assert format_time(moment, zone, "id").startswith(clock.strftime("%H.%M "))
