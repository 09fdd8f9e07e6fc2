"""Add a wave to an edition, change its number or its window of dates, or take it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event, Session, Wave
from tpbis_events.programmes.put_values import put_values, told
from tpbis_events.programmes.texts import problem_of_date

HIGHEST_WAVE = 99


@dataclass(frozen=True, slots=True)
class WavePlan:
    """The window is of dates as the calendars of each place show them; without one, any date will do."""

    number: int
    starts_on: date | None = None
    ends_on: date | None = None


@command
def add_wave(event_id: int, plan: WavePlan, *, by: Actor) -> int:
    """A new wave; its id. Refuses a number that is taken, and a window of which only one end is known or that ends first."""
    by.require(Act.PLAN, None)
    event = db.session.get(Event, event_id)
    if event is None:
        raise NotFound("event.unknown")
    values = _values(plan, event, None)
    wave = Wave(event=event, **values)
    db.session.add(wave)
    db.session.flush()
    record("wave.added", f"wave:{wave.id}", at=clock.now(), actor=by.label, after=told(values))
    return wave.id


@command
def edit_wave(wave_id: int, plan: WavePlan, *, by: Actor) -> None:
    """Change a wave; its sessions stay on their dates."""
    by.require(Act.PLAN, None)
    wave = _wave(wave_id)
    before, after = put_values(wave, _values(plan, wave.event, wave))
    if after:
        record("wave.changed", f"wave:{wave.id}", at=clock.now(), actor=by.label, before=before, after=after)


@command
def remove_wave(wave_id: int, *, by: Actor) -> int:
    """Take a wave away; how many sessions it had. They stay as they are, in no wave."""
    by.require(Act.PLAN, None)
    wave = _wave(wave_id)
    sessions = db.session.scalars(select(Session).where(Session.wave_id == wave_id)).all()
    for session in sessions:
        session.wave = None
    db.session.flush()
    before = {"number": wave.number, "sessions": len(sessions)}
    db.session.delete(wave)
    record("wave.removed", f"wave:{wave_id}", at=clock.now(), actor=by.label, before=before)
    return len(sessions)


def _wave(wave_id: int) -> Wave:
    wave = db.session.get(Wave, wave_id)
    if wave is None:
        raise NotFound("wave.unknown")
    return wave


def _values(plan: WavePlan, event: Event, known: Wave | None) -> dict[str, Any]:
    problems: dict[str, str] = {}
    if not 1 <= plan.number <= HIGHEST_WAVE:
        problems["number"] = "wave.number"
    elif any(wave.number == plan.number for wave in event.waves if wave is not known):
        problems["number"] = "wave.taken"
    if plan.starts_on or plan.ends_on:
        for field, day in (("starts_on", plan.starts_on), ("ends_on", plan.ends_on)):
            wrong = problem_of_date(day)
            if wrong:
                problems[field] = wrong
    if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
        problems["ends_on"] = "window.order"
    if problems:
        raise Invalid(problems)
    return {"number": plan.number, "starts_on": plan.starts_on, "ends_on": plan.ends_on}
