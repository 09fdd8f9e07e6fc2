"""The rows of a roster to take out: filtered like the roster's page, read a thousand at a time, so memory stays constant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from tpbis_events.attendance.model import Attendance
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Actor
from tpbis_events.people.model import Employment, Person
from tpbis_events.programmes.model import Role, Seat, Session
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.search import Search
from tpbis_events.reports import found
from tpbis_events.reports.scope import Scope

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One registration with its person, as plain values; `nip` and `support` are read only when they are asked for."""

    session: Session
    role: Role
    reference: str
    state: State
    seat: int | None
    created_at: datetime
    full_name: str
    own_script_name: str | None
    institution: str
    position: str
    employment: Employment | None
    province_code: str | None
    regency_code: str | None
    country_code: str
    email: str | None
    phone: str | None
    nip: str | None
    support: str | None
    days_attended: int
    certificate: str | None


_COLUMNS = (
    Registration.id,
    Registration.role_id,
    Registration.reference,
    Registration.state,
    Seat.number.label("seat"),
    Registration.created_at,
    Person.full_name,
    Person.own_script_name,
    Person.institution,
    Person.position,
    Person.employment,
    Person.province_code,
    Person.regency_code,
    Person.country_code,
    Person.email,
    Person.phone,
)
_TAKEN_OVER = [column.key for column in _COLUMNS[2:]]


def how_many(scope: Scope, search: Search, *, by: Actor) -> int:
    ids = [each.id for each in sessions_of(scope, search)]
    wanted = _from(select(func.count(Registration.id))).where(Registration.session_id.in_(ids))
    return db.session.scalar(wanted.where(*found.conditions(search, by=by))) or 0


def lines(scope: Scope, search: Search, *, by: Actor, nip: bool = False, support: bool = False) -> Iterator[Line]:
    """Session by session, each in the order of the requests; whom the search means is decided as in the roster."""
    extra = [*([Person.nip] if nip else []), *([Person.support_needed] if support else [])]
    columns: list[Any] = [*_COLUMNS, *extra]
    which = found.conditions(search, by=by)
    for session in sessions_of(scope, search):
        after, session_id = 0, session.id
        while True:
            wanted = _from(select(*columns)).where(
                Registration.session_id == session_id, Registration.id > after, *which
            )
            rows = db.session.execute(wanted.order_by(Registration.id).limit(AT_ONCE)).mappings().all()
            yield from _lines(rows, session, scope)
            if len(rows) < AT_ONCE:
                break
            after = rows[-1]["id"]


def sessions_of(scope: Scope, search: Search) -> list[Session]:
    """Those that the search can mean: of a wave, or of a province."""
    return [
        session
        for session in scope.sessions
        if (not search.wave or (session.wave and session.wave.number == search.wave))
        and (not search.province or session.province_code == search.province)
    ]


def _lines(rows: Sequence[Any], session: Session, scope: Scope) -> Iterator[Line]:
    ids = [row["id"] for row in rows]
    attended, certificates = _attended(ids), _certificates(ids)
    for row in rows:
        yield Line(
            session=session,
            role=scope.roles[row["role_id"]],
            nip=row.get("nip"),
            support=row.get("support_needed"),
            days_attended=attended.get(row["id"], 0),
            certificate=certificates.get(row["id"]),
            **{key: row[key] for key in _TAKEN_OVER},
        )


def _attended(ids: Sequence[int]) -> dict[int, int]:
    wanted = select(Attendance.registration_id, func.count(func.distinct(Attendance.day_id))).where(
        Attendance.registration_id.in_(ids), Attendance.undone_at.is_(None)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted.group_by(Attendance.registration_id))}


def _certificates(ids: Sequence[int]) -> dict[int, str]:
    wanted = select(Certificate.registration_id, Certificate.number)
    stands = (Certificate.registration_id.in_(ids), Certificate.stands)
    return {row[0]: row[1] for row in db.session.execute(wanted.where(*stands))}


def _from(wanted: Select[Any]) -> Select[Any]:
    return (
        wanted.select_from(Registration)
        .join(Person, Registration.person_id == Person.id)
        .outerjoin(Seat, Registration.seat_id == Seat.id)
    )
