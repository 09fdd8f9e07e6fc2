"""Lay out an edition: an event with its waves, roles, sessions, seats and agenda, written in one act from a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import insert, select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import at_local
from tpbis_events.programmes.model import (
    AgendaItem,
    AgendaKind,
    Certainty,
    Event,
    Mode,
    Origin,
    Programme,
    Quota,
    Role,
    Seat,
    Session,
    SessionDay,
    Wave,
)
from tpbis_events.programmes.set_reminders import put_reminders


@dataclass(frozen=True, slots=True)
class RolePlan:
    slug: str
    name_id: str
    name_en: str
    seats: int  # in each session
    origin: Origin = Origin.DOMESTIC
    regency_required: bool = False


@dataclass(frozen=True, slots=True)
class SessionPlan:
    slug: str
    name_id: str
    name_en: str
    province_code: str | None
    city: str
    venue: str | None
    zone: str
    days: tuple[date, ...]
    starts: time  # local, each day
    ends: time
    wave: int | None = None
    mode: Mode = Mode.ONSITE
    date_certainty: Certainty = Certainty.REPORTED
    hours_certainty: Certainty = Certainty.REPORTED
    city_certainty: Certainty = Certainty.REPORTED
    venue_certainty: Certainty = Certainty.REPORTED
    registration_closes_at: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class AgendaPlan:
    day_number: int  # 0: the day isn't known
    starts: time | None
    ends: time | None
    kind: AgendaKind
    title_id: str
    title_en: str
    place_id: str | None = None
    place_en: str | None = None
    note_id: str | None = None
    note_en: str | None = None
    jp: int = 0  # lessons of 45 minutes
    certainty: Certainty = Certainty.REPORTED


@dataclass(frozen=True, slots=True)
class EditionPlan:
    slug: str
    programme: str
    name_id: str
    name_en: str
    registration_opens_at: datetime
    registration_closes_at: datetime
    roles: tuple[RolePlan, ...]
    sessions: tuple[SessionPlan, ...]
    agenda: tuple[AgendaPlan, ...] = ()
    waves: dict[int, Certainty] = field(default_factory=dict)
    theme_id: str | None = None
    theme_en: str | None = None
    description_id: str = ""
    description_en: str = ""
    note_id: str | None = None
    note_en: str | None = None
    source: str | None = None
    demo: bool = False
    certificate_percent: int = 100
    certificate_series: str = "TPBIS"
    signatory_name: str | None = None
    signatory_position_id: str | None = None
    signatory_position_en: str | None = None
    reminders: tuple[tuple[int, time], ...] = ()  # days before a session, and the hour there


# What the row of an event takes over from its plan as it is.
_OF_EVENT = (
    "slug name_id name_en theme_id theme_en description_id description_en note_id note_en source demo"
    " registration_opens_at registration_closes_at certificate_percent certificate_series signatory_name"
    " signatory_position_id signatory_position_en"
).split()
_OF_AGENDA_ITEM = (
    "day_number starts ends kind title_id title_en place_id place_en note_id note_en jp certainty"
).split()
_OF_SESSION = (
    "slug name_id name_en province_code city venue zone mode date_certainty hours_certainty city_certainty"
    " venue_certainty registration_closes_at source"
).split()


@command
def lay_out(plan: EditionPlan, *, by: Actor) -> int:
    """Write an edition, public at once; the event's id. An edition whose slug is there already is left as it is."""
    by.require(Act.CHANGE_SEATS, None)
    known = db.session.scalar(select(Event.id).where(Event.slug == plan.slug))
    if known:
        return known
    programme = db.session.scalar(select(Programme).where(Programme.slug == plan.programme))
    if programme is None:
        raise NotFound("programme.unknown")
    now = clock.now()
    event = Event(programme=programme, published_at=now, **{name: getattr(plan, name) for name in _OF_EVENT})
    waves = {n: Wave(event=event, number=n, certainty=certainty) for n, certainty in plan.waves.items()}
    roles = [
        Role(
            event=event,
            slug=role.slug,
            sort=sort,
            name_id=role.name_id,
            name_en=role.name_en,
            seats=role.seats,
            origin=role.origin,
            regency_required=role.regency_required,
        )
        for sort, role in enumerate(plan.roles)
    ]
    sessions = [_session(event, session, waves) for session in plan.sessions]
    agenda = [_agenda_item(sort, item) for sort, item in enumerate(plan.agenda)]
    event.agenda = agenda
    db.session.add_all([event, *waves.values(), *roles, *sessions])
    quotas = [
        (Quota(session=session, role=role, last_seat_number=role_plan.seats), role_plan.seats)
        for session in sessions
        for role, role_plan in zip(roles, plan.roles, strict=True)
    ]
    db.session.add_all([quota for quota, _ in quotas])
    db.session.flush()
    seats = [{"quota_id": quota.id, "number": n} for quota, total in quotas for n in range(1, total + 1)]
    db.session.execute(insert(Seat), seats)
    put_reminders(event.id, dict(plan.reminders), now)
    record("event.laid_out", f"event:{event.id}", at=now, actor=by.label, after={"seats": len(seats)})
    return event.id


@command
def move_dates(event_id: int, days: int, *, by: Actor) -> None:
    """Move a whole edition by some days: its sessions, their days and its registration window. Nobody is told: for demos."""
    by.require(Act.CHANGE_SEATS, None)
    event = db.session.get_one(Event, event_id)
    by_days = timedelta(days=days)
    event.registration_opens_at += by_days
    event.registration_closes_at += by_days
    for session in event.sessions:
        session.starts_at += by_days
        session.ends_at += by_days
        session.calendar_sequence += 1  # another date: calendars follow, and its reminders begin anew
        if session.registration_closes_at:
            session.registration_closes_at += by_days
        for day in sorted(session.days, key=lambda d: d.number, reverse=days > 0):
            day.local_date += by_days
            day.starts_at += by_days
            day.ends_at += by_days
            db.session.flush()  # one after the other: two days of a session never share a date
    record("event.dates_moved", f"event:{event.id}", at=clock.now(), actor=by.label, after={"days": days})


def _session(event: Event, plan: SessionPlan, waves: dict[int, Wave]) -> Session:
    days = [
        SessionDay(
            number=number,
            local_date=day,
            starts_at=at_local(day, plan.starts, plan.zone),
            ends_at=at_local(day, plan.ends, plan.zone),
        )
        for number, day in enumerate(plan.days, start=1)
    ]
    return Session(
        event=event,
        wave=waves[plan.wave] if plan.wave else None,
        starts_at=days[0].starts_at,
        ends_at=days[-1].ends_at,
        days=days,
        **{name: getattr(plan, name) for name in _OF_SESSION},
    )


def _agenda_item(sort: int, plan: AgendaPlan) -> AgendaItem:
    return AgendaItem(sort=sort, **{name: getattr(plan, name) for name in _OF_AGENDA_ITEM})
