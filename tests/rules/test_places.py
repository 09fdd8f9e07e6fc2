"""The reference tables of places say what their sources say."""

from collections import Counter
from pathlib import Path

import pytest

from tpbis_events.places.countries import all_countries, colombo_plan_members, country_name, is_country, is_member
from tpbis_events.places.provinces import all_provinces, is_province, province
from tpbis_events.places.regencies import all_regencies, regencies_of, regency
from tpbis_events.places.tables import rows_of
from tpbis_events.places.zones import INDONESIAN_ZONES

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
