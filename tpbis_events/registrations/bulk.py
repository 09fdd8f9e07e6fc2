"""Reads of acts on many: what one would bring about, and what became of one that was begun."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Actor
from tpbis_events.programmes.model import Quota, Serving, Session
from tpbis_events.programmes.registration_window import served_until
from tpbis_events.registrations import counts, life, seats
from tpbis_events.registrations.bulk_model import Bulk, BulkAct, BulkRow, Outcome
from tpbis_events.registrations.bulk_rights import RIGHTS, STEPS
from tpbis_events.registrations.counts import SeatCounts
from tpbis_events.registrations.model import HOLDING, Registration, State, Tag
from tpbis_events.registrations.move import require_fit

PAGE = 200


@dataclass(slots=True)
class QuotaEffect:
    """What an act does to the seats of a role in a session: how many of them come free, or are asked for.

    `waiting` are those who wait there and aren't among those acted on.
    """

    quota: Quota
    seats: SeatCounts
    leave: int = 0
    come: int = 0
    waiting: int = 0

    @property
    def serving(self) -> Serving:
        """How the seats that come free are given now."""
        event = self.quota.session.event
        return event.serving if clock.now() < served_until(self.quota.session) else Serving.HAND

    @property
    def served(self) -> int:
        return min(self.leave, self.waiting) if self.serving is not Serving.HAND else 0


@dataclass(slots=True)
class Effect:
    """What an act on many would do as things stand: with whom, with whom not and why, and to which seats."""

    people: list[Registration] = field(default_factory=list)
    refused: dict[str, list[Registration]] = field(default_factory=lambda: defaultdict(list))
    quotas: list[QuotaEffect] = field(default_factory=list)

    @property
    def without_email(self) -> int:
        return sum(not each.person.email for each in self.people)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one registration."""

    position: int
    reference: str
    full_name: str
    outcome: Outcome
    code: str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """An act on many that was begun: how many are due, done and refused for which reason, and one page of the rows."""

    bulk: Bulk
    numbers: Counter[Outcome]
    reasons: dict[str, int]
    lines: tuple[Line, ...]
    next_after: int | None


def foresee(act: BulkAct, ids: Sequence[int], asked: Mapping[str, Any], *, by: Actor) -> Effect:
    """Rehearse: the same conditions as when it is done, apart from limits inside roles. At most eight queries, however many."""
    people = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(ids))
        .options(joinedload(Registration.person, innerjoin=True), joinedload(Registration.role, innerjoin=True))
        .order_by(Registration.id)
    ).all()
    quotas = _quotas({each.quota_id for each in people} | ({asked["quota_id"]} if act is BulkAct.MOVE else set()))
    new = quotas[asked["quota_id"]] if act is BulkAct.MOVE else None
    tagged = _tagged(ids, asked["word"]) if act in (BulkAct.TAG, BulkAct.UNTAG) else set()
    effect = Effect()
    for each in people:
        no = _refusal(act, each, quotas[each.quota_id].quota, new, each.id in tagged, by)
        if no:
            effect.refused[no].append(each)
        else:
            effect.people.append(each)
    _count(act, effect, quotas, new)
    return effect


def _refusal(
    act: BulkAct, each: Registration, quota: Quota, new: QuotaEffect | None, tagged: bool, by: Actor
) -> str | None:
    """The code by which this one would be refused."""
    try:
        if not by.may(RIGHTS[act], quota.session.province_code):
            return "actor.forbidden"
        if act in STEPS:
            life.require(STEPS[act], each)
        if act is BulkAct.APPROVE and clock.now() >= quota.session.ends_at:
            return "session.over"
        if new:
            return "move.already_there" if each.quota_id == new.quota.id else _unfit(each, quota, new)
    except Refusal as no:
        return no.code
    if act in (BulkAct.TAG, BulkAct.UNTAG) and tagged is (act is BulkAct.TAG):
        return "tag.already" if tagged else "tag.not_there"
    return None


def _unfit(each: Registration, old: Quota, new: QuotaEffect) -> str | None:
    require_fit(each, old, new.quota, clock.now())
    if new.seats.waiting:
        return "role.line"
    if new.come >= new.seats.free:
        return "role.full"
    new.come += 1
    return None


def _count(act: BulkAct, effect: Effect, quotas: dict[int, QuotaEffect], new: QuotaEffect | None) -> None:
    """Seats that come free, and seats that are asked for, by role and session."""
    for quota in quotas.values():
        quota.waiting = quota.seats.waiting
    for each in effect.people:
        of = quotas[each.quota_id]
        if act in (BulkAct.CANCEL, BulkAct.MOVE):
            of.leave += each.state in HOLDING
        if act in (BulkAct.CANCEL, BulkAct.MOVE, BulkAct.REJECT):
            of.waiting -= each.state is State.WAITING
        if act is BulkAct.APPROVE:
            of.come += 1
    effect.quotas = [quota for quota in quotas.values() if quota.leave or quota.come]


def _quotas(ids: set[int]) -> dict[int, QuotaEffect]:
    found = db.session.scalars(select(Quota).where(Quota.id.in_(ids)).options(*seats.WITH_SESSION_AND_ROLE)).unique()
    quotas = sorted(found, key=lambda quota: (quota.session.starts_at, quota.session_id, quota.role.sort))
    sessions = {quota.session_id for quota in quotas}
    numbers = {(row.session_id, row.role_id): row.counts for row in counts.of_sessions(Session.id.in_(sessions))}
    return {
        quota.id: QuotaEffect(quota, numbers.get((quota.session_id, quota.role_id), SeatCounts())) for quota in quotas
    }


def _tagged(ids: Sequence[int], word: str) -> set[int]:
    return set(db.session.scalars(select(Tag.registration_id).where(Tag.registration_id.in_(ids), Tag.word == word)))


def standing(bulk_id: int, *, by: Actor, outcome: Outcome | None = None, after: int = 0) -> Standing:
    """What became of an act on many, for who began it. Refuses every other (404). Four queries."""
    bulk = db.session.get(Bulk, bulk_id, options=[joinedload(Bulk.event, innerjoin=True)])
    if bulk is None or bulk.begun_by != by.label:
        raise NotFound("bulk.unknown")
    numbers: Counter[Outcome] = Counter()
    reasons: dict[str, int] = {}
    by_code = select(BulkRow.outcome, BulkRow.code, func.count()).where(BulkRow.bulk_id == bulk_id)
    for each, code, number in db.session.execute(by_code.group_by(BulkRow.outcome, BulkRow.code)):
        numbers[each] += number
        if each is Outcome.REFUSED:
            reasons[code or ""] = number
    wanted = select(BulkRow).where(BulkRow.bulk_id == bulk_id, BulkRow.position > after)
    if outcome:
        wanted = wanted.where(BulkRow.outcome == outcome)
    rows = db.session.scalars(wanted.order_by(BulkRow.position).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    of = {row.id: row for row in _people([row.registration_id for row in shown])}
    lines = tuple(
        Line(
            row.position,
            of[row.registration_id].reference,
            of[row.registration_id].person.full_name,
            row.outcome,
            row.code,
            row.facts or {},
        )
        for row in shown
    )
    return Standing(bulk, numbers, reasons, lines, shown[-1].position if len(rows) > PAGE else None)


def _people(ids: Sequence[int]) -> Sequence[Registration]:
    wanted = select(Registration).where(Registration.id.in_(ids))
    return db.session.scalars(wanted.options(joinedload(Registration.person, innerjoin=True))).all()
