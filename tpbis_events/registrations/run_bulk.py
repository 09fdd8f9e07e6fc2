"""Do some of an act on many: the next rows in one transaction, with their outcomes, by the steps of the same act on one.

Some at a time, so that nobody else waits long for a seat meanwhile, and what is done stays done when the process ends. The
row of the act is locked first, before quotas and registrations: two browsers never do the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Actor
from tpbis_events.programmes.model import Quota
from tpbis_events.registrations import decide, life, waiting_list
from tpbis_events.registrations.bulk_model import Bulk, BulkAct, BulkRow, Outcome
from tpbis_events.registrations.bulk_rights import RIGHTS, STEPS
from tpbis_events.registrations.cancel import end
from tpbis_events.registrations.hold import hold_all
from tpbis_events.registrations.model import HOLDING, Registration
from tpbis_events.registrations.move import take_along
from tpbis_events.registrations.tag import put_on

AT_ONCE = 100


@command
def run_bulk(bulk_id: int, *, by: Actor) -> int:
    """Do the next rows; how many are left. By whom it was begun; each row needs the right where it is, else it is refused."""
    bulk = db.session.scalar(select(Bulk).where(Bulk.id == bulk_id).with_for_update())
    if bulk is None or bulk.begun_by != by.label:
        raise NotFound("bulk.unknown")
    due = (BulkRow.bulk_id == bulk_id, BulkRow.outcome == Outcome.DUE)
    rows = db.session.scalars(select(BulkRow).where(*due).order_by(BulkRow.position).limit(AT_ONCE + 1)).all()
    chunk = _Chunk(bulk, by, clock.now())
    chunk.do(rows[:AT_ONCE])
    if len(rows) <= AT_ONCE and bulk.ended_at is None:
        bulk.ended_at = chunk.at
    return len(rows) - len(rows[:AT_ONCE])


class _Chunk:
    """The rows of one transaction, held, and what became of them."""

    def __init__(self, bulk: Bulk, by: Actor, at: datetime) -> None:
        self.bulk, self.by, self.at = bulk, by, at
        self.quotas: dict[int, Quota] = {}
        self.left: set[int] = set()  # quotas in which a seat came free

    def do(self, rows: Sequence[BulkRow]) -> None:
        act = self.bulk.act
        positions = {row.registration_id: row.position for row in rows}
        to = [self.bulk.asked["quota_id"]] if act is BulkAct.MOVE else []
        may, may_not = self._allowed(list(positions))
        registrations, self.quotas = hold_all(may, by=self.by, act=RIGHTS[act], quota_ids=to)
        registrations.sort(key=lambda registration: positions[registration.id])
        found: dict[int, dict[str, Any]] = {each: _refused(Refusal("actor.forbidden")) for each in may_not}
        if act in (BulkAct.TAG, BulkAct.UNTAG):
            found |= self._tagged(registrations)
        else:
            for registration in registrations:
                found[registration.id] = self._one(registration)
        served: list[str] = []
        for quota_id in sorted(self.left):
            served += waiting_list.serve(self.quotas[quota_id], at=self.at, by=self.by.label)
        self.bulk.served = [*self.bulk.served, *served]
        done = [{"bulk_id": self.bulk.id, "position": positions[each], **what} for each, what in found.items()]
        if done:
            db.session.execute(update(BulkRow), done)

    def _allowed(self, ids: list[int]) -> tuple[list[int], list[int]]:
        """A right may have ended since it began, and a person may have been moved."""
        wanted = select(Registration).where(Registration.id.in_(ids)).options(joinedload(Registration.session))
        may = {
            row.id
            for row in db.session.scalars(wanted)
            if self.by.may(RIGHTS[self.bulk.act], row.session.province_code)
        }
        return [each for each in ids if each in may], [each for each in ids if each not in may]

    def _one(self, registration: Registration) -> dict[str, Any]:
        try:
            code = _STEPS[self.bulk.act](self, registration)
        except Refusal as no:
            return _refused(no)
        return {"outcome": Outcome.DONE, "code": code, "facts": None}

    def _tagged(self, registrations: Sequence[Registration]) -> dict[int, dict[str, Any]]:
        on = self.bulk.act is BulkAct.TAG
        word = self.bulk.asked["word"]
        changed = put_on(registrations, self.quotas, word, on=on, at=self.at, by=self.by)
        same = _refused(Refusal("tag.already" if on else "tag.not_there"))
        done = {"outcome": Outcome.DONE, "code": None, "facts": None}
        return {each.id: done if each.id in changed else same for each in registrations}

    def approve(self, registration: Registration) -> str:
        quota = self._quota(registration)
        if self.at >= quota.session.ends_at:
            raise Refusal("session.over")
        decide.say_yes(registration, quota, at=self.at, by=self.by, note=self.bulk.asked["reason"])
        return registration.state.value

    def reject(self, registration: Registration) -> str:
        quota = self._quota(registration)
        decide.say_no(registration, quota, at=self.at, by=self.by, reason=self.bulk.asked["reason"])
        return registration.state.value

    def cancel(self, registration: Registration) -> str:
        quota = self._quota(registration)
        before = end(registration, quota, at=self.at, by=self.by, reason=self.bulk.asked["reason"])
        if before in HOLDING:
            self.left.add(quota.id)
        return registration.state.value

    def move(self, registration: Registration) -> str:
        old, new = self._quota(registration), self.quotas[self.bulk.asked["quota_id"]]
        self.by.require(RIGHTS[BulkAct.MOVE], new.session.province_code)
        if old.id == new.id:
            raise Refusal("move.already_there")
        if take_along(registration, old, new, at=self.at, by=self.by, reason=self.bulk.asked["reason"]):
            self.left.add(old.id)
        return registration.state.value

    def _quota(self, registration: Registration) -> Quota:
        life.require(STEPS[self.bulk.act], registration)
        return self.quotas[registration.quota_id]


_STEPS: dict[BulkAct, Callable[[_Chunk, Registration], str | None]] = {
    BulkAct.APPROVE: _Chunk.approve,
    BulkAct.REJECT: _Chunk.reject,
    BulkAct.CANCEL: _Chunk.cancel,
    BulkAct.MOVE: _Chunk.move,
}


def _refused(no: Refusal) -> dict[str, Any]:
    facts = {name: value for name, value in no.facts.items() if isinstance(value, (str, int))}
    return {"outcome": Outcome.REFUSED, "code": no.code, "facts": facts or None}
