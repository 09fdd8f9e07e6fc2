"""Change a session of a plan. Its days, hours, place, mode and link only while nobody is registered: after that they are a
reschedule (reschedule.py), which tells everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota, Session, SessionDay
from tpbis_events.programmes.planned_session import Hours, PlannedSession, values_of
from tpbis_events.programmes.put_values import put_values
from tpbis_events.programmes.slugs import flush_slug
from tpbis_events.registrations import seats
from tpbis_events.registrations.counts import registered

# What people were told: changed by a reschedule once somebody is registered.
TOLD = ("province_code", "city", "venue", "zone", "mode", "online_url", "starts_at", "ends_at")


@command
def edit_session(session_id: int, plan: PlannedSession, *, by: Actor) -> None:
    """Change what differs. Refuses what is wrong with the plan, field by field, and with somebody registered any change of
    what she was told.
    """
    session = db.session.get(Session, session_id)
    if session is None:
        raise NotFound("session.unknown")
    by.require(Act.PLAN, session.province_code)
    seats.lock_quotas(db.session.scalars(select(Quota.id).where(Quota.session_id == session_id)).all())
    values, days = values_of(plan, session.event, session)
    moved = _moved(session, days)
    told = moved or any(getattr(session, name) != values[name] for name in TOLD)
    live = registered(session_id) if told else 0
    if live:
        raise Refusal("session.has_people", number=live)
    before, after = put_values(session, values)
    flush_slug()
    if moved:
        before["days"], after["days"] = _told(session.days), _told(days)
        _replace_days(session, days)
    if told:
        session.calendar_sequence += 1
    if after:
        record(
            "session.changed",
            f"session:{session_id}",
            at=clock.now(),
            actor=by.label,
            province_code=session.province_code,
            before=before,
            after=after,
        )


def _moved(session: Session, days: Sequence[Hours]) -> bool:
    return [(day.local_date, day.starts_at, day.ends_at) for day in session.days] != [
        (day.local_date, day.starts_at, day.ends_at) for day in days
    ]


def _replace_days(session: Session, days: Sequence[Hours]) -> None:
    """All at once: two days of a session never share a date, not even for a moment."""
    try:
        db.session.execute(delete(SessionDay).where(SessionDay.session_id == session.id))
    except IntegrityError as kept:  # somebody was checked in on one of them
        raise Refusal("session.has_history") from kept
    db.session.expire(session, ["days"])
    db.session.add_all(
        SessionDay(
            session_id=session.id,
            number=day.number,
            local_date=day.local_date,
            starts_at=day.starts_at,
            ends_at=day.ends_at,
        )
        for day in days
    )
    db.session.flush()


def _told(days: Sequence[Any]) -> list[str]:
    return [f"{day.starts_at.isoformat()}/{day.ends_at.isoformat()}" for day in days]
