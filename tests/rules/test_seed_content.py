"""The content that the product begins with says what its sources say, and how sure they are."""

import csv
import tomllib
from collections import Counter
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

import tpbis_events.places as places_package
from tpbis_events.places.countries import is_member
from tpbis_events.places.provinces import is_province, province
from tpbis_events.places.regencies import regency

SEED = Path(places_package.__path__[0]).parent / "programmes" / "data"
STATUSES = {"reported", "partly", "assumed", "unknown"}


def seed_rows(name: str) -> list[dict[str, str]]:
    """Read one seed table; a row whose cells do not match the header fails here."""
    with (SEED / name).open(encoding="utf-8", newline="") as lines:
        header, *body = csv.reader(lines)
    assert all(len(cells) == len(header) for cells in body), f"{name} has a row with too few or too many cells"
    return [dict(zip(header, cells, strict=True)) for cells in body]


def seed_document(name: str) -> dict[str, Any]:
    return tomllib.loads((SEED / name).read_text(encoding="utf-8"))


def the_event(slug: str) -> dict[str, Any]:
    (event,) = [each for each in seed_document("events.toml")["event"] if each["slug"] == slug]
    return dict(event)


# SHM Provinsi 2023


def test_shm_2023_has_33_sessions_in_four_waves_of_eight_eight_eight_and_nine() -> None:
    schedule = seed_rows("shm_2023_schedule.csv")
    assert Counter(row["wave"] for row in schedule) == {"1": 8, "2": 8, "3": 8, "4": 9}
    assert len({row["province_code"] for row in schedule}) == 33
    assert all(province(row["province_code"]).in_2022 for row in schedule)


def test_every_session_of_shm_2023_keeps_the_zone_and_the_slug_of_its_province() -> None:
    for row in seed_rows("shm_2023_schedule.csv"):
        home = province(row["province_code"])
        assert (row["zone"], row["slug"]) == (home.zone, home.slug)


def test_every_session_of_shm_2023_lies_within_the_event_and_within_its_wave() -> None:
    event = the_event("shm-provinsi-2023")
    assert (event["first_day"], event["last_day"]) == (date(2023, 7, 26), date(2023, 8, 10))
    waves = {str(wave["number"]): wave for wave in event["wave"]}
    for row in seed_rows("shm_2023_schedule.csv"):
        wave = waves[row["wave"]]
        assert event["first_day"] <= wave["first_day"] <= date.fromisoformat(row["date"]) <= wave["last_day"]
        assert wave["last_day"] <= event["last_day"]
        assert time.fromisoformat(row["starts"]) < time.fromisoformat(row["ends"])


def test_every_fact_of_the_schedule_says_how_sure_it_is() -> None:
    schedule = seed_rows("shm_2023_schedule.csv")
    for row in schedule:
        assert {row[name] for name in row if name.endswith("_status")} <= STATUSES
        assert bool(row["venue"]) == (row["venue_status"] != "unknown")
        assert row["source"]
    assert Counter(row["date_status"] for row in schedule) == {"reported": 11, "partly": 1, "assumed": 21}
    assert {row["hours_status"] for row in schedule} == {"assumed"}


def test_the_meeting_of_north_sumatra_was_in_medan_on_tuesday_8_august() -> None:
    (medan,) = [row for row in seed_rows("shm_2023_schedule.csv") if row["slug"] == "sumatera-utara"]
    assert (medan["city"], medan["date"], medan["date_status"]) == ("Medan", "2023-08-08", "reported")
    assert date.fromisoformat(medan["date"]).strftime("%A") == "Tuesday"


def test_a_session_of_shm_has_30_seats_over_eight_roles() -> None:
    roles = seed_rows("shm_roles.csv")
    assert [int(role["quota"]) for role in roles] == [5, 18, 2, 1, 1, 1, 1, 1]
    assert len({role["slug"] for role in roles}) == 8
    assert {role["origin"] for role in roles} == {"domestic"}
    assert all(role["name_id"] and role["name_en"] for role in roles)


# KSP 2023


def test_ksp_2023_has_eight_seats_for_delegates_and_ten_for_indonesian_regions() -> None:
    event = the_event("ksp-2023")
    assert (event["first_day"], event["last_day"]) == (date(2023, 11, 13), date(2023, 11, 17))
    roles = {role["slug"]: (role["quota"], role["origin"]) for role in event["role"]}
    assert roles == {"delegasi-negara-anggota": (8, "international"), "peserta-daerah": (10, "domestic")}


def test_ksp_2023_had_six_countries_of_the_colombo_plan_of_which_myanmar_came_late() -> None:
    countries = seed_rows("ksp_2023_countries.csv")
    assert {row["code"] for row in countries} == {"LA", "LK", "MM", "MY", "NP", "VN"}
    assert all(is_member(row["code"]) and row["actual"] == "1" for row in countries)
    assert [row["code"] for row in countries if row["planned"] == "0"] == ["MM"]


def test_ksp_2023_had_ten_indonesian_regions_and_says_where_a_region_is_not_sure() -> None:
    regions = seed_rows("ksp_2023_regions.csv")
    assert len({row["name"] for row in regions}) == 10
    for row in regions:
        assert is_province(row["province_code"])
        if row["regency_code"]:
            assert regency(row["regency_code"]).province_code == row["province_code"]
            assert (regency(row["regency_code"]).kind, regency(row["regency_code"]).short_name) == (
                row["level"],
                row["name"],
            )
    (sukabumi,) = [row for row in regions if row["name"] == "Sukabumi"]
    assert (sukabumi["level"], sukabumi["regency_code"]) == ("unknown", "")


def test_only_the_visit_to_mutiara_rawa_binong_has_a_date() -> None:
    visits = seed_rows("ksp_2023_visits.csv")
    assert {row["name_id"]: row["date"] for row in visits if row["date"]} == {
        "Perpustakaan Mutiara Rawa Binong": "2023-11-16"
    }
    assert any(row["name_id"] == "Taman Mini Indonesia Indah" for row in visits)


# Both programmes


@pytest.mark.parametrize(("name", "days"), [("shm_agenda.csv", 1), ("ksp_2023_agenda.csv", 5)])
def test_an_agenda_goes_forward_in_time_and_has_both_languages(name: str, days: int) -> None:
    kinds = {"registration", "ceremony", "talk", "discussion", "break", "visit", "evaluation"}
    rows = seed_rows(name)
    assert {int(row["day_number"]) for row in rows} == set(range(1, days + 1))
    starts = [(int(row["day_number"]), time.fromisoformat(row["starts"])) for row in rows]
    assert starts == sorted(set(starts))
    for row in rows:
        assert row["kind"] in kinds
        assert row["status"] in STATUSES
        assert row["title_id"] and row["title_en"] and " / " not in row["title_id"] + row["title_en"]
        assert not row["ends"] or time.fromisoformat(row["starts"]) < time.fromisoformat(row["ends"])


def test_a_day_of_shm_is_worth_seven_jp_of_45_minutes() -> None:
    rows = seed_rows("shm_agenda.csv")
    assert sum(int(row["jp"]) for row in rows) == 7
    for row in rows:
        minutes = _minutes(row["ends"]) - _minutes(row["starts"])
        assert int(row["jp"]) * 45 in {0, minutes}


def _minutes(clock: str) -> int:
    return time.fromisoformat(clock).hour * 60 + time.fromisoformat(clock).minute


def test_events_belong_to_a_programme_name_files_that_exist_and_have_both_languages() -> None:
    programmes = seed_document("programmes.toml")["programme"]
    assert [each["slug"] for each in programmes] == ["shm", "ksp"]
    for event in seed_document("events.toml")["event"]:
        assert event["programme"] in {"shm", "ksp"}
        assert all((SEED / file).is_file() for file in event["files"].values())
        assert_both_languages(event)
    for programme in programmes:
        assert_both_languages(programme)


def assert_both_languages(texts: dict[str, Any]) -> None:
    """Every text of these records and of the records within comes in Indonesian and English, neither of them empty."""
    for key, value in texts.items():
        if key.endswith("_id"):
            assert value and texts[key.removesuffix("_id") + "_en"], key
        if key.endswith("_en"):
            assert value and texts[key.removesuffix("_en") + "_id"], key
        for record in value if isinstance(value, list) else []:
            if isinstance(record, dict):
                assert_both_languages(record)


def test_a_figure_is_shown_with_its_date_and_source_or_not_at_all() -> None:
    figures = seed_rows("figures.csv")
    shown = [row for row in figures if row["shown"] == "1"]
    assert 6 <= len(shown) <= 8
    assert all(row["as_of_id"] and row["as_of_en"] and row["source"] for row in shown)
    assert len({row["key"] for row in figures}) == len(figures)
    assert [int(row["sort"]) for row in figures] == sorted({int(row["sort"]) for row in figures})


def test_the_figure_that_fits_no_other_source_is_nowhere_among_the_figures() -> None:
    assert "3985" not in {row["value"] for row in seed_rows("figures.csv")}


def test_of_a_figure_with_several_dates_only_the_newest_is_shown() -> None:
    shown = {row["key"]: row["value"] for row in seed_rows("figures.csv") if row["shown"] == "1"}
    assert shown["villages"] == "2396"
    assert not {"1696", "1205", "1396", "2133918"} & set(shown.values())
