"""The rows of a roster to take out: filtered like the roster's page, read a thousand at a time, so memory stays constant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from tpbis_events.attendance.model import Attendance
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation.codes import read_back
from tpbis_events.foundation.database import db
from tpbis_events.people.model import Employment, Person
from tpbis_events.programmes.model import Role, Seat, Session
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.rules import name_key
from tpbis_events.reports.scope import Scope

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Filters:
    """A role's slug, a state, and words as in the roster's search; what is empty doesn't narrow."""

    role: str = ""
    state: str = ""
    words: str = ""


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


def how_many(scope: Scope, filters: Filters) -> int:
    wanted = _from(select(func.count(Registration.id)), filters)
    return db.session.scalar(wanted.where(Registration.session_id.in_(each.id for each in scope.sessions))) or 0


def lines(scope: Scope, filters: Filters, *, nip: bool = False, support: bool = False) -> Iterator[Line]:
    """Session by session, each in the order of the requests."""
    extra = [*([Person.nip] if nip else []), *([Person.support_needed] if support else [])]
    for session in scope.sessions:
        after = 0
        while True:
            columns: list[Any] = [*_COLUMNS, *extra]
            wanted = _from(select(*columns), filters).where(
                Registration.session_id == session.id, Registration.id > after
            )
            found = db.session.execute(wanted.order_by(Registration.id).limit(AT_ONCE)).mappings().all()
            yield from _lines(found, session, scope)
            if len(found) < AT_ONCE:
                break
            after = found[-1]["id"]


def _lines(found: Sequence[Any], session: Session, scope: Scope) -> Iterator[Line]:
    ids = [row["id"] for row in found]
    attended, certificates = _attended(ids), _certificates(ids)
    for row in found:
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
    wanted = select(Attendance.registration_id, func.count()).where(
        Attendance.registration_id.in_(ids), Attendance.undone_at.is_(None)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted.group_by(Attendance.registration_id))}


def _certificates(ids: Sequence[int]) -> dict[int, str]:
    wanted = select(Certificate.registration_id, Certificate.number)
    stands = (Certificate.registration_id.in_(ids), Certificate.revoked_at.is_(None))
    return {row[0]: row[1] for row in db.session.execute(wanted.where(*stands))}


def _from(wanted: Select[Any], filters: Filters) -> Select[Any]:
    wanted = (
        wanted.select_from(Registration)
        .join(Person, Registration.person_id == Person.id)
        .join(Role, Registration.role_id == Role.id)
        .outerjoin(Seat, Registration.seat_id == Seat.id)
    )
    if filters.role:
        wanted = wanted.where(Role.slug == filters.role)
    if filters.state in set(State):
        wanted = wanted.where(Registration.state == State(filters.state))
    if words := filters.words.strip()[:200]:
        wanted = wanted.where(_matches(words))
    return wanted


def _matches(words: str) -> ColumnElement[bool]:
    """As the roster finds: all words in the name, or part of the e-mail address or institution, the phone or the reference."""
    found: list[ColumnElement[bool]] = [
        Person.email.icontains(words, autoescape=True),
        Person.institution.icontains(words, autoescape=True),
    ]
    if in_name := [Person.name_key.contains(word, autoescape=True) for word in name_key(words).split()]:
        found.append(and_(*in_name))
    digits = "".join(c for c in words if c.isascii() and c.isdigit())
    if len(digits) >= 4 and digits.lstrip("0") and not any(c.isalpha() for c in words):
        found.append(Person.phone.contains(digits.lstrip("0")))
    if reference := read_back(words):
        found.append(Registration.reference == reference)
    return or_(*found)
