"""Remind those who have a seat of their session, when the edition says so: once for each reminder and version of the schedule.

The moment is worked out from the session's first day each time, so a session that moves takes its reminders along; those that
were owed and not sent yet go away with the old date (tell_change.py). Safe to run twice and from several processes at once: a
round is a row, held while some of its people are gone through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.transaction import command
from tpbis_events.messages.model import ReminderRound
from tpbis_events.messages.whom import with_facts
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.programmes.model import Event, Session
from tpbis_events.programmes.reminders import MOST_DAYS, Reminder, moment_of
from tpbis_events.registrations.drop_reminders import REMINDER
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.reminder import reminder_facts

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Round:
    """One reminder of one session in one version of its schedule; `superseded`: a later one is due as well, so it is left out."""

    session_id: int
    days_before: int
    schedule: int
    due_at: datetime
    superseded: bool = False


def remind_of_sessions(*, stop: Callable[[], bool] = lambda: False) -> bool:
    """Some people of every round that is due; whether there may be more. One query when none is due."""
    more = False
    for each in due_rounds(clock.now()):
        if stop():
            break
        try:
            more = remind_some(each) or more
        except Exception as fault:  # a session that can't be reminded of must not stop the others
            logs.trouble("reminders.failed", error=fault, session=each.session_id)
            db.session.rollback()
    return more


def due_rounds(now: datetime) -> list[Round]:
    """What is due and hasn't ended. Not due is a reminder whose moment lay before it was set, before the edition was published,
    or before the session got its present date: nobody is reminded late of what she has just been told.
    """
    changed = select(func.max(SessionChange.at)).where(SessionChange.session_id == Session.id).scalar_subquery()
    rows = db.session.execute(
        select(
            Session.id,
            Session.starts_at,
            Session.zone,
            Session.calendar_sequence,
            Reminder.days_before,
            Reminder.at,
            Reminder.set_at,
            Event.published_at,
            changed.label("changed_at"),
        )
        .join(Event, Event.id == Session.event_id)
        .join(Reminder, Reminder.event_id == Event.id)
        .outerjoin(
            ReminderRound,
            and_(
                ReminderRound.session_id == Session.id,
                ReminderRound.days_before == Reminder.days_before,
                ReminderRound.schedule == Session.calendar_sequence,
            ),
        )
        .where(
            Session.starts_at > now,
            Session.starts_at <= now + timedelta(days=MOST_DAYS + 2),
            Session.cancelled_at.is_(None),
            Event.published_at.is_not(None),
            ReminderRound.ended_at.is_(None),
        )
    ).all()
    found = []
    for row in rows:
        due_at = moment_of(row.starts_at, row.zone, row.days_before, row.at)
        since = max(moment for moment in (row.set_at, row.published_at, row.changed_at) if moment)
        if since <= due_at <= now:
            found.append(Round(row.id, row.days_before, row.calendar_sequence, due_at))
    return _newest_only(found)


def _newest_only(rounds: Iterable[Round]) -> list[Round]:
    """Of two that are due at once, after the worker was away, the one nearer to the session counts."""
    told: list[Round] = []
    seen: set[int] = set()
    for each in sorted(rounds, key=lambda one: one.days_before):
        superseded = each.session_id in seen
        told.append(Round(each.session_id, each.days_before, each.schedule, each.due_at, superseded))
        seen.add(each.session_id)
    return told


@command
def remind_some(each: Round) -> bool:
    """Owe the next people of a round their reminder; whether there are more. Who got her seat after its moment gets none.

    The session is held while it is done: it doesn't move meanwhile, and if it has moved, nothing is owed.
    """
    now = clock.now()
    key = {"session_id": each.session_id, "days_before": each.days_before, "schedule": each.schedule}
    row = insert_on_conflict(ReminderRound).values(**key, due_at=each.due_at, last_id=0)
    db.session.execute(row.on_conflict_do_nothing())
    held = db.session.scalars(
        select(ReminderRound)
        .filter_by(**key)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if held is None or held.ended_at is not None:
        return False
    of = select(Session).where(Session.id == each.session_id).with_for_update(read=True)
    session = db.session.scalars(of.execution_options(populate_existing=True)).one()
    moved = session.calendar_sequence != each.schedule or session.cancelled_at or session.starts_at <= now
    if moved or each.superseded:
        held.ended_at = now
        return False
    wanted = with_facts(
        select(Registration).where(
            Registration.session_id == each.session_id,
            Registration.state == State.SEATED,
            Registration.seated_at <= each.due_at,
            Registration.id > held.last_id,
        )
    ).order_by(Registration.id)
    people = db.session.scalars(wanted.limit(AT_ONCE).with_for_update(of=Registration)).all()
    for registration in people:
        version = registration.turn * 1_000_000 + each.schedule % 1000 * 1000 + each.days_before
        more = {"days_before": each.days_before, **reminder_facts(registration)}
        owe(REMINDER, registration, at=now, version=version, **more)
    if people:
        held.last_id = people[-1].id
    if len(people) < AT_ONCE:
        held.ended_at = now
    return len(people) == AT_ONCE
