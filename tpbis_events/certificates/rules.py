"""Who has earned a certificate, how many hours it states, what its file is called. Pure: no database, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands before the rule of days: earned, or how many days are missing."""

    earned: bool
    needed_days: int
    attended_days: int
    missing_days: int


class Need(StrEnum):
    """What an event can ask of who wants a certificate."""

    DAYS = "days"
    JP = "jp"
    POINTS = "points"
    EVALUATION = "evaluation"
    COMMITMENT = "commitment"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that is asked: how much of it, and how much is done (none: not begun)."""

    what: Need
    needed: int
    done: int | None

    @property
    def met(self) -> bool:
        return self.done is not None and self.done >= self.needed

    @property
    def missing(self) -> int:
        return max(0, self.needed - (self.done or 0))


@dataclass(frozen=True, slots=True)
class Asked:
    """What an event asks besides its share of days; 0, none and False ask nothing."""

    jp: int = 0
    points: int | None = None
    evaluation: bool = False
    commitment: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did besides being there: points of the test (none: not written), what she handed in and signed."""

    points: int | None = None
    evaluation: bool = False
    commitment: bool = False


def standing(days_total: int, days_attended: int, percent_needed: int) -> Standing:
    """A certificate is earned by attending the needed share of a session's days, rounded up, and one day at the least.

    In: numbers of days, `percent_needed` from 0 to 100. 80 percent of 5 days are 4; of 3 days 2.4, so 3.
    """
    needed = max(1, -(-days_total * percent_needed // 100))
    missing = max(0, needed - days_attended)
    return Standing(missing == 0, needed, days_attended, missing)


def requirements(days: Standing, jp: int, asked: Asked, done: Done) -> tuple[Requirement, ...]:
    """All that an event asks, with what is done of it, in the order in which people meet it; earned when each is met."""
    listed = [Requirement(Need.DAYS, days.needed_days, days.attended_days)]
    if asked.jp:
        listed.append(Requirement(Need.JP, asked.jp, jp))
    if asked.points is not None:
        listed.append(Requirement(Need.POINTS, asked.points, done.points))
    if asked.evaluation:
        listed.append(Requirement(Need.EVALUATION, 1, int(done.evaluation)))
    if asked.commitment:
        listed.append(Requirement(Need.COMMITMENT, 1, int(done.commitment)))
    return tuple(listed)


def file_name(certificate_number: str) -> str:
    """What the PDF of a certificate is called: its number, with dashes."""
    return f"sertifikat-{re.sub(r'[^0-9A-Za-z]+', '-', certificate_number).strip('-')}.pdf"
