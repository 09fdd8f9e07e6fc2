"""Say when an edition reminds those who have a seat: so many days before, at an hour on the clocks of each session's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Event
from tpbis_events.programmes.reminders import MOST_DAYS, Reminder, reminders_of

MOST = 4


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """`days_before` in days of the calendar, `at` on the clocks of the session's place."""

    days_before: int
    at: time | None


@command
def set_reminders(event_id: int, plans: Sequence[ReminderPlan], *, by: Actor) -> bool:
    """Whether it changed anything. What stays as it was keeps since when it holds; a changed hour begins anew.

    Refuses more than four, days outside 1 to 60, the same day twice, and a missing hour; by the place in the list: `days-0`.
    """
    by.require(Act.PLAN, None)
    event = db.session.scalar(select(Event).where(Event.id == event_id).with_for_update())
    if event is None:
        raise NotFound("event.unknown")
    wanted = _examined(plans)
    known = {each.days_before: each for each in reminders_of(event_id)}
    before = {days: row.at for days, row in known.items()}
    if wanted == before:
        return False
    now = clock.now()
    for days, row in known.items():
        if days not in wanted:
            db.session.delete(row)
        elif wanted[days] != row.at:
            row.at, row.set_at = wanted[days], now
    put_reminders(event_id, {days: at for days, at in wanted.items() if days not in known}, now)
    record(
        "event.reminders_set",
        f"event:{event_id}",
        at=now,
        actor=by.label,
        before=_told(before),
        after=_told(wanted),
    )
    return True


def put_reminders(event_id: int, reminders: dict[int, time], now: datetime) -> None:
    """A step: write them down, also for an edition that is laid out or cloned."""
    db.session.add_all(
        Reminder(event_id=event_id, days_before=days, at=at, set_at=now) for days, at in reminders.items()
    )


def _examined(plans: Sequence[ReminderPlan]) -> dict[int, time]:
    problems: dict[str, str] = {}
    found: dict[int, time] = {}
    for number, plan in enumerate(plans):
        if number >= MOST or not 1 <= plan.days_before <= MOST_DAYS:
            problems[f"days-{number}"] = "reminder.days"
        elif plan.days_before in found:
            problems[f"days-{number}"] = "reminder.twice"
        elif plan.at is None:
            problems[f"at-{number}"] = "time.missing"
        else:
            found[plan.days_before] = plan.at
    if problems:
        raise Invalid(problems)
    return found


def _told(reminders: dict[int, time]) -> dict[str, Any]:
    return {"reminders": [f"H-{days} {at:%H:%M}" for days, at in sorted(reminders.items(), reverse=True)]}
