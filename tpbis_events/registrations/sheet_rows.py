"""What the columns of a roster sheet mean: a row of text becomes a person to register, or names what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from tpbis_events.people.model import Employment
from tpbis_events.places import countries, regencies
from tpbis_events.programmes.model import Role
from tpbis_events.registrations.register_batch import Problem, Row
from tpbis_events.registrations.rules import Applicant, name_key
from tpbis_events.registrations.sheet import Line, Sheet
from tpbis_events.registrations.sheet_cells import LOST_DIGITS, BadSheet, Cell, one_line

# Field -> the headings that are understood, the template's own first; matched without case, accents and signs.
HEADINGS: dict[str, tuple[str, ...]] = {
    "role": ("Peran", "Role", "Peran SHM", "SHM role"),
    "full_name": ("Nama lengkap", "Full name", "Nama", "Name", "Nama lengkap (untuk sertifikat)"),
    "own_script_name": ("Nama dalam aksara asli", "Name in own script"),
    "institution": ("Instansi", "Institution", "Instansi atau komunitas", "Lembaga", "Unit kerja"),
    "position": ("Jabatan", "Position"),
    "employment": ("Status kepegawaian", "Employment status", "Status pegawai", "Status"),
    "nip": ("NIP", "NIP", "NIP / NI PPPK", "NIP/NI PPPK", "NIP / NI PPPK (18 digit)"),
    "regency_code": ("Kabupaten/kota", "Regency or city", "Kabupaten", "Kota", "Kab/kota", "Regency"),
    "country_code": ("Negara", "Country"),
    "email": ("Surel", "E-mail", "Email", "E-mail address", "Alamat surel"),
    "phone": ("Nomor WhatsApp", "Phone", "Nomor HP/WhatsApp", "Nomor HP", "No HP", "Telepon", "WhatsApp"),
    "support_needed": ("Dukungan yang diperlukan", "Support needed"),
}
REQUIRED = ("role", "full_name")
# A name that begins so, with a colon, is the template's own row.
EXAMPLE = ("Contoh", "Example")
NIP_DIGITS = 18
_NUMBERS = ("nip", "phone")
_TITLES = 10  # rows that may stand above the headings
# What stands in a cell -> what it says; the first that is found in it counts.
_EMPLOYMENTS: dict[str, Employment] = {
    "non asn": Employment.NON_ASN,
    "bukan asn": Employment.NON_ASN,
    "non pns": Employment.NON_ASN,
    "bukan pns": Employment.NON_ASN,
    "honorer": Employment.NON_ASN,
    "pppk": Employment.PPPK,
    "p3k": Employment.PPPK,
    "pns": Employment.PNS,
    "civil servant": Employment.PNS,
    "perangkat desa": Employment.VILLAGE_OFFICIAL,
    "aparatur desa": Employment.VILLAGE_OFFICIAL,
    "village official": Employment.VILLAGE_OFFICIAL,
    "masyarakat": Employment.COMMUNITY,
    "komunitas": Employment.COMMUNITY,
    "community": Employment.COMMUNITY,
    "umum": Employment.COMMUNITY,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a sheet: field -> text as it stands there, and field -> what became of it there (a fault of `Cell`)."""

    line: int
    texts: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`headings`: field -> what its column is called in the file. `unknown`: headings whose columns are left out."""

    lines: tuple[Told, ...]
    unknown: tuple[str, ...]
    headings: Mapping[str, str]
    examples: int = 0  # rows of the template that only show how it is meant


def table_of(sheet: Sheet) -> Table:
    """The lines of a sheet by fields. Titles may stand above the headings, and the headings once more below them.

    Refuses a sheet that has no column for the role or the name, or nobody below them.
    """
    header, lines = _header_of(sheet)
    fields = [_field_of(heading) for heading in header]
    told = [_told(line, fields) for line in lines]
    people = [each for each in told if each.texts and not _is_heading(each)]
    wanted = tuple(each for each in people if not _is_example(each))
    if not wanted:
        raise BadSheet("sheet.empty")
    named = list(zip(header, fields, strict=True))
    headings = {key: text for text, key in reversed(named) if key}
    unknown = tuple(text for text, key in named if text and key is None)
    return Table(wanted, unknown, headings, len(people) - len(wanted))


def corrected(table: Table, texts: Mapping[tuple[int, str], str], left_out: frozenset[int] = frozenset()) -> Table:
    """The table with what was typed into some of its cells, and without the lines that were left out."""
    lines = []
    for told in table.lines:
        typed = {key: one_line(texts[told.line, key]) for key in HEADINGS if (told.line, key) in texts}
        changed = {key for key, text in typed.items() if text != told.texts.get(key, "")}
        kept = {**told.texts, **typed}
        faults = {key: fault for key, fault in told.faults.items() if key not in changed}
        if told.line not in left_out:
            lines.append(Told(told.line, {key: text for key, text in kept.items() if text}, faults, told.hidden))
    return replace(table, lines=tuple(lines))


def rows_of(
    lines: Iterable[Told], roles: Sequence[Role], *, language: str, consent: bool, province_code: str | None = None
) -> tuple[list[Row], list[Problem]]:
    """The persons to register, and what the sheet itself has wrong: a role that there isn't, a number that lost its digits.

    A line with such a problem is handed on as well, so that all its problems are found at once. What a person's answers
    must be is asked by `rules.examine` later. `province_code` tells regencies of one name apart.
    """
    by_name = {name_key(name): role for role in roles for name in (role.name_id, role.name_en, role.slug)}
    rows: list[Row] = []
    problems: list[Problem] = []
    for told in lines:
        problems += [Problem(told.line, key, code) for key, code in told.faults.items()]
        text = told.texts.get("role", "")
        role = by_name.get(name_key(text))
        if role is None:
            problems.append(Problem(told.line, "role", "choice.unknown" if text else "choice.missing"))
        texts = dict(told.texts)
        for key, find in _CODES.items():
            codes = find(texts[key], province_code) if key in texts else ()
            if len(codes) == 1:
                texts[key] = codes[0]
            elif codes:
                problems.append(Problem(told.line, key, "regency.two_of_this_name"))
        rows.append(Row(told.line, role.id if role else 0, _applicant(texts, language, consent)))
    return rows, problems


def _header_of(sheet: Sheet) -> tuple[tuple[str, ...], Sequence[Line]]:
    above = [sheet.header, *(tuple(cell.text for cell in line.cells) for line in sheet.lines[:_TITLES])]
    missing = REQUIRED[0]
    for number, header in enumerate(above):
        fields = {_field_of(heading) for heading in header}
        if fields.issuperset(REQUIRED):
            return header, sheet.lines[number:]
        if number == 0 or "full_name" in fields:
            missing = next(key for key in REQUIRED if key not in fields)
    raise BadSheet("sheet.no_column", column=" / ".join(HEADINGS[missing][:2]))


def _told(line: Line, fields: Sequence[str | None]) -> Told:
    texts: dict[str, str] = {}
    faults: dict[str, str] = {}
    for key, cell in zip(fields, line.cells, strict=False):
        if not key or key in texts or not (cell.text or cell.fault):
            continue
        text = cell.text.lstrip("'’`") if key in _NUMBERS else cell.text
        if text:
            texts[key] = text
        if fault := _fault(key, text, cell):
            faults[key] = fault
    return Told(line.number, texts, faults, line.hidden)


def _fault(key: str, text: str, cell: Cell) -> str:
    """A number counts as damaged only where it matters; serial numbers of NIPs begin with 001, so 000 is a lost end."""
    if key == "nip" and len(text) == NIP_DIGITS and text.isdigit() and text.endswith("000"):
        return LOST_DIGITS
    return cell.fault if cell.fault != LOST_DIGITS or key in _NUMBERS else ""


def _is_heading(told: Told) -> bool:
    return all(_field_of(told.texts.get(key, "")) == key for key in REQUIRED)


def _is_example(told: Told) -> bool:
    return told.texts.get("full_name", "").casefold().startswith(tuple(f"{word.casefold()}:" for word in EXAMPLE))


def _applicant(texts: Mapping[str, str], language: str, consent: bool) -> Applicant:
    kept = {key: texts.get(key, "") for key in HEADINGS if key != "role"}
    return Applicant(**kept, consent=consent, language=language)  # type: ignore[arg-type]


def _field_of(heading: str) -> str | None:
    return _fields().get(_plain(heading.rstrip("*: ")))


@cache
def _fields() -> Mapping[str, str]:
    return {_plain(heading): field for field, headings in HEADINGS.items() for heading in headings}


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name_key(text)).split())


def _regency(text: str, province_code: str | None) -> Sequence[str]:
    if regencies.is_regency(text):
        return (text,)
    found = _regencies().get(_plain(text), ())
    return [code for code in found if code.startswith(f"{province_code}.")] or found


@cache
def _regencies() -> Mapping[str, tuple[str, ...]]:
    """Names, whole and short, with the codes that bear them: "Bandung" alone is both a kabupaten and a kota."""
    names: dict[str, tuple[str, ...]] = {}
    for each in regencies.all_regencies():
        for name in {_plain(each.name), _plain(each.short_name), _plain(each.name.replace("Kabupaten", "Kab."))}:
            names[name] = (*names.get(name, ()), each.code)
    return names


def _country(text: str, _province_code: str | None) -> Sequence[str]:
    if countries.is_country(text.upper()):
        return (text.upper(),)
    code = _countries().get(_plain(text))
    return (code,) if code else ()


@cache
def _countries() -> Mapping[str, str]:
    lists = [countries.all_countries(language) for language in ("id", "en")]
    return {_plain(each.name): each.code for both in lists for each in (*both.members, *both.others)}


def _employment(text: str, _province_code: str | None) -> Sequence[str]:
    if text in set(Employment):
        return (text,)
    padded = f" {_plain(text)} "
    return [kind.value for word, kind in _EMPLOYMENTS.items() if f" {word} " in padded][:1]


_CODES: dict[str, Callable[[str, str | None], Sequence[str]]] = {
    "regency_code": _regency,
    "country_code": _country,
    "employment": _employment,
}
