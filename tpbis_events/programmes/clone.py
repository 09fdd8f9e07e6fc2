"""Clone an edition: a draft with the same roles, seats, waves, sessions, agenda, texts and letters on other dates, no people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import Base, db
from tpbis_events.foundation.errors import Invalid, NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.change_letter import take_letters_along
from tpbis_events.programmes.edit_event import slug_problem
from tpbis_events.programmes.lay_seats import lay_seats
from tpbis_events.programmes.model import AgendaItem, Event, Limit, Role, Session, SessionDay, Wave
from tpbis_events.programmes.plans import seats_of
from tpbis_events.programmes.reminders import reminders_of
from tpbis_events.programmes.set_reminders import put_reminders
from tpbis_events.programmes.shifted import LONGEST_SHIFT, SAME_WEEKDAY, shifted, shifted_sessions
from tpbis_events.programmes.slugs import flush_slug
from tpbis_events.programmes.texts import Rule, examined

_IN_BOTH = {"name": Rule(200, needed=True)}
# What belongs to the old edition alone: when it was published, that it is a sample, how sure its facts are and where they
# were read, what was cancelled and why, the link of its video call.
_LEFT = frozenset(
    "id event_id role_id wave_id published_at demo source certainty city_certainty venue_certainty date_certainty"
    " hours_certainty cancelled_at cancel_reason calendar_sequence online_url".split()
)

# What the rooms above take along: steps that get the old edition's id and the new one's.
ALONG: list[Callable[[int, int], None]] = []


@dataclass(frozen=True, slots=True)
class ClonePlan:
    slug: str
    name_id: str
    name_en: str
    days: int = SAME_WEEKDAY  # how many days later


@dataclass(frozen=True, slots=True)
class Cloned:
    """`on_days_off`: how many sessions fall on a weekend or holiday by it and should be looked at."""

    event_id: int
    slug: str
    sessions: int
    seats: int
    on_days_off: int


@command
def clone(event_id: int, plan: ClonePlan, *, by: Actor) -> Cloned:
    """One act, in one transaction. Sessions that were cancelled come along, as sessions that are to be held.

    Refuses a slug that is taken, a name in one language only, and a shift outside 1 to 1500 days.
    """
    by.require(Act.PLAN, None)
    old = db.session.scalar(
        select(Event)
        .where(Event.id == event_id)
        .options(
            selectinload(Event.waves),
            selectinload(Event.roles).selectinload(Role.limits),
            selectinload(Event.agenda),
            selectinload(Event.sessions).selectinload(Session.days),
        )
    )
    if old is None:
        raise NotFound("event.unknown")
    names = _names(plan)
    new = Event(
        **_columns(old)
        | names
        | {
            "registration_opens_at": shifted(old.registration_opens_at, plan.days, old.zone),
            "registration_closes_at": shifted(old.registration_closes_at, plan.days, old.zone),
        }
    )
    if old.demo or old.source:
        new.note_id = new.note_en = None  # it says where the old edition's facts are from, or that it is a sample
    roles = {
        role.id: Role(event=new, limits=[Limit(**_columns(x)) for x in role.limits], **_columns(role))
        for role in old.roles
    }
    waves = {wave.id: _wave(wave, new, plan.days) for wave in old.waves}
    sessions = {each.id: _session(each, new, waves, plan.days) for each in old.sessions}
    new.agenda = [AgendaItem(**_columns(item)) for item in old.agenda]
    db.session.add(new)  # with all that hangs on it
    flush_slug()
    now = clock.now()
    put_reminders(new.id, {each.days_before: each.at for each in reminders_of(old.id)}, now)
    seats = lay_seats([(sessions[s], roles[r], number) for (s, r), number in sorted(seats_of(old.id).items())])
    for take_along in ALONG:
        take_along(old.id, new.id)
    take_letters_along(old.id, new.id, at=now, by=by.label)
    off = sum(bool(each.off) for each in shifted_sessions(old, plan.days))
    cloned = Cloned(new.id, new.slug, len(sessions), seats, off)
    after = {"from": old.slug, "shift": plan.days, "sessions": cloned.sessions, "seats": seats}
    record("event.cloned", f"event:{new.id}", at=now, actor=by.label, after=after)
    return cloned


def _names(plan: ClonePlan) -> dict[str, str]:
    texts, problems = examined(plan, _IN_BOTH, {})
    slug = plan.slug.strip()
    wrong = slug_problem(slug)
    if wrong:
        problems["slug"] = wrong
    if not 1 <= plan.days <= LONGEST_SHIFT:
        problems["days"] = "shift.range"
    if problems:
        raise Invalid(problems)
    return {"slug": slug, **texts}


def _columns(row: Base) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs if each.key not in _LEFT}


def _wave(wave: Wave, event: Event, days: int) -> Wave:
    by_days = timedelta(days=days)
    window = {
        "starts_on": wave.starts_on and wave.starts_on + by_days,
        "ends_on": wave.ends_on and wave.ends_on + by_days,
    }
    return Wave(event=event, **_columns(wave) | window)


def _session(session: Session, event: Event, waves: dict[int, Wave], days: int) -> Session:
    zone = session.zone
    dated = [
        SessionDay(
            number=day.number,
            local_date=day.local_date + timedelta(days=days),
            starts_at=shifted(day.starts_at, days, zone),
            ends_at=shifted(day.ends_at, days, zone),
        )
        for day in session.days
    ]
    closes = session.registration_closes_at
    moved = {
        "starts_at": shifted(session.starts_at, days, zone),
        "ends_at": shifted(session.ends_at, days, zone),
        "registration_closes_at": closes and shifted(closes, days, zone),
    }
    wave = waves[session.wave_id] if session.wave_id else None
    return Session(event=event, wave=wave, days=dated, **_columns(session) | moved)
