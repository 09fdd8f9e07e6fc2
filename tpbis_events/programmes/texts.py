"""What an organizer types into a plan: texts cleaned and in both languages, dates and hours of a place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from tpbis_events.places.local_time import at_local
from tpbis_events.places.zones import is_zone

# Marks that turn the direction of what follows, and blanks without width: nobody sees them in what she reads.
_UNSEEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_BLANKS = re.compile(r"[^\S\n]+")
_YEARS = range(2000, 2101)

Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a text may be (in characters), whether it must be there, and whether it may have several lines."""

    longest: int = 200
    needed: bool = False
    lines: bool = False


def examined(plan: Any, in_both: Mapping[str, Rule], alone: Mapping[str, Rule]) -> tuple[dict[str, str], Problems]:
    """The texts of a plan, tidied, by field, and what is wrong with them.

    `in_both` names texts that are kept twice: `name` stands for `name_id` and `name_en`. Such a text is there in both
    languages or in none.
    """
    texts: dict[str, str] = {}
    problems: Problems = {}
    rules = {f"{stem}_{language}": rule for stem, rule in in_both.items() for language in ("id", "en")} | dict(alone)
    for field, rule in rules.items():
        texts[field] = tidy(getattr(plan, field), lines=rule.lines)
        if rule.needed and not texts[field]:
            problems[field] = "text.missing"
        elif len(texts[field]) > rule.longest:
            problems[field] = "text.too_long"
    for stem in in_both:
        here, there = f"{stem}_id", f"{stem}_en"
        if bool(texts[here]) != bool(texts[there]):
            problems.setdefault(there if texts[here] else here, "text.one_language")
    return texts, problems


def tidy(text: str | None, *, lines: bool = False) -> str:
    """One Unicode form, single blanks, nothing that can't be seen; line breaks only where a text may have several lines."""
    text = unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    if not lines:
        text = text.replace("\n", " ")
    seen = "".join(c for c in text if c == "\n" or c.isspace() or (c not in _UNSEEN and _is_seen(c)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_BLANKS.sub(" ", line).strip() for line in seen.split("\n"))).strip()


def problem_of_date(day: date | None) -> str | None:
    if day is None:
        return "date.missing"
    return None if day.year in _YEARS else "date.years"


def moment(day: date | None, clock: time | None, zone: str) -> tuple[datetime | None, str | None, str | None]:
    """The moment of a date and an hour on the clocks of a zone, or the problem of the date and that of the hour.

    Refuses an hour that the clocks of the zone skip on that day (`time.skipped`).
    """
    wrong_date = problem_of_date(day)
    wrong_time = "time.missing" if clock is None else None
    if wrong_date or wrong_time or not is_zone(zone) or day is None or clock is None:
        return None, wrong_date, wrong_time
    try:
        return at_local(day, clock, zone), None, None
    except ValueError:
        return None, None, "time.skipped"


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn", "Co")
