"""All that is kept of a session's attendance, row by row: who came, what was undone, read, signed, who joined online."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tpbis_events.attendance.model import Attendance, Device, Scan
from tpbis_events.attendance.online import OnlinePresence
from tpbis_events.attendance.papers import PaperMark, Printing, SheetPhoto
from tpbis_events.attendance.signatures import Signature
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import AgendaItem, Event, Role, Session
from tpbis_events.registrations.model import Registration, State


@dataclass(frozen=True, slots=True)
class Guest:
    """A person as the record names her; `seated`: has a seat now in this session."""

    registration_id: int
    reference: str
    full_name: str
    institution: str
    nip_ending: str
    role: Role
    seated: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows of one session; `references` of everybody that a row names, `codes` of printings by id."""

    session: Session
    attendances: tuple[Attendance, ...]
    scans: tuple[Scan, ...]
    signatures: tuple[Any, ...]
    marks: tuple[PaperMark, ...]
    photos: tuple[SheetPhoto, ...]
    presences: tuple[OnlinePresence, ...]
    devices: dict[int, Device]
    codes: dict[int, str]
    references: dict[int, str]

    @property
    def dates(self) -> dict[int, str]:
        """Day id -> its date, as ISO text."""
        return {day.id: day.local_date.isoformat() for day in self.session.days}


def session_of(event_slug: str, session_slug: str, *, by: Actor) -> Session:
    """A session with event and days. Refuses one that isn't there or out of reach (404), or isn't hers to see (403)."""
    session = db.session.scalars(
        select(Session)
        .join(Session.event)
        .where(Event.slug == event_slug, Session.slug == session_slug)
        .options(joinedload(Session.event), joinedload(Session.days))
    )
    found = session.unique().first()
    if found is None:
        raise NotFound("session.unknown")
    by.require(Act.SEE_ATTENDANCE, found.province_code)
    return found


def facts_of(session: Session) -> Facts:
    """Nine queries, whatever the size. Rows follow the day: who was moved or cancelled since stays in."""
    days = [day.id for day in session.days]
    signature = (
        Signature.registration_id,
        Signature.day_id,
        Signature.drawn_at,
        Signature.drawn_by,
        Signature.replaced_at,
    )
    attendances = _all(select(Attendance).where(Attendance.day_id.in_(days)).order_by(Attendance.id))
    scans = _all(select(Scan).where(Scan.session_id == session.id).order_by(Scan.id))
    marks = _all(select(PaperMark).where(PaperMark.day_id.in_(days)).order_by(PaperMark.id))
    presences = _all(select(OnlinePresence).where(OnlinePresence.day_id.in_(days)).order_by(OnlinePresence.id))
    signatures = db.session.execute(select(*signature).where(Signature.day_id.in_(days)).order_by(Signature.id)).all()
    photos = _all(select(SheetPhoto).where(SheetPhoto.day_id.in_(days)).order_by(SheetPhoto.id))
    codes = db.session.execute(select(Printing.id, Printing.code).where(Printing.session_id == session.id))
    devices = _all(select(Device).where(Device.session_id == session.id).order_by(Device.id))
    named = {row.registration_id for row in (*attendances, *scans, *marks, *presences, *signatures)} - {None}
    references = db.session.execute(
        select(Registration.id, Registration.reference).where(
            or_(Registration.session_id == session.id, Registration.id.in_(named))
        )
    )
    return Facts(
        session,
        attendances,
        scans,
        tuple(signatures),
        marks,
        photos,
        presences,
        {each.id: each for each in devices},
        {row.id: row.code or "" for row in codes},
        {row.id: row.reference for row in references},
    )


def guests_of(facts: Facts) -> list[Guest]:
    """Who has a seat, and who is named by a row though she has none any longer: by role, then by name. One query."""
    named = {row.registration_id for row in (*facts.attendances, *facts.scans, *facts.signatures, *facts.marks)} - {
        None
    }
    rows = db.session.execute(
        select(Registration, Person, Role)
        .join(Person, Person.id == Registration.person_id)
        .join(Role, Role.id == Registration.role_id)
        .where(
            or_(
                Registration.id.in_(named),
                (Registration.session_id == facts.session.id) & (Registration.state == State.SEATED),
            )
        )
        .order_by(Role.sort, Role.id, Person.name_key, Registration.id)
    )
    return [
        Guest(
            registration.id,
            registration.reference,
            person.full_name,
            person.institution,
            (person.nip or "")[-4:],
            role,
            registration.session_id == facts.session.id and registration.state is State.SEATED,
        )
        for registration, person, role in rows
    ]


def items_of(facts: Facts) -> dict[int, AgendaItem]:
    """The agenda items that rows name. One query."""
    ids = {row.item_id for row in facts.attendances if row.item_id is not None}
    return {item.id: item for item in db.session.scalars(select(AgendaItem).where(AgendaItem.id.in_(ids)))}


def _all(wanted: Any) -> tuple[Any, ...]:
    rows: Sequence[Any] = db.session.scalars(wanted).all()
    return tuple(rows)
