"""Register many people at once, in the office: by the same step as one, all or none. Roster imports rest on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import select, update

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota, Role, Session
from tpbis_events.registrations import rules, seats
from tpbis_events.registrations.batches import Batch, BatchRegistered, Entered, kept, outcome
from tpbis_events.registrations.counts import SeatCounts
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
    """What is wrong with a field of a line; `same_as` is the line that holds the same person."""

    line: int
    field: str
    code: str
    same_as: int = 0


@dataclass(frozen=True, slots=True)
class RoleForeseen:
    """The seats of one role before and after the batch."""

    role: Role
    before: SeatCounts
    after: SeatCounts


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a batch would do now: what would become of each good row, every problem of the others, the seats of each role."""

    rows: tuple[Entered, ...]
    problems: tuple[Problem, ...]
    roles: tuple[RoleForeseen, ...]


class BadRows(Refusal):
    """Every problem of every row at once; nothing was stored."""

    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("batch.problems", number=len(problems))
        self.problems = tuple(problems)


@command
def register_batch(
    session_id: int,
    rows: Sequence[Row],
    *,
    beyond: Beyond,
    by: Actor,
    key: str = "",
    foreseen: int | None = None,
) -> BatchRegistered:
    """In the order of the rows, each gets a seat, or else a place on the waiting list; with Beyond.REFUSE that is a problem.

    Who is registered for the role already is left as she is, so the same batch handed in twice adds nobody. `key` is the
    form's idempotency key: the same form again is answered by what it made. `foreseen` is how many seats its preview promised.
    Refuses by BadRows, with all problems: answers that break a rule, the same person twice, a live registration elsewhere in
    the event.
    """
    fingerprint = _fingerprint(session_id, rows, beyond, by)
    if key and not _claim_key(key, fingerprint, session_id):
        return _replay(key, fingerprint)
    quotas = _of_session(seats.lock_quotas(_quota_ids(session_id)))
    now = clock.now()
    _require(rows, quotas, now, by)

    def one(row: Row, answers: Applicant) -> Entered:
        registration, place = admit(quotas[row.role_id], answers, at=now, by=by)
        return Entered(row.line, registration.reference, registration.state, place=place)

    entered, problems = _entered(rows, quotas, one, beyond=beyond, go_on=False)
    if problems:
        raise BadRows(problems)
    record(
        "registrations.entered",
        f"session:{session_id}",
        at=now,
        actor=by.label,
        province_code=_session(quotas).province_code,
        after={"rows": len(rows), "added": sum(not row.known for row in entered)},
    )
    if key:
        told = {"rows": kept(tuple(entered)), "foreseen": foreseen}
        db.session.execute(update(Batch).where(Batch.key == key).values(told))
    return BatchRegistered(tuple(entered), foreseen if key else None)


def rehearse_batch(session_id: int, rows: Sequence[Row], *, beyond: Beyond, by: Actor) -> BatchRegistered:
    """What `register_batch` would do now, with the same refusals, and empty references for who would be new. Reads only."""
    found = foresee_batch(session_id, rows, beyond=beyond, by=by)
    if found.problems:
        raise BadRows(found.problems)
    return BatchRegistered(found.rows)


def foresee_batch(session_id: int, rows: Sequence[Row], *, beyond: Beyond, by: Actor) -> Foreseen:
    """What `register_batch` would do now, and every problem at once. Reads only: a constant number of queries, however many
    rows. Refuses who may not register here, and a session that is over.
    """
    wanted = select(Quota).where(Quota.id.in_(_quota_ids(session_id)))
    found = db.session.scalars(wanted.options(*seats.WITH_SESSION_AND_ROLE)).unique()
    quotas = _of_session({quota.id: quota for quota in found})
    now = clock.now()
    _require(rows, quotas, now, by)
    forecast = Forecast(session_id, quotas.values(), now)

    def one(row: Row, answers: Applicant) -> Entered:
        quota = quotas[row.role_id]
        state = forecast.next_in(quota, answers)
        return Entered(row.line, "", state, place=None if state is State.SEATED else forecast.after(quota.id).waiting)

    entered, problems = _entered(rows, quotas, one, beyond=beyond, go_on=True)
    ordered = sorted(quotas.values(), key=lambda quota: (quota.role.sort, quota.role_id))
    roles = (RoleForeseen(each.role, forecast.before(each.id), forecast.after(each.id)) for each in ordered)
    return Foreseen(tuple(entered), problems, tuple(roles))


def together(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By line; of several about one cell the first counts, which is the nearest to its cause."""
    found: dict[tuple[int, str], Problem] = {}
    for problem in problems:
        found.setdefault((problem.line, problem.field), problem)
    return tuple(sorted(found.values(), key=lambda problem: problem.line))


def _require(rows: Sequence[Row], quotas: dict[int, Quota], at: datetime, by: Actor) -> None:
    if not 1 <= len(rows) <= MOST_ROWS:
        raise Refusal("batch.size", most=MOST_ROWS)
    by.require(Act.REGISTER, _session(quotas).province_code)
    require_may_register(next(iter(quotas.values())), at, "id", by=by)


def _entered(
    rows: Sequence[Row],
    quotas: dict[int, Quota],
    one: Callable[[Row, Applicant], Entered],
    *,
    beyond: Beyond,
    go_on: bool,
) -> tuple[list[Entered], tuple[Problem, ...]]:
    """`go_on`: also when some rows can't be read; else nothing is stored in any case, and the rest is only looked through."""
    good, problems = _examined(rows, quotas)
    known = _known(quotas, [answers for _row, answers in good])
    entered: list[Entered] = []
    readable = go_on or not problems
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
    return entered, together(problems)


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
            quota = next(iter(quotas.values()))  # what else is wrong is told at once
        answers, wrong = rules.examine(
            row.applicant, asked_for(quota), test_addresses=not current_app.config["PRODUCTION"]
        )
        problems += [Problem(row.line, field, code) for field, code in wrong.items()]
        for field, key in (("email", rules.email_key(answers)), ("phone", rules.phone_key(answers))):
            if key and seen.setdefault(key, row.line) != row.line:
                problems.append(Problem(row.line, field, "row.twice", same_as=seen[key]))
        if not wrong and row.role_id in quotas:
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


def _fingerprint(session_id: int, rows: Sequence[Row], beyond: Beyond, by: Actor) -> str:
    form = [session_id, beyond.value, by.label, [[row.line, row.role_id, asdict(row.applicant)] for row in rows]]
    return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


def _claim_key(key: str, fingerprint: str, session_id: int) -> bool:
    """Write the key down, unless it is there. Both databases make a second writer wait for the first one's end here."""
    told = {"key": key, "fingerprint": fingerprint, "session_id": session_id, "rows": [], "created_at": clock.now()}
    return (
        db.session.scalar(insert_on_conflict(Batch).values(told).on_conflict_do_nothing().returning(Batch.key))
        is not None
    )


def _replay(key: str, fingerprint: str) -> BatchRegistered:
    batch = db.session.get_one(Batch, key)
    if batch.fingerprint != fingerprint:
        raise Refusal("registration.form_changed")
    return outcome(batch)
