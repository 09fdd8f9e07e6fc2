"""Create an edition as a draft, or change its names, texts, registration window and what its certificate says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.zones import is_zone
from tpbis_events.programmes.model import NATIONAL_ZONE, AttendanceBy, Event, Programme
from tpbis_events.programmes.put_values import put_values, told
from tpbis_events.programmes.slugs import flush_slug, problem_of_slug
from tpbis_events.programmes.texts import Problems, Rule, examined, moment

_IN_BOTH = {
    "name": Rule(200, needed=True),
    "theme": Rule(200),
    "description": Rule(10_000, lines=True),
    "note": Rule(2_000, lines=True),
    "signatory_position": Rule(200),
}
_ALONE = {"certificate_series": Rule(40, needed=True), "signatory_name": Rule(200)}
_NEVER_NULL = ("description_id", "description_en", "certificate_series")
LARGEST_WAVE = 99
LONGEST_GRACE = 480  # minutes after the beginning: a whole day of a session


@dataclass(frozen=True, slots=True)
class EventPlan:
    """Dates and hours of the registration window are those of `zone`; a wave without bounds may have any number of provinces."""

    slug: str
    name_id: str
    name_en: str
    opens_on: date | None
    opens_at: time | None
    closes_on: date | None
    closes_at: time | None
    zone: str = NATIONAL_ZONE
    theme_id: str = ""
    theme_en: str = ""
    description_id: str = ""
    description_en: str = ""
    note_id: str = ""
    note_en: str = ""
    certificate_percent: int = 100
    certificate_series: str = "TPBIS"
    signatory_name: str = ""
    signatory_position_id: str = ""
    signatory_position_en: str = ""
    attendance_by: str = AttendanceBy.DAY.value
    late_after_minutes: int = 15
    wave_smallest: int | None = 8
    wave_largest: int | None = 9


@command
def create_event(programme_id: int, plan: EventPlan, *, by: Actor) -> int:
    """A new edition, a draft; its id. Refuses texts in one language only, a slug that is taken, a window that ends before it
    begins, hours that the clocks of the zone skip.
    """
    by.require(Act.PLAN, None)
    if db.session.get(Programme, programme_id) is None:
        raise NotFound("programme.unknown")
    values = _values(plan, None)
    event = Event(programme_id=programme_id, **values)
    db.session.add(event)
    flush_slug()
    record("event.created", f"event:{event.id}", at=clock.now(), actor=by.label, after=told(values))
    return event.id


@command
def edit_event(event_id: int, plan: EventPlan, *, by: Actor) -> None:
    """Change an edition; its slug only while it is a draft, since the addresses of a published one have been given out."""
    by.require(Act.PLAN, None)
    event = db.session.get(Event, event_id)
    if event is None:
        raise NotFound("event.unknown")
    before, after = put_values(event, _values(plan, event))
    flush_slug()
    if after:
        record("event.changed", f"event:{event.id}", at=clock.now(), actor=by.label, before=before, after=after)


def slug_problem(slug: str, known: Event | None = None) -> str | None:
    """What is wrong with the slug of a new event, or of one that is changed."""
    wrong = problem_of_slug(slug)
    if wrong or (known and known.slug == slug):
        return wrong
    if known and known.published_at:
        return "slug.published"
    return "slug.taken" if db.session.scalar(select(Event.id).where(Event.slug == slug)) else None


def _values(plan: EventPlan, known: Event | None) -> dict[str, Any]:
    texts, problems = examined(plan, _IN_BOTH, _ALONE)
    slug = plan.slug.strip()
    wrong = slug_problem(slug, known)
    if wrong:
        problems["slug"] = wrong
    values: dict[str, Any] = {name: text if name in _NEVER_NULL else text or None for name, text in texts.items()}
    values |= _window(plan, problems) | _numbers(plan, problems)
    if problems:
        raise Invalid(problems)
    return {"slug": slug, "zone": plan.zone, **values}


def _window(plan: EventPlan, problems: Problems) -> dict[str, Any]:
    if not is_zone(plan.zone):
        problems["zone"] = "zone.unknown"
    opens, *wrong_opening = moment(plan.opens_on, plan.opens_at, plan.zone)
    closes, *wrong_closing = moment(plan.closes_on, plan.closes_at, plan.zone)
    fields = ("opens_on", "opens_at", "closes_on", "closes_at")
    problems |= {
        field: code for field, code in zip(fields, (*wrong_opening, *wrong_closing), strict=True) if code is not None
    }
    if opens and closes and closes <= opens:
        problems["closes_on"] = "window.order"
    return {"registration_opens_at": opens, "registration_closes_at": closes}


def _numbers(plan: EventPlan, problems: Problems) -> dict[str, Any]:
    if not 1 <= plan.certificate_percent <= 100:
        problems["certificate_percent"] = "percent.range"
    if not 0 <= plan.late_after_minutes <= LONGEST_GRACE:
        problems["late_after_minutes"] = "late.range"
    if plan.attendance_by not in set(AttendanceBy):
        problems["attendance_by"] = "choice.missing"
    smallest, largest = plan.wave_smallest, plan.wave_largest
    for field, number in (("wave_smallest", smallest), ("wave_largest", largest)):
        if number is not None and not 1 <= number <= LARGEST_WAVE:
            problems[field] = "wave.size"
    if smallest is not None and largest is not None and largest < smallest:
        problems.setdefault("wave_largest", "wave.size_order")
    return {
        "certificate_percent": plan.certificate_percent,
        "attendance_by": None if "attendance_by" in problems else AttendanceBy(plan.attendance_by),
        "late_after_minutes": plan.late_after_minutes,
        "wave_smallest": smallest,
        "wave_largest": largest,
    }
