"""Who somebody in a video call is, by address and name: sure is one whole name or one address; ties go to the hand."""

from __future__ import annotations

import pytest

from tpbis_events.attendance.display_names import Parts, likeness, parts_of, spellings_of
from tpbis_events.attendance.meeting_list import Visit
from tpbis_events.attendance.meeting_match import By, Expected, Match, matches_of

WIRAWAN = "Dr. I Made Wirawan, S.Pd., M.Hum."
NAMES = (
    WIRAWAN,
    "Ni Luh Putu Sari Dewi",
    "Ni Made Sari",
    "I Made Sari",
    "Suparman",
    "Siti Aminah",
    "Siti Aminah, S.Pd.",
    "Sari",
    "Muhammad Yusuf",
    "H. Abdul Rahman, S.Sos.",
    "Djoko Soekamto",
    "Drs. Ketut Suardana, M.Si.",
)
PEOPLE = tuple(Expected(f"R{n:02}", name, "", f"orang{n}@contoh.id", 1) for n, name in enumerate(NAMES))


def match(name: str, email: str = "", people: tuple[Expected, ...] = PEOPLE) -> Match:
    return matches_of([Visit(name, email)], people, place="Denpasar Bali")[0]


def sure(name: str, email: str = "") -> str | None:
    found = match(name, email).sure
    return found.full_name if found else None


def perhaps(name: str, email: str = "") -> list[str]:
    return [candidate.person.full_name for candidate in match(name, email).candidates]


@pytest.mark.parametrize(
    ("name", "words", "sex"),
    [
        (WIRAWAN, ("made", "wirawan"), "man"),
        ("Ni Luh Sari", ("luh", "sari"), "woman"),
        ("Prof. Dr. H. Abdul Rahman, S.Ag., M.Pd.I", ("abdul", "rahman"), ""),
        ("Rahman S.I.Pust", ("rahman",), ""),
        ("Suparman", ("suparman",), ""),
        ("A.A. Gede Raka", ("a", "gede", "raka"), ""),
        ("Moh. Djoko Soekamto", ("muhammad", "joko", "sukamto"), ""),
        ("Nyí Kadek AYU", ("nyi", "kadek", "ayu"), ""),
        ("IPAD-Made", ("made",), ""),
        ("MadeWirawan", ("made", "wirawan"), ""),
        ("Galaxy A52", ("a52",), ""),
        ("", (), ""),
    ],
)
def test_titles_devices_and_old_spellings_are_no_part_of_a_name(name: str, words: tuple[str, ...], sex: str) -> None:
    assert parts_of(name) == Parts(words, sex)


def test_what_stands_in_brackets_or_behind_a_dash_is_tried_as_a_name_of_its_own() -> None:
    assert Parts(("made", "wirawan"), "man") in spellings_of("HP kantor (I Made Wirawan)")
    assert spellings_of("Made - Perpus Bali", noise=frozenset({"bali"}))[0] == Parts(("made",))
    assert spellings_of("iPad (2)") == ()


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Made Wirawan", WIRAWAN),
        ("12_I MADE WIRAWAN_Denpasar", WIRAWAN),
        ("ipad kantor (I Made Wirawan, S.Pd)", WIRAWAN),
        ("Moh. Yusuf", "Muhammad Yusuf"),
        ("Joko Sukamto", "Djoko Soekamto"),
        ("KETUT SUARDANA", "Drs. Ketut Suardana, M.Si."),
        ("Suparman", "Suparman"),
        ("Ni Made Sari", "Ni Made Sari"),
    ],
)
def test_a_whole_name_of_one_person_is_sure(shown: str, name: str) -> None:
    assert sure(shown) == name
    assert match(shown).by is By.NAME


def test_two_of_one_name_and_a_name_that_others_share_go_to_the_hand() -> None:
    assert perhaps("Siti Aminah") == ["Siti Aminah", "Siti Aminah, S.Pd."]
    assert perhaps("Made Sari")[:2] == ["I Made Sari", "Ni Made Sari"]
    assert perhaps("Sari")[0] == "Sari", "Ni Luh may have left the rest out"
    assert [sure(each) for each in ("Siti Aminah", "Made Sari", "Sari")] == [None] * 3


@pytest.mark.parametrize("shown", ["IPAD-Made", "Made - Perpus Bali", "M Yusuf", "Abdul Rachman", "Luh Putu Sari"])
def test_a_part_of_a_name_is_never_sure_and_names_who_it_may_be(shown: str) -> None:
    assert sure(shown) is None
    assert perhaps(shown)


def test_the_likeliest_stands_first_and_a_device_is_nobody() -> None:
    assert perhaps("Wirawan Made")[0] == WIRAWAN
    assert perhaps("Abdul Rachman")[0] == "H. Abdul Rahman, S.Sos."
    assert perhaps("Galaxy A52") == perhaps("zoom user") == []


def test_an_address_that_one_person_has_is_sure_whatever_the_name() -> None:
    found = match("HP Ibu", "orang4@contoh.id")
    assert found.sure and found.sure.full_name == "Suparman"
    assert found.by is By.EMAIL
    assert sure("Siti Aminah", "orang6@contoh.id") == "Siti Aminah, S.Pd.", "the address tells the two apart"


def test_an_address_that_says_one_and_a_name_that_says_another_go_to_the_hand() -> None:
    assert sure("Djoko Soekamto", "orang4@contoh.id") is None
    assert set(perhaps("Djoko Soekamto", "orang4@contoh.id")) == {"Djoko Soekamto", "Suparman"}


def test_an_address_of_a_whole_office_needs_the_name_as_well() -> None:
    office = tuple(Expected(f"K{n}", name, "", "dinas@contoh.id", 1) for n, name in enumerate(NAMES[:3]))
    named = match("Made Wirawan", "dinas@contoh.id", office)
    unnamed = match("Dinas Perpustakaan", "dinas@contoh.id", office)
    assert named.sure and named.sure.full_name == WIRAWAN
    assert unnamed.sure is None and len(unnamed.candidates) == 3


def test_a_man_and_a_woman_of_the_same_words_are_not_the_same() -> None:
    weights: dict[str, float] = {}
    assert likeness(parts_of("Ni Made Sari"), parts_of("I Made Sari"), weights) == 0.5
    assert likeness(parts_of("Ni Made Sari"), parts_of("Made Sari"), weights) == 1


def test_a_name_in_its_own_script_is_found_too() -> None:
    lao = (Expected("L1", "Somchai Vongsa", "ສົມໄຊ ວົງສາ", "", 1),)
    assert match("ສົມໄຊ ວົງສາ", people=lao).sure == lao[0]
