"""What the page of a call's list shows and takes back: for each who was in it, whom somebody chose, and who isn't in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tpbis_events.attendance.meeting_list import at_least
from tpbis_events.attendance.meeting_match import Expected, Match
from tpbis_events.foundation.codes import grouped, read_back
from tpbis_events.registrations.rules import name_key

_REFERENCE = re.compile(r"[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}")


@dataclass(frozen=True, slots=True)
class Row:
    """One visit on the page: `chosen` is a reference or empty; `typed` what stands in its field, `wrong` when it names nobody."""

    number: int
    match: Match
    long_enough: bool
    chosen: str
    typed: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    sure: tuple[Row, ...]
    doubtful: tuple[Row, ...]
    unmatched: tuple[Row, ...]
    absent: tuple[Expected, ...]  # who isn't chosen for anybody in the list

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.sure + self.doubtful + self.unmatched

    @property
    def chosen(self) -> frozenset[str]:
        return frozenset(row.chosen for row in self.rows if row.chosen)

    @property
    def wrong(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.wrong)


def choices_of(
    matches: Sequence[Match], people: Sequence[Expected], least: int, form: Mapping[str, str] | None
) -> Choices:
    """`form` is none when the list has just been read: then the sure are chosen, if they stayed for `least` minutes."""
    rows = [_row(number, match, people, least, form) for number, match in enumerate(matches)]
    chosen = {row.chosen for row in rows}
    return Choices(
        tuple(row for row in rows if row.match.sure),
        tuple(row for row in rows if not row.match.sure and row.match.candidates),
        tuple(row for row in rows if not row.match.sure and not row.match.candidates),
        tuple(each for each in people if each.reference not in chosen),
    )


def option(person: Expected) -> str:
    """How the list of names offers a person; what is read back from it is the reference at its end."""
    return f"{person.full_name} · {grouped(person.reference)}"


def _row(number: int, match: Match, people: Sequence[Expected], least: int, form: Mapping[str, str] | None) -> Row:
    enough = at_least(match.visit.minutes, least)
    if form is None:
        return Row(number, match, enough, _beforehand(match) if enough else "")
    typed = form.get(f"typed-{number}", "").strip()[:200]
    if typed:
        found = _named(typed, people)
        return Row(number, match, enough, found, typed, wrong=not found)
    told = read_back(form.get(f"who-{number}", ""))
    known = {each.reference for each in people}
    return Row(number, match, enough, told if told in known else "")


def _beforehand(match: Match) -> str:
    """Only who is surely meant; a doubt is settled by a hand, however likely one of the names is."""
    return match.sure.reference if match.sure else ""


def _named(typed: str, people: Sequence[Expected]) -> str:
    """The reference of whom somebody typed: by reference, or by a whole name that one person bears."""
    known = {each.reference for each in people}
    for code in reversed(_REFERENCE.findall(typed)):
        if (reference := read_back(code)) in known:
            return reference
    same = [each.reference for each in people if name_key(each.full_name) == name_key(typed)]
    return same[0] if len(same) == 1 else ""
