"""What a registration has handed in, how its post-test went, what it committed to: for the rules of a certificate.

Pure reads, one query each, whatever the number of registrations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from tpbis_events.foundation.database import db
from tpbis_events.questionnaires.model import Commitment, HandedIn, Kind, NamedSheet, Progress, Questionnaire


@dataclass(frozen=True, slots=True)
class Points:
    """Of a test: points got, of how many, and the share in whole percent, rounded down; 0 of a test without points."""

    got: int
    of: int

    @property
    def percent(self) -> int:
        return self.got * 100 // self.of if self.of else 0


def points_of(registration_ids: Sequence[int]) -> dict[int, Points]:
    """The points of the post-test; who hasn't handed one in isn't there."""
    if not registration_ids:
        return {}
    rows = db.session.execute(
        select(NamedSheet.registration_id, NamedSheet.points, NamedSheet.of_points)
        .join(Questionnaire, NamedSheet.questionnaire_id == Questionnaire.id)
        .where(NamedSheet.registration_id.in_(registration_ids), Questionnaire.kind == Kind.POST_TEST)
    )
    return {registration_id: Points(got, of) for registration_id, got, of in rows}


def handed_in(registration_ids: Sequence[int]) -> dict[int, frozenset[Kind]]:
    """The kinds of questionnaires that each has handed in; every id that was asked for is there, if with none."""
    found: dict[int, set[Kind]] = {each: set() for each in registration_ids}
    if not found:
        return {}
    rows = db.session.execute(
        select(HandedIn.registration_id, Questionnaire.kind)
        .join(Questionnaire, HandedIn.questionnaire_id == Questionnaire.id)
        .where(HandedIn.registration_id.in_(list(found)))
    )
    for registration_id, kind in rows:
        found[registration_id].add(kind)
    return {registration_id: frozenset(kinds) for registration_id, kinds in found.items()}


def commitments_of(registration_ids: Sequence[int]) -> dict[int, int]:
    """How many commitments each has entered that weren't dropped; who has none isn't there."""
    found: dict[int, int] = defaultdict(int)
    if registration_ids:
        rows = db.session.execute(
            select(Commitment.registration_id, func.count())
            .where(Commitment.registration_id.in_(registration_ids), Commitment.progress != Progress.DROPPED)
            .group_by(Commitment.registration_id)
        )
        found.update({registration_id: number for registration_id, number in rows if registration_id is not None})
    return dict(found)
