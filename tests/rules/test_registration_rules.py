"""What an applicant must tell, and what counts as well told."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.builders import BUDI
from tpbis_events.programmes.model import Origin
from tpbis_events.registrations.rules import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_SUPPORT,
    Applicant,
    Asked,
    email_key,
    examine,
    name_key,
    phone_key,
    plain,
    problem_of_nip,
)

IN_BALI = Asked(Origin.DOMESTIC, False, "51")
ANYWHERE = Asked(Origin.DOMESTIC, True, None)
FROM_ABROAD = Asked(Origin.INTERNATIONAL, False, None)
LAO = replace(BUDI, full_name="Somphone Vongsa", own_script_name="ສົມພອນ ວົງສາ", phone="", country_code="LA")


def problems_of(asked: Asked = IN_BALI, **changes: object) -> dict[str, str]:
    return examine(replace(BUDI, **changes), asked, test_addresses=True)[1]  # type: ignore[arg-type]


def cleaned(asked: Asked = IN_BALI, **changes: object) -> Applicant:
    answers, problems = examine(replace(BUDI, **changes), asked, test_addresses=True)  # type: ignore[arg-type]
    assert problems == {}
    return answers


# Names and texts


@pytest.mark.parametrize(
    "name",
    [
        "Sri",
        "D'Angelo O’Brien-Nasution, S.Sos., M.I.Kom.",
        'Nyoman "Jro" Gede',
        "<b>Budi</b> & Sons",
        "{{ 7 * 7 }} Budi",
        "=SUM(A1) Budi",
        "ශ්‍රී ලංකා",  # the joiner makes the letter: ශ්‍රී
        "ສົມພອນ ວົງສາ",
        "မောင်မောင်",
        "Nguyễn Thị Ánh",
        "ꦱꦿꦶ ꦮꦲꦾꦸ",
        "عبد الرحمن",
        "R. A. Kartini 2",
    ],
)
def test_a_name_is_kept_as_it_was_written(name: str) -> None:
    assert cleaned(full_name=name, own_script_name=name).full_name == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "text.missing"),
        (" \t\u00a0\u200b", "text.missing"),
        ("12345", "name.no_letters"),
        ("\u200d\u200c", "name.no_letters"),
        ("Budi 😀", "name.pictures"),
        ("Budi 1\ufe0f\u20e3", "name.pictures"),
        ("Budi ☎", "name.pictures"),
        ("Budi \u202eitnaS", "text.direction_marks"),
        ("Budi \u2067Santi\u2069", "text.direction_marks"),
        ("Budi\u200f", "text.direction_marks"),
        ("Budi\x00Santoso", "text.control_characters"),
        ("Budi\x07", "text.control_characters"),
        ("Budi \ud83d", "text.control_characters"),
        ("Budi \U000e0041\U000e0042", "text.control_characters"),
        ("Budi \ue000", "text.control_characters"),
        ("\u3164", "text.control_characters"),
        ("a" * (LONGEST_NAME + 1), "text.too_long"),
    ],
)
def test_a_name_that_cannot_be_printed_is_refused(name: str, code: str) -> None:
    assert problems_of(full_name=name) == {"full_name": code}
    assert problems_of(own_script_name=name) == ({"own_script_name": code} if code != "text.missing" else {})


def test_a_name_may_have_200_letters_and_a_support_request_1000() -> None:
    assert problems_of(full_name="a" * LONGEST_NAME, institution="b" * LONGEST_NAME, position="c" * LONGEST_NAME) == {}
    assert problems_of(support_needed="a" * LONGEST_SUPPORT) == {}
    too_long = problems_of(institution="b" * 201, position="c" * 201, support_needed="a" * 1001)
    assert too_long == dict.fromkeys(("institution", "position", "support_needed"), "text.too_long")


def test_blanks_and_accents_are_brought_into_one_form_and_unseen_marks_dropped() -> None:
    assert cleaned(full_name="  Jose\u0301 \n\u00a0 Budi\u200b\u00ad\ufeff ").full_name == "Jos\u00e9 Budi"


def test_a_very_long_answer_is_refused_in_no_time() -> None:
    """Half a megabyte of accents out of order took a minute to bring into one form."""
    accents = "a" + "\u0301\u0327" * 250_000
    began = time.process_time()
    problems = problems_of(full_name=accents, institution=accents, position=accents, support_needed=accents)
    problems |= problems_of(email=accents, phone=accents)
    name_key(accents)
    assert time.process_time() - began < 10  # seconds of its own work
    assert set(problems) == {"full_name", "institution", "position", "support_needed", "email", "phone"}


def test_blanks_cannot_hide_that_an_answer_was_cut() -> None:
    assert problems_of(full_name="Budi" + " " * 10_000 + "a" * 10_000) == {"full_name": "text.too_long"}
    assert cleaned(full_name="Budi" + " " * 10_000 + "Santoso").full_name == "Budi Santoso"


# E-mail and phone


def test_an_applicant_gives_an_email_address_or_a_phone_number() -> None:
    assert problems_of(email="", phone="") == {"email": "contact.missing"}
    assert problems_of(email="") == {}
    assert problems_of(phone="") == {}


@pytest.mark.parametrize(
    "address",
    [
        "budi",
        "budi@",
        "@example.id",
        "a b@example.id",
        "budi@example",
        "budi@example..id",
        "a@b@example.id",
        "budi@exa\x00mple.id",
        "budi@\ud800.id",
        "b\ud800@example.id",
        "budi@example.id\nBcc: all@example.id",
        "<b>@example.id",
        "a" * 65 + "@example.id",
        "a" * LONGEST_EMAIL + "@example.id",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert problems_of(email=address) == {"email": "email.wrong"}


def test_an_address_is_one_address_in_whatever_case_it_is_typed() -> None:
    answers = cleaned(email=" Budi.Santoso@EXAMPLE.ID\u200b ")
    assert answers.email == "Budi.Santoso@example.id"
    assert email_key(answers) == email_key(cleaned(email="budi.santoso@example.id"))


@pytest.mark.parametrize(
    "number",
    [
        "081234567890",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "62 812 3456 7890",
        "(0812) 3456.7890",
        "\u202a+62 812-3456-7890\u202c",
    ],
)
def test_a_phone_number_is_one_number_however_it_is_typed(number: str) -> None:
    assert cleaned(phone=number).phone == "+6281234567890"


@pytest.mark.parametrize(
    "number", ["0812", "abc", "+62", "+", "0" * 50, "+999123456789", "0812345678901234567", "\x00", "\ud800", ";ext=1"]
)
def test_what_is_no_phone_number_is_refused(number: str) -> None:
    assert problems_of(phone=number) == {"phone": "phone.wrong"}


def test_a_number_without_country_code_is_one_of_the_applicants_own_country() -> None:
    assert examine(replace(LAO, phone="020 5555 1234"), FROM_ABROAD, test_addresses=True)[0].phone == "+8562055551234"
    assert cleaned(phone="081234567890", country_code="US").phone == "+6281234567890"  # a domestic role: Indonesia
    _abroad, problems = examine(replace(LAO, phone="020 5555 1234", country_code=""), FROM_ABROAD, test_addresses=True)
    assert problems == {"phone": "phone.wrong", "country_code": "choice.missing"}


def test_colleagues_at_one_office_are_told_apart_by_their_names() -> None:
    shared = cleaned(shared_address=True)
    colleague = cleaned(shared_address=True, full_name="Wayan")
    same = cleaned(shared_address=True, full_name=" BUDI  santoso ")
    assert email_key(shared) == email_key(same) != email_key(colleague)
    assert phone_key(shared) == phone_key(same) != phone_key(colleague)


# NIP


@pytest.mark.parametrize(
    "nip", ["198501152010012003", "198501152010121003", "199002282022211007", "200002292022031001"]
)
def test_a_nip_is_18_digits_with_dates_that_exist(nip: str) -> None:
    assert problem_of_nip(nip) is None


@pytest.mark.parametrize(
    ("nip", "code"),
    [
        ("", "nip.digits"),
        ("19850115201001200", "nip.digits"),
        ("1985011520100120031", "nip.digits"),
        ("19850115201001200x", "nip.digits"),
        ("١٩٨٥٠١١٥٢٠١٠٠١٢٠٠٣", "nip.digits"),
        ("198502302010012003", "nip.date"),
        ("198513012010012003", "nip.date"),
        ("000000002010012003", "nip.date"),
        ("198501151985012003", "nip.date"),
        ("198501152090012003", "nip.date"),
        ("198501152010132003", "nip.digits"),
        ("198501152010002003", "nip.digits"),
        ("198501152010222003", "nip.digits"),
        ("198501152010013003", "nip.digits"),
    ],
)
def test_a_nip_with_a_wrong_length_letter_or_date_is_refused(nip: str, code: str) -> None:
    assert problem_of_nip(nip) == code


def test_a_nip_is_asked_of_civil_servants_alone() -> None:
    assert problems_of(employment="pns") == {"nip": "nip.missing"}
    assert problems_of(employment="pppk", nip="1990 0228-2022.21 1 007") == {}
    assert cleaned(employment="pns", nip="19850115 201001 2 003").nip == "198501152010012003"
    assert problems_of(employment="community", nip="198501152010012003") == {"nip": "nip.not_asked"}
    assert problems_of(employment="") == {"employment": "choice.missing"}
    assert problems_of(employment="king\x00") == {"employment": "choice.unknown"}


# Where from


def test_a_session_of_a_province_takes_its_own_province_whatever_was_sent() -> None:
    assert cleaned(province_code="11").province_code == "51"


def test_a_regency_is_one_of_the_province() -> None:
    assert problems_of(ANYWHERE) == {"province_code": "choice.missing"}
    assert problems_of(ANYWHERE, province_code="99") == {"province_code": "choice.unknown"}
    assert problems_of(ANYWHERE, province_code="51") == {"regency_code": "choice.missing"}
    assert problems_of(ANYWHERE, province_code="51", regency_code="\x00") == {"regency_code": "choice.unknown"}
    assert problems_of(ANYWHERE, province_code="51", regency_code="11.01") == {"regency_code": "regency.elsewhere"}
    assert problems_of(ANYWHERE, province_code="51", regency_code="51.01") == {}


def test_those_from_abroad_name_their_country_and_nothing_indonesian_is_kept() -> None:
    answers, problems = examine(
        replace(LAO, nip="198501152010012003", province_code="51", regency_code="51.01"),
        FROM_ABROAD,
        test_addresses=True,
    )
    assert problems == {}
    assert (answers.employment, answers.nip, answers.province_code, answers.regency_code) == ("", "", "", "")
    assert examine(replace(LAO, country_code="Q\x00"), FROM_ABROAD, test_addresses=True)[1] == {
        "country_code": "choice.unknown"
    }


def test_nobody_is_registered_without_consent_or_in_a_language_that_we_do_not_write() -> None:
    assert problems_of(consent=False) == {"consent": "consent.missing"}
    assert problems_of(language="klingon") == {"language": "choice.unknown"}


def test_a_reason_is_one_line_that_every_database_keeps() -> None:
    assert plain("  sakit\x00\n \ud800dan\tlelah\u202e ", 500) == "sakit dan lelah"
    assert plain("<b>sakit</b> & 'lelah' 😀", 500) == "<b>sakit</b> & 'lelah' 😀"
    assert plain("a" * 300 + " " + "b" * 300, 301) == "a" * 300


# Anything at all

# Any code point, halves of surrogate pairs too; and pieces that belong together rarely enough to be met by chance.
ANY = st.text(st.characters(), max_size=60)
PIECES = st.lists(
    st.sampled_from(
        [
            "Budi",
            " ",
            "\u00a0",
            "\u0301",
            "\u0327",
            "ශ්‍රී",
            "\u200d",
            "\u200b",
            "@",
            ".",
            "example.id",
            "xn--",
            "+62",
            "0812",
            "ı",
            "ß",
            "İ",
            "\u1e9e",
            "ﷺ",
            "\u0958",
            "|",
            '"',
            "ΐ",
            "\u202a",
            "-",
            "\u2126",
            ";ext=",
            "1",
            "😀",
        ]
    ),
    max_size=12,
).map("".join)
TEXTS = st.one_of(ANY, PIECES)
APPLICANTS = st.builds(
    Applicant,
    full_name=TEXTS,
    email=st.one_of(TEXTS, st.emails(), st.builds("{}@{}.id".format, PIECES, PIECES)),
    phone=st.one_of(TEXTS, st.from_regex(r"\+?[0-9 ()-]{5,18}", fullmatch=True)),
    institution=TEXTS,
    position=TEXTS,
    own_script_name=TEXTS,
    shared_address=st.booleans(),
    employment=st.one_of(st.sampled_from(["", "pns", "pppk", "community"]), ANY),
    nip=st.one_of(st.just(""), TEXTS, st.from_regex(r"19[89]\d[01]\d[012]\d20[12]\d(0\d|21)[12]\d{3}", fullmatch=True)),
    province_code=st.one_of(st.sampled_from(["", "51", "11"]), ANY),
    regency_code=st.one_of(st.sampled_from(["", "51.01", "11.01"]), ANY),
    country_code=st.one_of(st.sampled_from(["", "ID", "LA", "001"]), ANY),
    support_needed=TEXTS,
    consent=st.booleans(),
    language=st.sampled_from(["id", "en"]),
)


@settings(max_examples=400, deadline=None)
@given(APPLICANTS, st.sampled_from([IN_BALI, ANYWHERE, FROM_ABROAD]))
@example(replace(BUDI, nip="A.\u0300"), IN_BALI)
def test_whatever_is_typed_is_answered_and_what_was_cleaned_stays_as_it_is(applicant: Applicant, asked: Asked) -> None:
    answers, problems = examine(applicant, asked, test_addresses=True)
    again, problems_again = examine(answers, asked, test_addresses=True)
    assert (again, problems_again) == (answers, problems)
    for key in (email_key(answers), phone_key(answers), name_key(answers.full_name)):
        assert key is None or isinstance(key, str)


@settings(max_examples=300, deadline=None)
@given(APPLICANTS, st.sampled_from([IN_BALI, ANYWHERE, FROM_ABROAD]))
def test_answers_without_a_problem_fit_into_the_database(applicant: Applicant, asked: Asked) -> None:
    good = replace(applicant, full_name=applicant.full_name or "A", institution="B", position="C", consent=True)
    answers, problems = examine(good, asked, test_addresses=True)
    for name in ("full_name", "own_script_name", "email", "phone", "support_needed"):
        kept = getattr(answers, name)
        if name not in problems:
            assert "\x00" not in kept
            kept.encode()  # halves of surrogate pairs can't be
            assert len(kept) <= {"email": 320, "phone": 20, "support_needed": LONGEST_SUPPORT}.get(name, LONGEST_NAME)
    if "email" not in problems:
        assert len(email_key(answers) or "") <= 540
    if "phone" not in problems:
        assert len(phone_key(answers) or "") <= 240
