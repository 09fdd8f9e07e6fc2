"""The figures of an edition (laporan kegiatan): how many registered, had a seat, came, and hold a certificate.

By role, session (province), wave and employment. Sex isn't asked at registration, so it isn't in the report; it says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from tpbis_events.attendance.model import Attendance
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation.database import db
from tpbis_events.people.model import Employment, Person
from tpbis_events.programmes.model import Quota, Role, Seat, Session
from tpbis_events.registrations.model import Registration, State
from tpbis_events.reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Figures:
    """Seats there are; registrations in all; with a seat; waiting; seated who came on a day at least; certificates that stand."""

    seats: int = 0
    registered: int = 0
    seated: int = 0
    waiting: int = 0
    attended: int = 0
    certificates: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Report:
    scope: Scope
    total: Figures
    by_role: tuple[tuple[Role, Figures], ...]
    by_session: tuple[tuple[Session, Figures], ...]
    by_wave: tuple[tuple[int | None, Figures], ...]  # the wave's number
    by_employment: tuple[tuple[Employment | None, int], ...]  # of those with a seat


def report(scope: Scope) -> Report:
    """Five queries, whatever the size."""
    cells = _cells(scope)
    roles, sessions = _summed(cells, lambda session, role: role), _summed(cells, lambda session, role: session)
    waves: dict[int | None, Figures] = defaultdict(Figures)
    for session in scope.sessions:
        number = session.wave.number if session.wave else None
        waves[number] = waves[number] + sessions.get(session.id, Figures())
    return Report(
        scope,
        sum(cells.values(), Figures()),
        tuple((role, roles.get(role.id, Figures())) for role in scope.roles.values()),
        tuple((session, sessions.get(session.id, Figures())) for session in scope.sessions),
        tuple(sorted(waves.items(), key=lambda each: (each[0] is None, each[0] or 0))),
        _employments(scope),
    )


def _cells(scope: Scope) -> dict[tuple[int, int], Figures]:
    """Session and role -> figures."""
    ids = [session.id for session in scope.sessions]
    place = (Registration.session_id, Registration.role_id)
    here = Registration.session_id.in_(ids)
    states: dict[tuple[int, int], Counter[State]] = defaultdict(Counter)
    counted = select(*place, Registration.state, func.count()).where(here).group_by(*place, Registration.state)
    for session_id, role_id, state, number in db.session.execute(counted):
        states[session_id, role_id][state] = number
    came = (
        select(*place, func.count(func.distinct(Registration.id)))
        .join(Attendance, Attendance.registration_id == Registration.id)
        .where(here, Attendance.undone_at.is_(None), Registration.state == State.SEATED)
    )
    holds = (
        select(*place, func.count())
        .join(Certificate, Certificate.registration_id == Registration.id)
        .where(here, Certificate.stands)
    )
    attended = {(s, r): n for s, r, n in db.session.execute(came.group_by(*place))}
    certificates = {(s, r): n for s, r, n in db.session.execute(holds.group_by(*place))}
    return {
        (session_id, role_id): Figures(
            seats=seats,
            registered=states[session_id, role_id].total(),
            seated=states[session_id, role_id][State.SEATED],
            waiting=states[session_id, role_id][State.WAITING],
            attended=attended.get((session_id, role_id), 0),
            certificates=certificates.get((session_id, role_id), 0),
        )
        for session_id, role_id, seats in _seats(ids)
    }


def _seats(session_ids: list[int]) -> list[tuple[int, int, int]]:
    rows = db.session.execute(
        select(Quota.session_id, Quota.role_id, func.count(Seat.id))
        .outerjoin(Seat, Seat.quota_id == Quota.id)
        .where(Quota.session_id.in_(session_ids))
        .group_by(Quota.session_id, Quota.role_id)
    )
    return [(session_id, role_id, number) for session_id, role_id, number in rows]


def _summed(cells: dict[tuple[int, int], Figures], key: Callable[[int, int], int]) -> dict[int, Figures]:
    found: dict[int, Figures] = defaultdict(Figures)
    for place, figures in cells.items():
        found[key(*place)] = found[key(*place)] + figures
    return found


def _employments(scope: Scope) -> tuple[tuple[Employment | None, int], ...]:
    rows = db.session.execute(
        select(Person.employment, func.count())
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.session_id.in_(each.id for each in scope.sessions), Registration.state == State.SEATED)
        .group_by(Person.employment)
    )
    found = {row[0]: row[1] for row in rows}
    return tuple((kind, found[kind]) for kind in (*Employment, None) if kind in found)
