"""Plans for tests: an edition, a role, a session as an organizer would type them, and a draft that is whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import COMMAND_LINE
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.add_sessions import add_sessions
from tpbis_events.programmes.edit_agenda import ItemPlan, add_item
from tpbis_events.programmes.edit_event import EventPlan, create_event
from tpbis_events.programmes.edit_programme import ProgrammePlan, create_programme
from tpbis_events.programmes.edit_role import RolePlan, add_role
from tpbis_events.programmes.model import AgendaKind, Event
from tpbis_events.programmes.planned_session import PlannedDay, PlannedSession

_numbers = count(1)


def day(in_days: int) -> date:
    """A date so many days from today, as the calendars of Jakarta show it."""
    return local_date(clock.now(), "Asia/Jakarta") + timedelta(days=in_days)


def a_programme(slug: str = "") -> int:
    slug = slug or f"program-{next(_numbers)}"
    return create_programme(ProgrammePlan(slug, "Program", "Programme", "Ringkas", "Short"), by=COMMAND_LINE)


def planned(**changes: Any) -> EventPlan:
    plan = EventPlan(
        slug=f"kegiatan-{next(_numbers)}",
        name_id="SHM Provinsi 2027",
        name_en="Provincial Stakeholder Meetings 2027",
        opens_on=day(-1),
        opens_at=time(8),
        closes_on=day(40),
        closes_at=time(16),
        description_id="Untuk apa",
        description_en="What for",
        signatory_name="Pejabat Contoh",
        signatory_position_id="Kepala Pusat",
        signatory_position_en="Head of Centre",
    )
    return replace(plan, **changes)


def role(slug: str = "desa", seats: int = 2, **changes: Any) -> RolePlan:
    return replace(RolePlan(slug, f"Peran {slug}", f"Role {slug}", seats), **changes)


def session(slug: str = "bali", in_days: int = 45, **changes: Any) -> PlannedSession:
    plan = PlannedSession(
        slug=slug,
        name_id="SHM Bali",
        name_en="SHM Bali",
        city="Denpasar",
        zone="Asia/Makassar",
        days=(PlannedDay(day(in_days), time(8, 30), time(16)),),
        province_code="51",
        venue="Aula",
        access_id="Tanpa tangga",
        access_en="Step-free",
    )
    return replace(plan, **changes)


def item(**changes: Any) -> ItemPlan:
    return replace(ItemPlan(1, AgendaKind.TALK, "Paparan", "Talk", starts=time(9), ends=time(10, 30), jp=2), **changes)


def a_draft(**changes: Any) -> int:
    """A draft that could be published: two roles, one session in Bali, an agenda."""
    event_id = create_event(a_programme(), planned(**changes), by=COMMAND_LINE)
    for slug in ("desa", "provinsi"):
        add_role(event_id, role(slug), by=COMMAND_LINE)
    add_sessions(event_id, [session()], by=COMMAND_LINE)
    add_item(event_id, item(), by=COMMAND_LINE)
    return event_id


def event(event_id: int) -> Event:
    """An event as it stands in the database now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Event).where(Event.id == event_id)).one()
