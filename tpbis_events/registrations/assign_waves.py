"""Put sessions on waves, days and officers, and give waves their dates: as many at once as a plan needs, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes import schedule as schedules
from tpbis_events.programmes.model import Event, Quota, Session, Wave
from tpbis_events.programmes.officers import SessionOfficer
from tpbis_events.programmes.schedule import schedule_of
from tpbis_events.programmes.wave_plan import national_officers
from tpbis_events.registrations import seats
from tpbis_events.registrations.counts import registered
from tpbis_events.registrations.write_schedule import hold_session, write_schedule


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a session is in a plan: its wave by id, its first day, its officers by id."""

    wave_id: int | None
    first_day: date
    officers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Assignment:
    session_id: int
    seen: Spot  # what the decision was made on
    to: Spot


@dataclass(frozen=True, slots=True)
class WaveDates:
    wave_id: int
    seen: tuple[date | None, date | None]
    to: tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Assigned:
    sessions: int
    waves: int


@command
def assign_waves(
    event_id: int, assignments: Sequence[Assignment], dates: Sequence[WaveDates] = (), *, by: Actor
) -> Assigned:
    """The other days of a session move with its first. All or nothing; what stays the same is left alone.

    Refuses another day for a session where somebody is registered (that is a reschedule, which tells everybody), what
    somebody else has changed since it was seen, waves of another event, officers who aren't of the national office, days
    in the past, and a wave that ends before it begins.
    """
    by.require(Act.PLAN, None)
    if db.session.get(Event, event_id) is None:
        raise NotFound("event.unknown")
    now = clock.now()
    moved = [each for each in assignments if each.to != each.seen]
    waves = _waves(event_id, moved)
    on_other_days = [each.session_id for each in moved if each.to.first_day != each.seen.first_day]
    seats.lock_quotas(db.session.scalars(select(Quota.id).where(Quota.session_id.in_(on_other_days))).all())
    officers = national_officers()
    for each in sorted(moved, key=lambda each: each.session_id):
        session = hold_session(each.session_id)
        if session.event_id != event_id:
            raise NotFound("session.unknown")
        _assign(session, each, waves, officers, by, now)
    changed = [each for each in dates if each.to != each.seen]
    for wave_dates in changed:
        _date(event_id, wave_dates, by, now)
    return Assigned(len(moved), len(changed))


def _waves(event_id: int, assignments: Sequence[Assignment]) -> dict[int | None, int | None]:
    """The waves of the event, id -> number. Refuses an assignment to any other."""
    waves: dict[int | None, int | None] = {None: None}
    waves |= {wave.id: wave.number for wave in db.session.scalars(select(Wave).where(Wave.event_id == event_id))}
    if any(each.to.wave_id not in waves for each in assignments):
        raise NotFound("wave.unknown")
    return waves


def _assign(
    session: Session,
    assignment: Assignment,
    waves: dict[int | None, int | None],
    officers: dict[int, str],
    by: Actor,
    now: datetime,
) -> None:
    there = set(
        db.session.scalars(select(SessionOfficer.account_id).where(SessionOfficer.session_id == session.id)).all()
    )
    is_now = Spot(session.wave_id, session.days[0].local_date, frozenset(there))
    if is_now != assignment.seen:
        raise Refusal("waves.changed_meanwhile")
    to = assignment.to
    if not to.officers - there <= set(officers):
        raise NotFound("account.unknown")
    if to.first_day != is_now.first_day:
        _move_days(session, to.first_day, now)
    session.wave_id = to.wave_id
    db.session.execute(delete(SessionOfficer).where(SessionOfficer.session_id == session.id))
    if to.officers:
        rows = [{"session_id": session.id, "account_id": account} for account in sorted(to.officers)]
        db.session.execute(insert(SessionOfficer), rows)
    names = {**officers, **{each: str(each) for each in there - set(officers)}}
    record(
        "session.planned",
        f"session:{session.id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        before=_said(is_now, waves, names),
        after=_said(to, waves, names),
    )


def _move_days(session: Session, first_day: date, now: datetime) -> None:
    if number := registered(session.id):
        raise Refusal("session.has_people", number=number)
    before = schedule_of(session)
    by_days = first_day - before.days[0].date
    to = replace(before, days=tuple(replace(day, date=day.date + by_days) for day in before.days))
    if problems := schedules.problems(to, before, now):
        raise Invalid({f"date-{session.id}": code for code in problems.values()})
    write_schedule(session, to)


def _date(event_id: int, dates: WaveDates, by: Actor, now: datetime) -> None:
    wave = db.session.get(Wave, dates.wave_id, with_for_update=True, populate_existing=True)
    if wave is None or wave.event_id != event_id:
        raise NotFound("wave.unknown")
    if (wave.starts_on, wave.ends_on) != dates.seen:
        raise Refusal("waves.changed_meanwhile")
    starts_on, ends_on = dates.to
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid({f"ends-{wave.id}": "waves.end_before_start"})
    wave.starts_on, wave.ends_on = starts_on, ends_on
    record(
        "wave.dated",
        f"event:{event_id}",
        at=now,
        actor=by.label,
        before={"wave": wave.number, "days": _days(dates.seen)},
        after={"wave": wave.number, "days": _days(dates.to)},
    )


def _said(spot: Spot, waves: dict[int | None, int | None], officers: dict[int, str]) -> dict[str, Any]:
    return {
        "wave": waves.get(spot.wave_id),
        "days": [spot.first_day.isoformat()],
        "officers": [officers.get(each, str(each)) for each in sorted(spot.officers)],
    }


def _days(dates: tuple[date | None, date | None]) -> list[str]:
    return [each.isoformat() if each else "-" for each in dates]
