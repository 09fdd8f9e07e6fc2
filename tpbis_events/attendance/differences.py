"""Where the paper and the screen don't agree about who was there on a day, and whether somebody has said that they do."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tpbis_events.attendance.model import Attendance
from tpbis_events.attendance.paper_marks import Marked, marked_rows
from tpbis_events.attendance.papers import LeftDifference, Side
from tpbis_events.attendance.signatures import signed_moments
from tpbis_events.foundation.database import db
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import SessionDay
from tpbis_events.registrations.model import Registration, State


@dataclass(frozen=True, slots=True)
class Difference:
    """Somebody who is on one side alone. `reason`: somebody looked at it and left it so."""

    registration_id: int
    reference: str
    full_name: str
    state: State
    side: Side
    mark: Marked | None
    since: datetime | None  # the check-in, where the screen has one
    reason: str = ""
    left_at: datetime | None = None
    left_by: str = ""

    @property
    def open(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """`both` are on both sides; `drawn` signed on a screen or took part online: they need no paper. `state` is a fingerprint."""

    differences: tuple[Difference, ...]
    both: int
    on_paper: int
    on_screen: int
    drawn: int
    state: str

    @property
    def open(self) -> tuple[Difference, ...]:
        return tuple(each for each in self.differences if each.open)


def reconcile(day: SessionDay) -> Reconciliation:
    """Compare the marks of the paper with the check-ins of a day. Five queries, whatever the size."""
    marked = marked_rows(day.id)
    there, online = _on_screen(day.id)
    drawn = (set(signed_moments(day.id)) | online) & set(there)
    left = {
        (row.registration_id, row.side): row
        for row in db.session.scalars(select(LeftDifference).where(LeftDifference.day_id == day.id))
    }
    apart = [(each, Side.PAPER) for each in marked if each not in there]
    apart += [(each, Side.SCREEN) for each in there if each not in marked and each not in drawn]
    people = _people([each for each, _side in apart])
    differences = []
    for registration_id, side in apart:
        row, settled = people[registration_id], left.get((registration_id, side))
        differences.append(
            Difference(
                registration_id,
                row[1],
                row[2],
                row[3],
                side,
                marked.get(registration_id),
                there.get(registration_id),
                *((settled.reason, settled.left_at, settled.left_by) if settled else ()),
            )
        )
    differences.sort(key=lambda each: (not each.open, each.side, each.mark.row if each.mark else 0, each.full_name))
    told = [
        sorted(marked),
        sorted(there),
        sorted(drawn),
        sorted((each.registration_id, each.side, each.reason) for each in differences),
    ]
    state = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    return Reconciliation(tuple(differences), len(set(marked) & set(there)), len(marked), len(there), len(drawn), state)


def _on_screen(day_id: int) -> tuple[dict[int, datetime], set[int]]:
    """Registration id -> since when (by items, the first of them), and who of them took part online."""
    rows = db.session.execute(
        select(Attendance.registration_id, Attendance.happened_at, Attendance.online)
        .where(Attendance.day_id == day_id, Attendance.undone_at.is_(None))
        .order_by(Attendance.happened_at.desc())
    ).all()
    since = {row.registration_id: row.happened_at for row in rows}
    return since, set(since) - {row.registration_id for row in rows if not row.online}


def _people(registration_ids: list[int]) -> dict[int, tuple[int, str, str, State]]:
    rows = db.session.execute(
        select(Registration.id, Registration.reference, Person.full_name, Registration.state)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.id.in_(registration_ids))
    )
    return {row[0]: (row[0], row[1], row[2], row[3]) for row in rows}
