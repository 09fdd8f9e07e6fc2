"""What the page of an import shows before anything is stored: what is wrong, where to mend it, and what would become of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tpbis_events.programmes.model import Role
from tpbis_events.registrations.batches import Entered
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register_batch import Foreseen, Problem, Row
from tpbis_events.registrations.sheet_rows import HEADINGS, Table
from tpbis_events.web.office.answers import words_of

# What the fields to mend may weigh on their way back, so that the form stays within its limit.
MOST_TO_MEND = 120_000
_OF_A_FIELD = 40
_WORDS: dict[str, Any] = {
    "number.lost_digits": _l(
        "The program kept this as a number and lost its last digits. Type all digits here, or format the column as text and "
        "upload again."
    ),
    "formula.no_result": _l("This is a formula without a result. Type what it should say."),
    "formula.error": _l("The formula in this cell is broken. Type what it should say."),
    "regency.two_of_this_name": _l("There are several of this name: write Kabupaten or Kota in front."),
    "role choice.missing": _l("Choose the role."),
    "role choice.unknown": _l("This session has no such role. Choose one from the list."),
    "role role.unknown": _l("This session has no such role. Choose one from the list."),
    "role role.full": _l("No seat is left in this role for this row."),
    "registration.elsewhere": _l("This person is registered for this event already, in another session or role."),
}


@dataclass(frozen=True, slots=True)
class ToMend:
    """One cell that is wrong: its line, column, what stands there and what is wrong with it; not every one can be a field."""

    line: int
    field: str
    heading: str
    value: str
    words: str
    editable: bool

    @property
    def name(self) -> str:
        return f"cell-{self.line}-{self.field}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One row and what would become of it; `entered` is none for one that can't be read."""

    line: int
    name: str
    institution: str
    role: Role | None
    entered: Entered | None


@dataclass(frozen=True, slots=True)
class Preview:
    to_mend: tuple[ToMend, ...]
    rows: tuple[Shown, ...]
    seated: int
    waiting: tuple[Shown, ...]
    known: tuple[Shown, ...]
    hidden: tuple[int, ...]

    @property
    def lines_to_mend(self) -> int:
        return len({each.line for each in self.to_mend})


def preview_of(
    table: Table,
    rows: Sequence[Row],
    found: Foreseen,
    problems: Sequence[Problem],
    roles: Mapping[int, Role],
    language: str,
) -> Preview:
    entered = {each.line: each for each in found.rows}
    wrong = {problem.line for problem in problems}
    role_of = {row.line: roles.get(row.role_id) for row in rows}
    shown = tuple(
        Shown(
            told.line,
            told.texts.get("full_name", ""),
            told.texts.get("institution", ""),
            role_of.get(told.line),
            None if told.line in wrong else entered.get(told.line),
        )
        for told in table.lines
    )
    new = [each for each in shown if each.entered and not each.entered.known]
    return Preview(
        _to_mend(table, problems, language),
        shown,
        sum(each.entered is not None and each.entered.state is State.SEATED for each in new),
        tuple(each for each in new if each.entered and each.entered.place),
        tuple(each for each in shown if each.entered and each.entered.known),
        tuple(told.line for told in table.lines if told.hidden),
    )


def heading_of(table: Table, field: str, language: str) -> str:
    """What the column is called in the file, or in the template when the file has none."""
    return table.headings.get(field) or HEADINGS.get(field, (field, field))[language == "en"]


def words_for(problem: Problem) -> str:
    """What is wrong with a cell, and what to do."""
    if problem.code == "row.twice":
        return str(_("Line %(line)s has the same address or number. Leave one of them out.", line=problem.same_as))
    words = _WORDS.get(f"{problem.field} {problem.code}") or _WORDS.get(problem.code)
    return str(words) if words is not None else words_of(problem.field, problem.code)


def _to_mend(table: Table, problems: Sequence[Problem], language: str) -> tuple[ToMend, ...]:
    texts = {told.line: told.texts for told in table.lines}
    room = MOST_TO_MEND
    found = []
    for problem in problems:
        value = texts.get(problem.line, {}).get(problem.field, "")
        room -= len(quote_plus(value)) + _OF_A_FIELD
        heading = heading_of(table, problem.field, language)
        editable = room > 0 and problem.field in HEADINGS
        found.append(ToMend(problem.line, problem.field, heading, value, words_for(problem), editable))
    return tuple(found)
