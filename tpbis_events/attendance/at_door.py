"""What the door sees: the meetings of today in its reach, and of their people name, role and status, nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tpbis_events.attendance.model import Attendance
from tpbis_events.attendance.presence import names_of
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Person
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import Event, Role, Session, SessionDay
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.rules import name_key

FEWEST_LETTERS = 3
MOST_FOUND = 20
MOST_COMING = 10
TICKET_LENGTH = 16


@dataclass(frozen=True, slots=True)
class DoorDays:
    """Days with their sessions: those of today, and when there are none the next ones."""

    today: tuple[SessionDay, ...]
    coming: tuple[SessionDay, ...]


@dataclass(frozen=True, slots=True)
class AtDoor:
    """A person as the door may see her; `since` and `by` tell of the check-in that stands on the day asked for."""

    registration_id: int
    full_name: str
    role_id: str
    role_en: str
    state: State
    since: datetime | None
    by: str  # the name of the account or device, empty when neither did it


@dataclass(frozen=True, slots=True)
class Found:
    people: tuple[AtDoor, ...]
    more: bool  # there are more than are shown


def days_at_door(by: Actor, now: datetime) -> DoorDays:
    """The days that are today by the clocks of their own place, else the first day to come of each session. One query."""
    days = (
        select(SessionDay)
        .join(SessionDay.session)
        .join(Session.event)
        .where(Event.published_at.is_not(None))
        .order_by(SessionDay.local_date, SessionDay.starts_at, Session.slug)
    )
    provinces = by.provinces_for(Act.SEE_DOOR)
    if provinces is not None:
        days = days.where(Session.province_code.in_(provinces))
    # No place's date is more than a day away from the one in UTC.
    near = days.where(SessionDay.local_date >= now.date() - timedelta(days=1)).limit(400)
    rows = db.session.scalars(near.options(contains_eager(SessionDay.session).contains_eager(Session.event))).all()
    today = tuple(day for day in rows if day.local_date == local_date(now, day.session.zone))
    coming: dict[int, SessionDay] = {}
    for day in rows:
        if not today and day.local_date > local_date(now, day.session.zone):
            coming.setdefault(day.session_id, day)
    return DoorDays(today, tuple(coming.values())[:MOST_COMING])


def session_at_door(session_id: int, by: Actor) -> Session:
    """One session with event and days; 404 when there is none in the actor's reach."""
    session = db.session.get(
        Session, session_id, options=[joinedload(Session.event), selectinload(Session.days)], populate_existing=True
    )
    if session is None:
        raise NotFound("session.unknown")
    by.require_in(Act.SEE_DOOR, session.id, session.province_code)
    return session


def day_today(session: Session, now: datetime) -> SessionDay | None:
    """The session's day that is today where it takes place."""
    today = local_date(now, session.zone)
    return next((day for day in session.days if day.local_date == today), None)


def search(session_id: int, day_id: int, typed: str, *, item_id: int | None = None, by_name: bool = True) -> Found:
    """The people of a session by parts of their names (three letters), or one by ticket or reference, however typed.

    A device that may not search (`by_name` false) finds by the whole ticket alone.
    """
    code = codes.read_back(typed)
    matches = [Registration.ticket == code, *([Registration.reference == code] if by_name else [])]
    key = name_key(typed)
    if by_name and len(key.replace(" ", "")) >= FEWEST_LETTERS:
        matches.append(and_(*(Person.name_key.contains(part, autoescape=True) for part in key.split())))
    people = _people(session_id, day_id, or_(*matches), item_id)
    return Found(tuple(people[:MOST_FOUND]), len(people) > MOST_FOUND)


def one_person(session_id: int, day_id: int, registration_id: int, item_id: int | None = None) -> AtDoor | None:
    """One person of a session by registration."""
    return next(iter(_people(session_id, day_id, Registration.id == registration_id, item_id)), None)


def session_of_ticket(typed: str) -> Session | None:
    """The session that a whole ticket is for, to send its holder there."""
    code = codes.read_back(typed)
    if len(code) != TICKET_LENGTH:
        return None
    return db.session.scalar(
        select(Session).join(Registration, Registration.session_id == Session.id).where(Registration.ticket == code)
    )


def _people(session_id: int, day_id: int, which: Any, item_id: int | None) -> Sequence[AtDoor]:
    stands = and_(
        Attendance.registration_id == Registration.id,
        Attendance.day_id == day_id,
        Attendance.item_id.is_(None) if item_id is None else Attendance.item_id == item_id,
        Attendance.undone_at.is_(None),
    )
    rows = db.session.execute(
        select(
            Registration.id,
            Person.full_name,
            Role.name_id,
            Role.name_en,
            Registration.state,
            Attendance.happened_at,
            Attendance.checked_in_by,
        )
        .join(Person, Person.id == Registration.person_id)
        .join(Role, Role.id == Registration.role_id)
        .outerjoin(Attendance, stands)
        .where(Registration.session_id == session_id, which)
        .order_by(Person.name_key, Registration.id.desc())
        .limit(MOST_FOUND + 1)
    ).all()
    names = names_of(row.checked_in_by for row in rows if row.checked_in_by)
    return [AtDoor(*row[:6], names.get(row.checked_in_by or "", "")) for row in rows]
