"""Reschedule a session: its days, hours or place change at once for all who are registered, and each is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes import schedule as schedules
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.programmes.model import Quota, Session
from tpbis_events.programmes.schedule import Schedule
from tpbis_events.registrations import tell_change, waiting_list
from tpbis_events.registrations.hold import hold_all
from tpbis_events.registrations.model import LIVE, Invitation, Registration, State
from tpbis_events.registrations.rules import LONGEST_REASON, plain
from tpbis_events.registrations.still_coming import StillComing
from tpbis_events.registrations.write_schedule import hold_session, write_schedule


@dataclass(frozen=True, slots=True)
class Rescheduled:
    change_id: int
    concerned: int  # live registrations
    told: int  # notices that are owed
    seat_given_to: tuple[str, ...] = ()  # references of those who were served because registration is open again


@command
def reschedule(
    session_id: int, schedule: Schedule, *, reason: str, tell: bool, by: Actor, seen: int | None = None
) -> Rescheduled:
    """The session's calendar goes up by one, so every calendar file of it replaces the one before; offers begin anew.

    `seen` is the `calendar_sequence` that the decision was made on. Refuses a session that is over or cancelled, a schedule
    that is the same (`reschedule.nothing_changed`: a form sent twice changes and tells once), one that somebody else has
    changed since it was seen, a missing reason, days in the past or that don't fit (Invalid), and a day that would go
    although somebody was checked in on it, be it taken back.
    """
    by.require_somewhere(Act.RESCHEDULE)
    quota_ids = db.session.scalars(select(Quota.id).where(Quota.session_id == session_id)).all()
    _none, quotas = hold_all([], by=by, act=Act.RESCHEDULE, quota_ids=quota_ids)
    session = hold_session(session_id)
    by.require(Act.RESCHEDULE, session.province_code)
    now, before, new = clock.now(), schedules.schedule_of(session), schedules.tidy(schedule)
    reason = _allowed(session, before, new, reason=reason, seen=seen, now=now)
    live = select(Registration.id).where(Registration.session_id == session_id, Registration.state.in_(LIVE))
    registrations, _quotas = hold_all(db.session.scalars(live).all(), by=by, act=Act.RESCHEDULE)
    write_schedule(session, new)
    change = SessionChange(
        session_id=session_id,
        at=now,
        actor=by.label,
        before=schedules.kept(before),
        after=schedules.kept(new),
        reason=reason,
        tell=tell,
    )
    db.session.add(change)
    db.session.flush()
    _offers_begin_anew(registrations, quotas, now)
    _ask(change.id, registrations)
    tell_change.bring_up_to_date(registrations, new, at=now, notices=not tell)
    invitations = select(Invitation.id).where(Invitation.quota_id.in_(quota_ids))
    tell_change.bring_invitations_up_to_date(db.session.scalars(invitations).all(), new)
    told = tell_change.tell(registrations, before, new, change.id, reason=reason, at=now) if tell else 0
    record(
        "session.rescheduled",
        f"session:{session_id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        before=_for_audit(before, new),
        after={**_for_audit(new, before), "registrations": len(registrations), "told": told},
        reason=reason,
    )
    # Seats that came free while registration was closed, when the new date opens it again.
    served = [each for quota in quotas.values() for each in waiting_list.serve(quota, at=now, by=by.label)]
    return Rescheduled(change.id, len(registrations), told, tuple(served))


def _allowed(session: Session, before: Schedule, new: Schedule, *, reason: str, seen: int | None, now: datetime) -> str:
    """The reason, tidied; or the refusal."""
    if session.cancelled_at:
        raise Refusal("session.cancelled")
    if now >= session.ends_at:
        raise Refusal("session.over")
    if new == before:
        raise Refusal("reschedule.nothing_changed")
    if seen is not None and seen != session.calendar_sequence:
        raise Refusal("reschedule.changed_meanwhile")
    problems = schedules.problems(new, before, now)
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        problems["reason"] = "reschedule.reason_missing"
    if problems:
        raise Invalid(problems)
    return reason


def _offers_begin_anew(registrations: Sequence[Registration], quotas: dict[int, Quota], now: datetime) -> None:
    """Who is offered a seat decides about another date or place, so she has the whole time for it; what has ended stays so."""
    for registration in registrations:
        if registration.state is State.OFFERED and registration.offer_ends_at and now < registration.offer_ends_at:
            waiting_list.begin_offer(registration, quotas[registration.quota_id], now)
    db.session.flush()


def _ask(change_id: int, registrations: Sequence[Registration]) -> None:
    asked = [
        {"change_id": change_id, "registration_id": registration.id, "stood": registration.state}
        for registration in registrations
    ]
    if asked:
        db.session.execute(insert(StillComing), asked)


def _for_audit(one: Schedule, other: Schedule) -> dict[str, Any]:
    """Of what differs, one side in words that the log can show."""
    here, there = (_said(each) for each in (one, other))
    return {name: value for name, value in here.items() if value != there[name]}


def _said(schedule: Schedule) -> dict[str, Any]:
    days = [f"{day.date} {day.starts:%H:%M}-{day.ends:%H:%M}" for day in schedule.days]
    return {
        "days": days,
        "zone": schedule.zone,
        "city": schedule.city,
        "venue": schedule.venue,
        "mode": schedule.mode.value,
        "online_url": schedule.online_url,
    }
