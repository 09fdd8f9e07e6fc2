"""Orders of certificates as the office reads them: how far each is, and what became of whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tpbis_events.certificates.batch_model import CertificateBatch, CertificateBatchLine, Outcome
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Event, Session
from tpbis_events.registrations.model import Registration

PAGE = 100  # lines
NEWEST = 20  # orders
NOT_ISSUED = (Outcome.MISSING, Outcome.REFUSED, Outcome.DUE)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one, and her certificate where she has one."""

    position: int
    reference: str
    full_name: str
    session: Session
    outcome: Outcome
    code: str | None
    facts: dict[str, object] | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an order is. `reasons` counts codes of who was refused; `next_after` is the position to go on after."""

    batch: CertificateBatch
    counts: Counter[Outcome]
    reasons: Counter[tuple[Outcome, str]]
    lines: tuple[Line, ...]
    next_after: int | None

    @property
    def number(self) -> int:
        return self.counts.total()

    @property
    def done(self) -> int:
        return self.number - self.counts[Outcome.DUE]


def counts_of(batch_ids: Sequence[int]) -> dict[int, Counter[Outcome]]:
    """How many lines of each order had which outcome. One query."""
    found: dict[int, Counter[Outcome]] = {each: Counter() for each in batch_ids}
    columns = (CertificateBatchLine.batch_id, CertificateBatchLine.outcome)
    wanted = select(*columns, func.count()).where(CertificateBatchLine.batch_id.in_(batch_ids)).group_by(*columns)
    for batch_id, outcome, number in db.session.execute(wanted):
        found[batch_id][outcome] = number
    return found


def subject_of(batch: CertificateBatch) -> str:
    """What the audit log calls what it is about."""
    return f"session:{batch.session_id}" if batch.session_id else f"event:{batch.event_id}"


def require_all(batch: CertificateBatch, by: Actor) -> None:
    """Refuse who may not issue in one of its provinces: out of reach (404), or the act alone (403)."""
    for province_code in batch.provinces:
        by.require(Act.ISSUE_CERTIFICATE, province_code)


def newest(event_id: int, *, by: Actor) -> list[CertificateBatch]:
    """The newest orders of an event of which the actor may see all. One query."""
    by.require_somewhere(Act.ISSUE_CERTIFICATE)
    wanted = select(CertificateBatch).where(CertificateBatch.event_id == event_id)
    wanted = wanted.options(joinedload(CertificateBatch.session)).order_by(CertificateBatch.id.desc()).limit(5 * NEWEST)
    seen = [
        each
        for each in db.session.scalars(wanted)
        if all(by.may(Act.ISSUE_CERTIFICATE, province_code) for province_code in each.provinces)
    ]
    return seen[:NEWEST]


def standing(batch_id: int, event_slug: str, only: Sequence[Outcome], after: int, *, by: Actor) -> Standing:
    """An order of the event with some of its lines. Refuses what isn't there or out of reach. Four queries."""
    wanted = select(CertificateBatch).join(CertificateBatch.event)
    wanted = wanted.where(CertificateBatch.id == batch_id, Event.slug == event_slug)
    options = (joinedload(CertificateBatch.event), joinedload(CertificateBatch.session))
    batch = db.session.scalar(wanted.options(*options))
    if batch is None:
        raise NotFound("batch.unknown")
    require_all(batch, by)
    lines = _lines(batch_id, only, after)
    more = len(lines) > PAGE
    return Standing(
        batch,
        counts_of([batch_id])[batch_id],
        _reasons(batch_id),
        tuple(lines[:PAGE]),
        lines[PAGE - 1].position if more else None,
    )


def _reasons(batch_id: int) -> Counter[tuple[Outcome, str]]:
    columns = (CertificateBatchLine.outcome, CertificateBatchLine.code)
    why = (CertificateBatchLine.batch_id == batch_id, CertificateBatchLine.code.is_not(None))
    rows = db.session.execute(select(*columns, func.count()).where(*why).group_by(*columns))
    return Counter({(outcome, code): number for outcome, code, number in rows if code})


def _lines(batch_id: int, only: Sequence[Outcome], after: int) -> list[Line]:
    line = CertificateBatchLine
    rows = db.session.execute(
        select(line, Registration.reference, Person.full_name, Session, Certificate.number)
        .join(Registration, Registration.id == line.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(Session, Session.id == Registration.session_id)
        .join(Certificate, Certificate.registration_id == Registration.id, isouter=True)
        .where(line.batch_id == batch_id, line.outcome.in_(only), line.position > after)
        .order_by(line.position)
        .limit(PAGE + 1)
    )
    return [
        Line(row.position, reference, name, session, row.outcome, row.code, row.facts, number)
        for row, reference, name, session, number in rows
    ]
