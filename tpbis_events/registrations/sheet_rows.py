"""What the columns of a roster sheet mean: a row of text becomes a person to register, or names what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tpbis_events.people.model import Employment
from tpbis_events.places import countries, regencies
from tpbis_events.programmes.model import Role
from tpbis_events.registrations.register_batch import Problem, Row
from tpbis_events.registrations.rules import Applicant, name_key
from tpbis_events.registrations.sheet import BadSheet, Cell, Sheet

# Field -> the headings that are understood, the template's own first; matched without case, accents and signs.
HEADINGS: dict[str, tuple[str, ...]] = {
    "role": ("Peran", "Role", "Peran SHM", "SHM role"),
    "full_name": ("Nama lengkap", "Full name", "Nama", "Name", "Nama lengkap (untuk sertifikat)"),
    "own_script_name": ("Nama dalam aksara asli", "Name in own script"),
    "institution": ("Instansi", "Institution", "Instansi atau komunitas", "Lembaga", "Unit kerja"),
    "position": ("Jabatan", "Position"),
    "employment": ("Status kepegawaian", "Employment status", "Status pegawai", "Status"),
    "nip": ("NIP", "NIP / NI PPPK", "NIP/NI PPPK", "NIP / NI PPPK (18 digit)"),
    "regency_code": ("Kabupaten/kota", "Regency or city", "Kabupaten", "Kota", "Kab/kota", "Regency"),
    "country_code": ("Negara", "Country"),
    "email": ("Surel", "E-mail", "Email", "E-mail address", "Alamat surel"),
    "phone": ("Nomor WhatsApp", "Phone", "Nomor HP/WhatsApp", "Nomor HP", "No HP", "Telepon", "WhatsApp"),
    "support_needed": ("Dukungan yang diperlukan", "Support needed"),
}
REQUIRED = ("role", "full_name")
_EMPLOYMENTS: dict[str, Employment] = {
    "pns": Employment.PNS,
    "civil servant": Employment.PNS,
    "pppk": Employment.PPPK,
    "non asn": Employment.NON_ASN,
    "honorer": Employment.NON_ASN,
    "perangkat desa": Employment.VILLAGE_OFFICIAL,
    "village official": Employment.VILLAGE_OFFICIAL,
    "masyarakat": Employment.COMMUNITY,
    "komunitas": Employment.COMMUNITY,
    "community": Employment.COMMUNITY,
    "umum": Employment.COMMUNITY,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a sheet: field -> text as it stands there, and the fields whose number lost digits."""

    line: int
    texts: Mapping[str, str]
    lost_digits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    lines: tuple[Told, ...]
    unknown: tuple[str, ...]  # headings that nothing is known of; their columns are left out


def table_of(sheet: Sheet) -> Table:
    """The lines of a sheet by fields. Refuses one that has no column for the role or the name."""
    fields = [_field_of(heading) for heading in sheet.header]
    missing = [field for field in REQUIRED if field not in fields]
    if missing:
        raise BadSheet("sheet.no_column", column=" / ".join(HEADINGS[missing[0]][:2]))
    lines = tuple(_told(line.number, fields, line.cells) for line in sheet.lines)
    unknown = tuple(text for text, field in zip(sheet.header, fields, strict=True) if text and field is None)
    return Table(lines, unknown)


def rows_of(
    lines: Iterable[Told], roles: Sequence[Role], *, language: str, consent: bool
) -> tuple[list[Row], list[Problem]]:
    """The persons to register, and what is wrong with the other lines: a role, regency or country that there isn't, and
    numbers that lost their digits. What a person's answers must be is asked by `rules.examine` later.
    """
    by_name = {name_key(name): role for role in roles for name in (role.name_id, role.name_en, role.slug)}
    rows: list[Row] = []
    problems: list[Problem] = []
    for told in lines:
        wrong = [Problem(told.line, field, "number.lost_digits") for field in told.lost_digits]
        role = by_name.get(name_key(told.texts.get("role", "")))
        if role is None:
            wrong.append(Problem(told.line, "role", "choice.unknown" if told.texts.get("role") else "choice.missing"))
        codes, unknown = _codes(told)
        problems += wrong + unknown
        if role and not wrong and not unknown:
            rows.append(Row(told.line, role.id, _applicant({**told.texts, **codes}, language, consent)))
    return rows, problems


def _told(number: int, fields: Sequence[str | None], cells: Sequence[Cell]) -> Told:
    texts: dict[str, str] = {}
    lost: list[str] = []
    for field, cell in zip(fields, cells, strict=False):
        if field and cell.text and field not in texts:
            texts[field] = cell.text
            if cell.lost_digits and field in ("nip", "phone"):
                lost.append(field)
    return Told(number, texts, tuple(lost))


def _codes(told: Told) -> tuple[dict[str, str], list[Problem]]:
    """Regency, country and employment as codes; they may stand there by name or by code."""
    codes: dict[str, str] = {}
    problems: list[Problem] = []
    known = {"regency_code": _regency, "country_code": _country, "employment": _employment}
    for field, find in known.items():
        text = told.texts.get(field, "")
        code = find(text) if text else ""
        if code is None:
            problems.append(Problem(told.line, field, "choice.unknown"))
        else:
            codes[field] = code
    return codes, problems


def _applicant(texts: Mapping[str, str], language: str, consent: bool) -> Applicant:
    kept = {field: texts.get(field, "") for field in HEADINGS if field != "role"}
    return Applicant(**kept, consent=consent, language=language)  # type: ignore[arg-type]


def _field_of(heading: str) -> str | None:
    return _fields().get(_plain(heading.rstrip("*: ")))


@cache
def _fields() -> Mapping[str, str]:
    return {_plain(heading): field for field, headings in HEADINGS.items() for heading in headings}


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name_key(text)).split())


def _regency(text: str) -> str | None:
    if regencies.is_regency(text):
        return text
    found = _regencies().get(_plain(text), ())
    return found[0] if len(found) == 1 else None


@cache
def _regencies() -> Mapping[str, tuple[str, ...]]:
    """Names, whole and short, with the codes that bear them: "Bandung" alone is both a kabupaten and a kota."""
    names: dict[str, tuple[str, ...]] = {}
    for each in regencies.all_regencies():
        for name in {_plain(each.name), _plain(each.short_name), _plain(each.name.replace("Kabupaten", "Kab."))}:
            names[name] = (*names.get(name, ()), each.code)
    return names


def _country(text: str) -> str | None:
    if countries.is_country(text.upper()):
        return text.upper()
    return _countries().get(_plain(text))


@cache
def _countries() -> Mapping[str, str]:
    lists = [countries.all_countries(language) for language in ("id", "en")]
    return {_plain(each.name): each.code for both in lists for each in (*both.members, *both.others)}


def _employment(text: str) -> str | None:
    plain = _plain(text)
    if plain in set(Employment):
        return plain
    return next((kind.value for word, kind in _EMPLOYMENTS.items() if plain == word or f"{word} " in f"{plain} "), None)
