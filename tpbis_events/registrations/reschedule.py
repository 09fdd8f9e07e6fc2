"""Reschedule a session: its days, hours or place change at once for all who are registered, and each is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes import schedule as schedules
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.programmes.model import Certainty, Quota, Session, SessionDay
from tpbis_events.programmes.schedule import Schedule
from tpbis_events.registrations import tell_change, waiting_list
from tpbis_events.registrations.hold import hold_all
from tpbis_events.registrations.model import LIVE, Invitation, Registration, State
from tpbis_events.registrations.rules import LONGEST_REASON, plain
from tpbis_events.registrations.still_coming import StillComing


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
    session = _hold_session(session_id)
    by.require(Act.RESCHEDULE, session.province_code)
    now, before, new = clock.now(), schedules.schedule_of(session), schedules.tidy(schedule)
    reason = _allowed(session, before, new, reason=reason, seen=seen, now=now)
    live = select(Registration.id).where(Registration.session_id == session_id, Registration.state.in_(LIVE))
    registrations, _quotas = hold_all(db.session.scalars(live).all(), by=by, act=Act.RESCHEDULE)
    _write(session, before, new)
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


def _hold_session(session_id: int) -> Session:
    """After its quotas, before registrations. The weaker lock: who registers elsewhere only needs the row to stay."""
    session = db.session.get(
        Session, session_id, with_for_update={"key_share": True, "of": Session}, populate_existing=True
    )
    if session is None:
        raise NotFound("session.unknown")
    return session


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


def _write(session: Session, before: Schedule, new: Schedule) -> None:
    """The rows of days whose date stays are kept, since attendance belongs to a day; what the office sets is no assumption."""
    old_start = session.starts_at
    there = {day.local_date: day for day in session.days}
    _take_away([day for on, day in there.items() if on not in {each.date for each in new.days}])
    db.session.expire(session, ["days"])
    for number, row in enumerate(session.days):  # two days never share a number, not even for a moment
        row.number = -1 - number
    db.session.flush()
    for number, (day, (starts_at, ends_at)) in enumerate(zip(new.days, new.moments, strict=True), start=1):
        row = there.get(day.date) or SessionDay(session_id=session.id, local_date=day.date)
        row.number, row.starts_at, row.ends_at = number, starts_at, ends_at
        db.session.add(row)
    session.zone, session.city, session.venue = new.zone, new.city, new.venue or None
    session.mode, session.online_url = new.mode, new.online_url or None
    session.starts_at, session.ends_at = new.moments[0][0], max(ends for _starts, ends in new.moments)
    # A closing that was set by the session's own days moves with them; one before its beginning is a date of its own.
    if session.registration_closes_at and session.registration_closes_at >= old_start:
        session.registration_closes_at += session.starts_at - old_start
    session.calendar_sequence += 1
    for changes, certainty in (
        (before.days != new.days or before.zone != new.zone, ("date_certainty", "hours_certainty")),
        (before.city != new.city, ("city_certainty",)),
        (before.venue != new.venue, ("venue_certainty",)),
    ):
        for name in certainty if changes else ():
            setattr(session, name, Certainty.REPORTED)
    db.session.flush()
    db.session.expire(session, ["days"])


def _take_away(days: Sequence[SessionDay]) -> None:
    """One after the other: the database itself refuses a day that somebody's attendance is kept for."""
    for day in days:
        on = day.local_date
        db.session.delete(day)
        try:
            db.session.flush()
        except IntegrityError as held:
            raise Refusal("reschedule.day_attended", date=on) from held


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
