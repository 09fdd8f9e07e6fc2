"""Where a registration stands before the rules of its event: what is asked, what is done, and the lessons that count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from tpbis_events.attendance.presence import attended_days, attended_items
from tpbis_events.certificates import rules
from tpbis_events.certificates.design import Design, design_of
from tpbis_events.certificates.facts import Lesson
from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import AgendaItem, AttendanceBy, CertificateKind, Event
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
    return earned_by_many(registration.event, [registration])[registration.id]


def earned_by_many(event: Event, registrations: Sequence[Registration]) -> dict[int, Earned]:
    """The same for many of one event, by their ids: six queries at most, if their sessions, days and roles are there."""
    ids = [each.id for each in registrations]
    there = attended_days(ids)
    items = _items(event.id)
    by_item = attended_items(ids) if event.attendance_by is AttendanceBy.ITEM else None
    asked = _asked(design_of(event))
    partakers = [each.id for each in registrations if _takes_part(each)]
    done = _done(partakers, asked)
    found = {}
    for each in registrations:
        days, part = each.session.days, _takes_part(each)
        numbers = {day.number for day in days if day.id in there[each.id]}
        lessons = _lessons(items, numbers, None if by_item is None else by_item[each.id])
        jp = sum(lesson.jp for lesson in lessons)
        standing = rules.standing(len(days), len(numbers), event.certificate_percent if part else 0)
        needs = rules.requirements(standing, jp, asked, done[each.id]) if part else _only_days(standing)
        found[each.id] = Earned(standing, jp, needs, lessons)
    return found


def _takes_part(registration: Registration) -> bool:
    return registration.role.certificate_kind is CertificateKind.PARTICIPANT


def _only_days(standing: rules.Standing) -> tuple[rules.Requirement, ...]:
    return rules.requirements(standing, 0, rules.Asked(), rules.Done())


def _items(event_id: int) -> Sequence[AgendaItem]:
    """Those that have JP, in the order of the agenda."""
    wanted = select(AgendaItem).where(AgendaItem.event_id == event_id, AgendaItem.jp > 0)
    return db.session.scalars(wanted.order_by(AgendaItem.day_number, AgendaItem.sort, AgendaItem.id)).all()


def _lessons(items: Sequence[AgendaItem], numbers: set[int], attended: frozenset[int] | None) -> tuple[Lesson, ...]:
    """The items of the attended days; where attendance is kept by items, those that she attended alone."""
    return tuple(
        Lesson(item.title_id, item.title_en, item.jp, item.day_number, item.speakers or "")
        for item in items
        if (item.id in attended if attended is not None else item.day_number in numbers)
    )


def _asked(design: Design) -> rules.Asked:
    return rules.Asked(design.jp_needed, design.points_needed, design.evaluation_needed, design.commitment_needed)


def _done(ids: Sequence[int], asked: rules.Asked) -> dict[int, rules.Done]:
    """What was answered in questionnaires; each asked of the database only where the event asks for it."""
    points = points_of(ids) if asked.points is not None else {}
    kinds = handed_in(ids) if asked.evaluation else {}
    committed = commitments_of(ids) if asked.commitment else {}
    return {
        each: rules.Done(
            points[each].percent if each in points else None,
            Kind.EVALUATION in kinds.get(each, ()),
            bool(committed.get(each)),
        )
        for each in ids
    }
