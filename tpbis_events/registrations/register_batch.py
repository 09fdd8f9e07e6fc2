"""Register many people at once, in the office: by the same step as one, all or none. Roster imports rest on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota, Session
from tpbis_events.registrations import rules, seats
from tpbis_events.registrations.forecast import Forecast
from tpbis_events.registrations.model import LIVE, Registration, State
from tpbis_events.registrations.register import admit, asked_for, require_may_register
from tpbis_events.registrations.rules import Applicant

MOST_ROWS = 1000


class Beyond(StrEnum):
    """What becomes of rows for whom no seat is free."""

    WAIT = "wait"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Row:
    """One person to register; `line` is where she stands in what was handed in, for naming what is wrong with it."""

    line: int
    role_id: int
    applicant: Applicant


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a row; `known` is somebody who was registered for the role before, and for whom nothing was done."""

    line: int
    reference: str
    state: State
    known: bool = False


@dataclass(frozen=True, slots=True)
class BatchRegistered:
    rows: tuple[Entered, ...]

    def number(self, state: State) -> int:
        return sum(row.state is state and not row.known for row in self.rows)

    @property
    def known(self) -> int:
        return sum(row.known for row in self.rows)


class BadRows(Refusal):
    """Every problem of every row at once; nothing was stored."""

    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("batch.problems", number=len(problems))
        self.problems = tuple(problems)


@command
def register_batch(session_id: int, rows: Sequence[Row], *, beyond: Beyond, by: Actor) -> BatchRegistered:
    """In the order of the rows, each gets a seat, or else a place on the waiting list; with Beyond.REFUSE that is a problem.

    Who is registered for the role already is left as she is, so the same batch handed in twice adds nobody. Refuses by
    BadRows, with all problems: answers that break a rule, the same person twice, a live registration elsewhere in the event.
    """
    quotas = _of_session(seats.lock_quotas(_quota_ids(session_id)))
    now = clock.now()

    def one(row: Row, answers: Applicant) -> Entered:
        registration, _place = admit(quotas[row.role_id], answers, at=now, by=by)
        return Entered(row.line, registration.reference, registration.state)

    entered = _entered(rows, quotas, one, beyond=beyond, at=now, by=by)
    record(
        "registrations.entered",
        f"session:{session_id}",
        at=now,
        actor=by.label,
        province_code=_session(quotas).province_code,
        after={"rows": len(rows), "added": sum(not row.known for row in entered)},
    )
    return BatchRegistered(tuple(entered))


def rehearse_batch(session_id: int, rows: Sequence[Row], *, beyond: Beyond, by: Actor) -> BatchRegistered:
    """What `register_batch` would do now, with the same refusals, and empty references for who would be new. Reads only:
    a constant number of queries, however many rows.
    """
    wanted = select(Quota).where(Quota.id.in_(_quota_ids(session_id)))
    found = db.session.scalars(wanted.options(*seats.WITH_SESSION_AND_ROLE)).unique()
    quotas = _of_session({quota.id: quota for quota in found})
    now = clock.now()
    forecast = Forecast(session_id, quotas.values(), now)

    def one(row: Row, answers: Applicant) -> Entered:
        return Entered(row.line, "", forecast.next_in(quotas[row.role_id], answers))

    return BatchRegistered(tuple(_entered(rows, quotas, one, beyond=beyond, at=now, by=by)))


def _entered(
    rows: Sequence[Row],
    quotas: dict[int, Quota],
    one: Callable[[Row, Applicant], Entered],
    *,
    beyond: Beyond,
    at: datetime,
    by: Actor,
) -> list[Entered]:
    if not 1 <= len(rows) <= MOST_ROWS:
        raise Refusal("batch.size", most=MOST_ROWS)
    by.require(Act.REGISTER, _session(quotas).province_code)
    require_may_register(next(iter(quotas.values())), at, "id", by=by)
    good, problems = _examined(rows, quotas)
    known = _known(quotas, [answers for _row, answers in good])
    entered: list[Entered] = []
    readable = not problems  # else nothing is stored in any case, and the rest is only looked through
    for row, answers in good:
        there = known.get(rules.email_key(answers) or "") or known.get(rules.phone_key(answers) or "")
        if there and there.quota_id == quotas[row.role_id].id:
            entered.append(Entered(row.line, there.reference, there.state, known=True))
        elif there:
            problems.append(Problem(row.line, "email" if answers.email else "phone", "registration.elsewhere"))
        elif readable:
            entered.append(one(row, answers))
            if entered[-1].state is not State.SEATED and beyond is Beyond.REFUSE:
                problems.append(Problem(row.line, "role", "role.full"))
    if problems:
        raise BadRows(sorted(problems, key=lambda problem: problem.line))
    return entered


def _quota_ids(session_id: int) -> Sequence[int]:
    ids = db.session.scalars(select(Quota.id).where(Quota.session_id == session_id)).all()
    if not ids:
        raise NotFound("session.unknown")
    return ids


def _of_session(quotas: dict[int, Quota]) -> dict[int, Quota]:
    return {quota.role_id: quota for quota in quotas.values()}


def _session(quotas: dict[int, Quota]) -> Session:
    return next(iter(quotas.values())).session


def _examined(rows: Sequence[Row], quotas: dict[int, Quota]) -> tuple[list[tuple[Row, Applicant]], list[Problem]]:
    """The rows whose answers keep the rules, cleaned; and the problems of the others, also of who stands there twice."""
    good: list[tuple[Row, Applicant]] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for row in rows:
        quota = quotas.get(row.role_id)
        if quota is None:
            problems.append(Problem(row.line, "role", "role.unknown"))
            continue
        answers, wrong = rules.examine(
            row.applicant, asked_for(quota), test_addresses=not current_app.config["PRODUCTION"]
        )
        problems += [Problem(row.line, field, code) for field, code in wrong.items()]
        for field, key in (("email", rules.email_key(answers)), ("phone", rules.phone_key(answers))):
            if key and seen.setdefault(key, row.line) != row.line:
                problems.append(Problem(row.line, field, "row.twice"))
        if not wrong:
            good.append((row, answers))
    return good, problems


def _known(quotas: dict[int, Quota], answers: list[Applicant]) -> dict[str, Registration]:
    """Live registrations of the event that bear a contact of one of these, by contact."""
    keys = {key for each in answers for key in (rules.email_key(each), rules.phone_key(each)) if key}
    event_id = next(iter(quotas.values())).session.event_id
    found = db.session.scalars(
        select(Registration).where(
            Registration.event_id == event_id,
            Registration.state.in_(LIVE),
            Registration.email_key.in_(keys) | Registration.phone_key.in_(keys),
        )
    )
    known: dict[str, Registration] = {}
    for registration in found:
        for key in (registration.email_key, registration.phone_key):
            if key:
                known[key] = registration
    return known
