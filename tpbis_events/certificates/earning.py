"""Where a registration stands before the rules of its event: what is asked, what is done, and the lessons that count."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tpbis_events.attendance.presence import attended_days, attended_items
from tpbis_events.certificates import rules
from tpbis_events.certificates.design import Design, design_of
from tpbis_events.certificates.facts import Lesson
from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import AgendaItem, AttendanceBy, CertificateKind
from tpbis_events.questionnaires.model import Kind
from tpbis_events.questionnaires.standing import commitments_of, handed_in, points_of
from tpbis_events.registrations.model import Registration


@dataclass(frozen=True, slots=True)
class Earned:
    """Where a registration stands; the JP of what was attended so far, and the items that they are of."""

    standing: rules.Standing
    jp: int
    requirements: tuple[rules.Requirement, ...]
    lessons: tuple[Lesson, ...]

    @property
    def earned(self) -> bool:
        return all(each.met for each in self.requirements)


def earned_by(registration: Registration) -> Earned:
    """What a registration has earned by what it attended; whether it has a seat is not looked at.

    Who speaks, moderates or organizes need only have been there on one day; the other rules are for participants.
    """
    event, days = registration.event, registration.session.days
    there = attended_days([registration.id])[registration.id]
    numbers = {day.number for day in days if day.id in there}
    lessons = _lessons(registration, numbers)
    jp = sum(each.jp for each in lessons)
    takes_part = registration.role.certificate_kind is CertificateKind.PARTICIPANT
    standing = rules.standing(len(days), len(numbers), event.certificate_percent if takes_part else 0)
    asked = _asked(design_of(event)) if takes_part else rules.Asked()
    return Earned(standing, jp, rules.requirements(standing, jp, asked, _done(registration, asked)), lessons)


def _lessons(registration: Registration, numbers: set[int]) -> tuple[Lesson, ...]:
    """The items of the attended days that have JP, in the order of the agenda; where attendance is kept by items, those
    that she attended alone. One query, or two.
    """
    event_id = registration.event_id
    by_item = registration.event.attendance_by is AttendanceBy.ITEM
    attended = attended_items([registration.id])[registration.id] if by_item else frozenset()
    items = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.event_id == event_id, AgendaItem.jp > 0)
        .order_by(AgendaItem.day_number, AgendaItem.sort, AgendaItem.id)
    )
    return tuple(
        Lesson(item.title_id, item.title_en, item.jp, item.day_number, item.speakers or "")
        for item in items
        if (item.id in attended if by_item else item.day_number in numbers)
    )


def _asked(design: Design) -> rules.Asked:
    return rules.Asked(design.jp_needed, design.points_needed, design.evaluation_needed, design.commitment_needed)


def _done(registration: Registration, asked: rules.Asked) -> rules.Done:
    """What was answered in questionnaires; each asked of the database only where the event asks for it."""
    here = [registration.id]
    points = points_of(here).get(registration.id) if asked.points is not None else None
    evaluation = asked.evaluation and Kind.EVALUATION in handed_in(here)[registration.id]
    commitment = asked.commitment and bool(commitments_of(here).get(registration.id))
    return rules.Done(points.percent if points else None, evaluation, commitment)
