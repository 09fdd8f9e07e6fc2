"""What an applicant must tell, and what counts as well told. Pure: no database, no request, no clock.

`examine` cleans the answers and names what is wrong, field by field, by codes that every door can put into words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from tpbis_events.people.folding import folded
from tpbis_events.people.model import CIVIL_SERVANTS, Employment
from tpbis_events.places import countries, provinces, regencies
from tpbis_events.programmes.model import Origin

CONSENT_VERSION = "2026-11"
LONGEST_NAME = 200
LONGEST_SUPPORT = 1000
LONGEST_REASON = 500
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3 less the angle brackets
LONGEST_PHONE = 40
LANGUAGES = ("id", "en")
# No answer needs more. What is longer is cut before anything is done with it: to bring a long run of accents into
# one Unicode form takes time with the square of its length. What is left is still too long for every field.
LONGEST_READ = 4000
# Marks that turn the direction of text around them: harmless in no form field, and a way to disguise a name.
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Marks that nobody sees and that copying brings along: zero-width and soft breaks, the byte order mark. They are dropped.
_DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
# In addresses and numbers direction marks are dropped too: phones put them around a number that is copied.
_DROPPED_IN_NUMBERS = _DROPPED | dict.fromkeys(map(ord, _DIRECTION_MARKS))
_DROPPED_IN_NIP = _DROPPED_IN_NUMBERS | dict.fromkeys(map(ord, ".-"))
# Joiners are letters' business in Sinhala, Devanagari, Arabic and Khmer; they stay.
_JOINERS = frozenset("\u200c\u200d")
# Letters to Unicode, and nothing to the eye: the fillers of Hangul and Khmer.
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class Applicant:
    """What a person answered. Empty answers are empty strings."""

    full_name: str
    email: str = ""
    phone: str = ""
    institution: str = ""
    position: str = ""
    own_script_name: str = ""
    shared_address: bool = False  # the e-mail or phone belongs to an office, colleagues may use it too
    employment: str = ""
    nip: str = ""
    province_code: str = ""
    regency_code: str = ""
    country_code: str = ""
    support_needed: str = ""
    consent: bool = False
    language: str = "id"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a role in a session asks for: where from, whether a regency, and the province if the session has one."""

    origin: Origin
    regency_required: bool
    province_code: str | None


def examine(applicant: Applicant, asked: Asked, *, test_addresses: bool = False) -> tuple[Applicant, dict[str, str]]:
    """The answers cleaned (blanks, Unicode form, E.164, NIP without dots) and the problems: field name -> code.

    Never raises, whatever was typed; answers without problems stay the same when they are examined again.
    """
    answers = clean(applicant)
    if asked.origin is Origin.DOMESTIC:
        answers = replace(answers, country_code="ID", province_code=asked.province_code or answers.province_code)
    else:
        answers = replace(answers, province_code="", regency_code="", employment="", nip="")
    problems: dict[str, str] = {}

    def note(field: str, code: str | None) -> None:
        if code:
            problems.setdefault(field, code)

    note("full_name", problem_of_name(answers.full_name, required=True))
    note("own_script_name", problem_of_name(answers.own_script_name, required=False))
    note("institution", problem_of_text(answers.institution, required=True))
    note("position", problem_of_text(answers.position, required=True))
    note("support_needed", problem_of_text(answers.support_needed, required=False, longest=LONGEST_SUPPORT))
    email, wrong = read_email(answers.email, test_addresses=test_addresses)
    note("email", wrong)
    phone, wrong = read_phone(answers.phone, answers.country_code)
    note("phone", wrong)
    if not answers.email and not answers.phone:
        note("email", "contact.missing")
    answers = replace(answers, email=email, phone=phone)
    if asked.origin is Origin.DOMESTIC:
        problems |= _problems_of_place(answers, asked) | _problems_of_employment(answers)
    elif not countries.is_country(answers.country_code):
        note("country_code", "choice.unknown" if answers.country_code else "choice.missing")
    if answers.language not in LANGUAGES:
        note("language", "choice.unknown")
    if not answers.consent:
        note("consent", "consent.missing")
    return answers, problems


def clean(applicant: Applicant) -> Applicant:
    """The same answers in one Unicode form, with single blanks, none at the ends."""
    texts = {f.name: getattr(applicant, f.name) for f in fields(applicant)}
    texts["nip"] = "".join(applicant.nip.split())
    dropped = {"email": _DROPPED_IN_NUMBERS, "phone": _DROPPED_IN_NUMBERS, "nip": _DROPPED_IN_NIP}
    tidied: dict[str, Any] = {
        name: _tidy(value, dropped.get(name, _DROPPED)) for name, value in texts.items() if isinstance(value, str)
    }
    return replace(applicant, **tidied)


def problem_of_text(text: str, *, required: bool, longest: int = LONGEST_NAME) -> str | None:
    """Refuses an empty answer where one is needed, one that is too long, and characters that nobody can see."""
    if not text:
        return "text.missing" if required else None
    if len(text) > longest:
        return "text.too_long"
    if any(character in _DIRECTION_MARKS for character in text):
        return "text.direction_marks"
    if any(_unseen(character) for character in text):
        return "text.control_characters"
    return None


def plain(text: str, longest: int) -> str:
    """One line that both databases can keep, for words that nobody is asked to type again: a reason, a note.

    What can't be seen or kept is dropped (NUL, halves of surrogate pairs), and what is too long is cut.
    """
    seen = "".join(c for c in text[:LONGEST_READ] if c.isspace() or not _unseen(c))
    return _tidy(seen, _DROPPED)[:longest].rstrip()


def problem_of_name(name: str, *, required: bool) -> str | None:
    """A name is printed on a certificate: it has letters, and nothing that no typeface of names can print."""
    problem = problem_of_text(name, required=required)
    if problem or not name:
        return problem
    if any(unicodedata.category(c) == "So" or c in "\u20e3\ufe0f" for c in name):
        return "name.pictures"
    if not any(unicodedata.category(c).startswith("L") for c in name):
        return "name.no_letters"
    return None


def read_email(text: str, *, test_addresses: bool) -> tuple[str, str | None]:
    """One address in its normal form, or what is wrong with it; whether a server takes it is seen when mail is sent."""
    if not text:
        return "", None
    if len(text) > LONGEST_EMAIL:
        return text, "email.wrong"
    try:
        checked = validate_email(text, check_deliverability=False, strict=True, test_environment=test_addresses)
    except (EmailNotValidError, UnicodeError):
        return text, "email.wrong"
    return checked.normalized, None


def read_phone(text: str, country_code: str) -> tuple[str, str | None]:
    """A phone number as E.164 (`+628123456789`); without a country code it is one of the person's own country."""
    if not text:
        return "", None
    if len(text) > LONGEST_PHONE:
        return text, "phone.wrong"
    try:
        number = phonenumbers.parse(text, country_code or None)
    except phonenumbers.NumberParseException:
        return text, "phone.wrong"
    if not phonenumbers.is_valid_number(number):
        return text, "phone.wrong"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None


def problem_of_nip(nip: str) -> str | None:
    """A civil-servant number: 18 digits = date of birth (8), year and month of appointment (6), sex (1), serial (3).

    PPPK numbers have 21 in the place of the month. Source: Peraturan Kepala BKN 22/2007 for NIP; NI PPPK by usage.
    """
    if len(nip) != 18 or not nip.isascii() or not nip.isdigit():
        return "nip.digits"
    try:
        born = date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    except ValueError:
        return "nip.date"
    appointed, month = int(nip[8:12]), int(nip[12:14])
    if born.year < 1930 or not born.year + 15 <= appointed <= born.year + 70:
        return "nip.date"
    if not (1 <= month <= 12 or month == 21) or nip[14] not in "12":
        return "nip.digits"
    return None


def email_key(applicant: Applicant) -> str | None:
    """What makes an e-mail address one person's in an event; on an office's address the name tells colleagues apart."""
    return _key(applicant.email.casefold(), applicant)


def phone_key(applicant: Applicant) -> str | None:
    return _key(applicant.phone, applicant)


def name_key(name: str) -> str:
    """A name as search sees it: without case, accents and doubled blanks."""
    return folded(name)


def _key(contact: str, applicant: Applicant) -> str | None:
    if not contact:
        return None
    return f"{contact}|{name_key(applicant.full_name)}" if applicant.shared_address else contact


def _tidy(text: str, dropped: dict[int, None]) -> str:
    text = " ".join(text.translate(dropped).split())[:LONGEST_READ]
    return unicodedata.normalize("NFC", text)[:LONGEST_READ].strip()


def _unseen(character: str) -> bool:
    """Whether nothing of a character can be seen, kept or printed: controls, surrogates, tags, what Unicode hasn't given out."""
    if character in _JOINERS:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") or character in _UNSEEN_LETTERS


def _problems_of_place(answers: Applicant, asked: Asked) -> dict[str, str]:
    if not answers.province_code:
        return {"province_code": "choice.missing"}
    if not provinces.is_province(answers.province_code):
        return {"province_code": "choice.unknown"}
    if not answers.regency_code:
        return {"regency_code": "choice.missing"} if asked.regency_required else {}
    if not regencies.is_regency(answers.regency_code):
        return {"regency_code": "choice.unknown"}
    if regencies.regency(answers.regency_code).province_code != answers.province_code:
        return {"regency_code": "regency.elsewhere"}
    return {}


def _problems_of_employment(answers: Applicant) -> dict[str, str]:
    if not answers.employment:
        return {"employment": "choice.missing"}
    if answers.employment not in set(Employment):
        return {"employment": "choice.unknown"}
    if answers.employment not in CIVIL_SERVANTS:
        return {"nip": "nip.not_asked"} if answers.nip else {}
    problem = problem_of_nip(answers.nip) if answers.nip else "nip.missing"
    return {"nip": problem} if problem else {}
