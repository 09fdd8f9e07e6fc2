"""Add sessions to an edition: each with place, days and the seats of every role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.lay_seats import MOST_SEATS, lay_seats
from tpbis_events.programmes.model import Event, Session, SessionDay
from tpbis_events.programmes.planned_session import PlannedSession, values_of
from tpbis_events.programmes.put_values import told
from tpbis_events.programmes.slugs import flush_slug

MOST_AT_ONCE = 60


@command
def add_sessions(
    event_id: int, plans: Sequence[PlannedSession], *, by: Actor, seats: Mapping[int, int] | None = None
) -> list[int]:
    """New sessions, all or none; their ids. `seats` says how many per role id; a role that it doesn't name has its usual ones.

    Refuses what is wrong with a plan, field by field (of the first plan that is wrong, `session` names its slug in a batch),
    and seats outside 0 to 500.
    """
    by.require(Act.PLAN, None)
    event = db.session.get(Event, event_id)
    if event is None:
        raise NotFound("event.unknown")
    if not 1 <= len(plans) <= MOST_AT_ONCE:
        raise Invalid({"sessions": "sessions.number"})
    numbers = _seats(event, seats or {})
    added = [_added(event, plan) for plan in plans]
    flush_slug()
    places = [(session, role, numbers[role.id]) for session in added for role in event.roles]
    lay_seats(places)
    now = clock.now()
    for session in added:
        after = told({"slug": session.slug, "starts_at": session.starts_at, "zone": session.zone, "mode": session.mode})
        record(
            "session.added",
            f"session:{session.id}",
            at=now,
            actor=by.label,
            province_code=session.province_code,
            after=after | {"seats": sum(numbers.values())},
        )
    return [session.id for session in added]


def _added(event: Event, plan: PlannedSession) -> Session:
    values, days = values_of(plan, event)
    session = Session(event=event, **values)
    session.days = [
        SessionDay(number=day.number, local_date=day.local_date, starts_at=day.starts_at, ends_at=day.ends_at)
        for day in days
    ]
    db.session.add(session)
    return session


def _seats(event: Event, asked: Mapping[int, int]) -> dict[int, int]:
    numbers = {role.id: asked.get(role.id, role.seats) for role in event.roles}
    problems = {f"seats-{role_id}": "seats.range" for role_id, n in numbers.items() if not 0 <= n <= MOST_SEATS}
    if problems:
        raise Invalid(problems)
    return numbers
