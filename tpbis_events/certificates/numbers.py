"""The number of a certificate, by a template that the office writes: `{seq}/{unit}/{event}/{roman_month}/{year}`. Pure.

The template's own small language: a name in braces stands for a fact, `{seq:3}` says with how many digits at least,
everything else is itself. There is nothing else in it, so nothing can be run or looked up by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tpbis_events.programmes.model import CertificateKind

# The month in an Indonesian letter's number is Roman.
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
TEMPLATE = "{seq}/{unit}/{event}/{roman_month}/{year}"
# What may stand in braces, and how many signs its fact has at most.
NAMES = {"seq": 8, "unit": 40, "event": 80, "kind": 3, "month": 2, "roman_month": 4, "year": 4}
LONGEST_TEMPLATE = 80
LONGEST_NUMBER = 160  # the column's
DIGITS = 4
# How a kind stands in a number: peserta, narasumber, moderator, panitia, surat keterangan kehadiran.
KIND_CODES = {
    CertificateKind.PARTICIPANT: "P",
    CertificateKind.SPEAKER: "N",
    CertificateKind.MODERATOR: "M",
    CertificateKind.COMMITTEE: "PAN",
    CertificateKind.LETTER: "SKK",
}
_PART = re.compile(r"\{(?P<name>[a-z_]+)(?::(?P<digits>[1-8]))?\}|(?P<text>[^{}]+)")
_PLAIN = re.compile(r"[0-9A-Za-z ./_-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a template: a name with its least number of digits, or a text that stands for itself."""

    name: str = ""
    text: str = ""
    digits: int = DIGITS


class BadTemplate(ValueError):
    """`code` says what is wrong with a template, `part` is where."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(f"{code} {part}".strip())
        self.code, self.part = code, part


def parse(template: str) -> tuple[Part, ...]:
    """The parts of a template. Refuses unknown names, braces without a partner, signs that no number bears; a template that
    would give one number twice: without sequence, year or unit, or with two of them touching; and one whose numbers could be
    longer than LONGEST_NUMBER.
    """
    if len(template) > LONGEST_TEMPLATE:
        raise BadTemplate("number.too_long")
    parts: list[Part] = []
    place = 0
    while place < len(template):
        found = _PART.match(template, place)
        if found is None:
            raise BadTemplate("number.braces", template[place : place + 12])
        parts.append(_part(found))
        place = found.end()
    names = [part.name for part in parts]
    for needed in ("seq", "unit", "year"):
        if needed not in names:
            raise BadTemplate("number.lacks", f"{{{needed}}}")
    if any(a and b for a, b in pairwise(names)):
        raise BadTemplate("number.touching")
    if sum(NAMES[part.name] if part.name else len(part.text) for part in parts) > LONGEST_NUMBER:
        raise BadTemplate("number.too_long_written")
    return tuple(parts)


def written(template: str, sequence: int, series: str, event_slug: str, kind: CertificateKind, on: date) -> str:
    """The number: the template with the facts in their places. The date is that of issue, where the session is."""
    facts = {
        "unit": series,
        "event": event_slug.upper(),
        "kind": KIND_CODES[kind],
        "month": f"{on.month:02d}",
        "roman_month": ROMAN_MONTHS[on.month - 1],
        "year": str(on.year),
    }
    parts = parse(template)
    return "".join(p.text or (f"{sequence:0{p.digits}d}" if p.name == "seq" else facts[p.name]) for p in parts)


def _part(found: re.Match[str]) -> Part:
    name, digits, text = found["name"], found["digits"], found["text"]
    if text is not None:
        if not _PLAIN.fullmatch(text):
            raise BadTemplate("number.signs", text)
        return Part(text=text)
    if name not in NAMES or (digits and name != "seq"):
        raise BadTemplate("number.unknown", found[0])
    return Part(name=name, digits=int(digits or DIGITS))
