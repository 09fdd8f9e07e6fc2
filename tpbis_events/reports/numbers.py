"""The numbers of each role in each session as the dashboard says them: seats, who has one, who waits, who was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Integer, Label, Subquery, and_, case, cast, func, select

from tpbis_events.attendance.model import Attendance
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation.database import db
from tpbis_events.outbox.model import Mail, MailState
from tpbis_events.programmes.changes import SessionChange
from tpbis_events.programmes.model import Quota, Role, Seat, SessionDay
from tpbis_events.registrations.model import LIVE, Registration, State
from tpbis_events.registrations.still_coming import StillComing

_SUBJECT = "registration:"  # how a mail says whom it is about


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of one role in one session, or the sum of several."""

    seats: int = 0
    seated: int = 0  # have a seat, and have said yes where they were asked
    offered: int = 0  # a seat is held for them until they answer
    waiting: int = 0
    applied: int = 0  # wait for the office's decision
    unreached: int = 0  # of the live ones: have no e-mail address
    silent: int = 0  # of the live ones: were asked after a change whether they can still come, and haven't answered
    attended: int = 0  # seated, and there on one day at least
    certificates: int = 0  # issued and not revoked

    @property
    def taken(self) -> int:
        return self.seated + self.offered

    @property
    def free(self) -> int:
        return max(self.seats - self.taken, 0)

    @property
    def live(self) -> int:
        return self.taken + self.waiting + self.applied

    @property
    def fill(self) -> int:
        """How full, in five steps: 0 none taken, 1 under a third, 2 under two thirds, 3 nearly full, 4 full."""
        if not self.taken:
            return 0
        return 4 if self.taken >= self.seats else 1 + 3 * self.taken // self.seats

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def by_role(session_ids: Sequence[int]) -> tuple[list[Role], dict[tuple[int, int], Numbers]]:
    """The roles of these sessions in their order, and (session id, role id) -> numbers. One query, whatever the size."""
    seats, people = _seats(session_ids), _people(session_ids)
    counted = [func.coalesce(people.c[each.name], 0) for each in fields(Numbers)[1:]]
    rows = db.session.execute(
        select(Quota.session_id, Role, func.coalesce(seats.c.seats, 0), *counted)
        .join(Quota.role)
        .outerjoin(seats, seats.c.quota_id == Quota.id)
        .outerjoin(people, people.c.quota_id == Quota.id)
        .where(Quota.session_id.in_(session_ids))
        .order_by(Role.sort, Role.id)
    ).all()
    roles = list(dict.fromkeys(row[1] for row in rows))
    return roles, {(session_id, role.id): Numbers(*numbers) for session_id, role, *numbers in rows}


def mails_failed(session_ids: Sequence[int]) -> dict[int, int]:
    """Session id -> how many people with a live registration have a mail that never reached them. One query."""
    about = case(
        (Mail.subject.startswith(_SUBJECT), cast(func.substr(Mail.subject, len(_SUBJECT) + 1), Integer)), else_=None
    )
    rows: Sequence[Any] = db.session.execute(
        select(Registration.session_id, func.count(func.distinct(Registration.id)))
        .select_from(Mail)
        .join(Registration, Registration.id == about)
        .where(Mail.state == MailState.FAILED, Registration.session_id.in_(session_ids), Registration.state.in_(LIVE))
        .group_by(Registration.session_id)
    ).all()
    return dict(rows)


def _seats(session_ids: Sequence[int]) -> Subquery:
    return (
        select(Seat.quota_id, func.count().label("seats"))
        .join(Quota, Quota.id == Seat.quota_id)
        .where(Quota.session_id.in_(session_ids))
        .group_by(Seat.quota_id)
        .subquery()
    )


def _people(session_ids: Sequence[int]) -> Subquery:
    """Registrations counted by quota; attendance and certificates are found from the session's days and each registration."""
    was_there = (
        select(Attendance.registration_id)
        .join(SessionDay, SessionDay.id == Attendance.day_id)
        .where(SessionDay.session_id.in_(session_ids), Attendance.undone_at.is_(None))
        .distinct()
        .subquery()
    )

    silent = _silent(session_ids)

    def of(state: State) -> Label[int]:
        return func.count().filter(Registration.state == state).label(state.value)

    return (
        select(
            Registration.quota_id,
            of(State.SEATED),
            of(State.OFFERED),
            of(State.WAITING),
            of(State.APPLIED),
            func.count().filter(Registration.state.in_(LIVE), Registration.email_key.is_(None)).label("unreached"),
            func.count(silent.c.registration_id).filter(Registration.state.in_(LIVE)).label("silent"),
            func.count(was_there.c.registration_id).filter(Registration.state == State.SEATED).label("attended"),
            func.count(Certificate.id).label("certificates"),
        )
        .outerjoin(was_there, was_there.c.registration_id == Registration.id)
        .outerjoin(silent, silent.c.registration_id == Registration.id)
        .outerjoin(Certificate, and_(Certificate.registration_id == Registration.id, Certificate.stands))
        # Said twice: SQLite finds them by quota, in the order that it groups; PostgreSQL by session, by an index.
        .where(
            Registration.session_id.in_(session_ids),
            Registration.quota_id.in_(select(Quota.id).where(Quota.session_id.in_(session_ids))),
        )
        .group_by(Registration.quota_id)
        .subquery()
    )


def _silent(session_ids: Sequence[int]) -> Subquery:
    """Who was asked after the newest change of her session and hasn't answered; each stands here once."""
    newest = (
        select(func.max(SessionChange.id))
        .where(SessionChange.session_id.in_(session_ids))
        .group_by(SessionChange.session_id)
    )
    return (
        select(StillComing.registration_id)
        .join(SessionChange, SessionChange.id == StillComing.change_id)
        .where(StillComing.change_id.in_(newest), SessionChange.tell, StillComing.coming.is_(None))
        .subquery()
    )
