"""The reference tables of places and the seed tables of programmes say what their sources say."""

import csv
import tomllib
from collections import Counter
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

import tpbis_events.places as places_package
from tpbis_events.places.countries import all_countries, colombo_plan_members, country_name, is_country, is_member
from tpbis_events.places.provinces import all_provinces, is_province, province
from tpbis_events.places.regencies import all_regencies, regencies_of, regency
from tpbis_events.places.tables import rows_of
from tpbis_events.places.zones import INDONESIAN_ZONES

PLACES = Path(places_package.__path__[0])
SEED = PLACES.parent / "programmes" / "data"
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


# Provinces and regencies


def test_there_are_38_provinces_in_the_order_of_their_codes_and_34_of_them_in_2022() -> None:
    codes = [each.code for each in all_provinces()]
    assert len(codes) == 38
    assert codes == sorted(set(codes))
    assert [each.code for each in all_provinces() if not each.in_2022] == ["93", "94", "95", "96"]


def test_bali_has_its_name_in_both_languages_and_the_zone_wita() -> None:
    bali = province("51")
    assert (bali.name("id"), bali.name("en"), bali.slug, bali.iso) == ("Bali", "Bali", "bali", "ID-BA")
    assert INDONESIAN_ZONES[bali.zone] == "WITA"
    assert province("12").name("id") == "Sumatera Utara"
    assert province("12").name("en") == "North Sumatra"


def test_a_province_that_does_not_exist_is_a_key_error() -> None:
    assert not is_province("99")
    with pytest.raises(KeyError):
        province("99")
    with pytest.raises(KeyError):
        regencies_of("99")
    with pytest.raises(KeyError):
        regency("51.99")


def test_a_name_in_a_third_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        province("51").name("fr")


def test_slugs_of_provinces_are_unique_and_the_special_regions_go_by_their_short_names() -> None:
    slugs = [each.slug for each in all_provinces()]
    assert len(set(slugs)) == 38
    assert province("34").slug == "di-yogyakarta"
    assert province("31").slug == "dki-jakarta"
    assert province("19").slug == "kepulauan-bangka-belitung"


def test_every_province_keeps_one_of_the_three_indonesian_zones() -> None:
    zones = Counter(INDONESIAN_ZONES[each.zone] for each in all_provinces())
    assert zones == {"WIB": 18, "WITA": 12, "WIT": 8}


def test_there_are_514_regencies_of_which_98_are_cities_and_each_lies_in_its_province() -> None:
    regencies = all_regencies()
    assert Counter(each.kind for each in regencies) == {"kabupaten": 416, "kota": 98}
    assert len({each.code for each in regencies}) == 514
    assert all(each.code.startswith(f"{each.province_code}.") for each in regencies)
    assert sum(len(regencies_of(each.code)) for each in all_provinces()) == 514
    assert sum(len(regencies_of(each.code, in_2022=True)) for each in all_provinces()) == 514


def test_bali_has_eight_regencies_and_the_city_of_denpasar() -> None:
    bali = regencies_of("51")
    assert [each.kind for each in bali] == ["kabupaten"] * 8 + ["kota"]
    assert regency("51.71") is bali[-1]
    assert (bali[-1].name, bali[-1].short_name) == ("Kota Denpasar", "Denpasar")


def test_papua_has_29_regencies_in_the_borders_of_2022_and_nine_today() -> None:
    assert len(regencies_of("91", in_2022=True)) == 29
    assert len(regencies_of("91")) == 9
    assert regencies_of("93", in_2022=True) == ()
    assert len(regencies_of("93")) == 4


def test_only_jakarta_has_administrative_regencies_and_there_are_six() -> None:
    assert Counter(each.province_code for each in all_regencies() if each.is_administrative) == {"31": 6}


def test_a_table_with_an_unquoted_comma_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "broken.csv").write_text("code,source\n51,Kompas, VOI\n", encoding="utf-8")
    monkeypatch.setattr("tpbis_events.places.tables.files", lambda package: tmp_path)
    with pytest.raises(ValueError, match="broken.csv, line 2: 3 cells, 2 expected"):
        rows_of("broken.csv")


# Countries


def test_the_countries_are_those_of_iso_3166_with_inhabitants_in_both_languages() -> None:
    for locale in ("id", "en"):
        codes = [each.code for each in all_countries(locale).all]
        assert len(codes) == len(set(codes)) == 249 - 6
    for code in ("EU", "UN", "ZZ", "XK", "AC", "AQ"):
        assert not is_country(code)
        with pytest.raises(KeyError):
            country_name(code, "id")


def test_the_members_of_the_colombo_plan_stand_first_and_each_group_is_sorted_in_its_own_language() -> None:
    indonesian, english = all_countries("id"), all_countries("en")
    assert len(indonesian.members) == len(english.members) == 27
    assert all(each.is_member for each in indonesian.members)
    assert not any(each.is_member for each in indonesian.others)
    assert [each.code for each in indonesian.members][:3] == [
        "AF",
        "US",
        "SA",
    ]  # Afganistan, Amerika Serikat, Arab Saudi
    assert [each.code for each in english.members][:3] == ["AF", "AU", "BD"]
    others = [each.name for each in english.others]
    assert others.index("Åland Islands") < others.index("Albania")


def test_countries_bear_the_names_that_invitations_use() -> None:
    assert (country_name("MM", "id"), country_name("MM", "en")) == ("Myanmar", "Myanmar")
    assert (country_name("LA", "id"), country_name("NZ", "id")) == ("Laos", "Selandia Baru")
    assert (country_name("PS", "id"), country_name("PS", "en")) == ("Palestina", "Palestine")
    assert (country_name("DE", "id"), country_name("DE", "en")) == ("Jerman", "Germany")


def test_a_membership_that_no_source_confirms_is_not_told_as_a_fact() -> None:
    assert is_country("CL")
    assert not is_member("CL")
    assert not is_member("DE")
    assert is_member("MM")


def test_a_member_knows_its_scripts_and_the_direction_in_which_they_run() -> None:
    members = {each.code: each for each in colombo_plan_members()}
    assert members["LK"].own_scripts == ("Sinh", "Taml")
    assert members["IN"].own_scripts == ("Deva",)
    assert (members["MV"].own_scripts, members["MV"].direction) == (("Thaa",), "rtl")
    assert [each.code for each in members.values() if each.is_host] == ["ID"]


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
    assert {row["name"]: row["date"] for row in visits if row["date"]} == {
        "Perpustakaan Mutiara Rawa Binong": "2023-11-16"
    }
    assert any(row["name"] == "Taman Mini Indonesia Indah" for row in visits)


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
