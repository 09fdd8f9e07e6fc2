"""Begin one act on many registrations: write down what is asked and of whom, once, before anything is done.

The rows are done by `run_bulk.py`, some at a time. Whatever happens then, each of them is there with its outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota, Session
from tpbis_events.registrations.bulk_model import Bulk, BulkAct, BulkRow, Outcome
from tpbis_events.registrations.bulk_rights import RIGHTS
from tpbis_events.registrations.model import HOLDING, Registration
from tpbis_events.registrations.roster import MOST_AT_ONCE
from tpbis_events.registrations.rules import LONGEST_REASON, plain
from tpbis_events.registrations.tag import read_tag

KEPT = timedelta(days=90)
_REASONS = {
    BulkAct.REJECT: "decision.reason_missing",
    BulkAct.CANCEL: "registration.reason_missing",
    BulkAct.MOVE: "move.reason_missing",
}


@command
def begin_bulk(
    key: str, act: BulkAct, event_id: int, registration_ids: Sequence[int], asked: Mapping[str, Any], *, by: Actor
) -> int:
    """The id of the act on many. The same form sent again is the same act, whoever was first.

    `asked` is what the act needs: `reason`; `word` of a tag; `quota_id` to move to.
    Refuses what is missing of it, too many at once, and all when one is out of reach (404).
    """
    told = examine(act, event_id, asked, by=by)
    ids = _ordered(act, event_id, registration_ids, by)
    now = clock.now()
    row = {"key": key, "act": act, "asked": told, "event_id": event_id, "begun_by": by.label, "begun_at": now}
    made = insert_on_conflict(Bulk).values(**row, served=[]).on_conflict_do_nothing().returning(Bulk.id)
    bulk_id = db.session.scalar(made)
    if bulk_id is None:
        return _same(key, act, by)
    rows = [
        {"bulk_id": bulk_id, "position": number, "registration_id": each, "outcome": Outcome.DUE}
        for number, each in enumerate(ids, 1)
    ]
    db.session.execute(insert(BulkRow), rows)
    db.session.execute(delete(Bulk).where(Bulk.begun_at < now - KEPT))
    return bulk_id


def examine(act: BulkAct, event_id: int, asked: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """What the act needs of what is asked, cleaned. Refuses what is missing, and a place to move to that is out of reach."""
    by.require_somewhere(RIGHTS[act])
    if act in (BulkAct.TAG, BulkAct.UNTAG):
        return {"word": read_tag(asked.get("word", ""))}
    if act is BulkAct.MAIL:
        raise NotFound("bulk.unknown")
    told: dict[str, Any] = {"reason": plain(asked.get("reason", ""), LONGEST_REASON)}
    if act in _REASONS and not told["reason"]:
        raise Refusal(_REASONS[act])
    if act is BulkAct.MOVE:
        told["quota_id"] = _destination(event_id, asked.get("quota_id") or 0, by)
    return told


def _destination(event_id: int, quota_id: int, by: Actor) -> int:
    of = select(Session.province_code).join(Quota, Quota.session_id == Session.id)
    found = db.session.execute(of.where(Quota.id == quota_id, Session.event_id == event_id)).one_or_none()
    if found is None:
        raise NotFound("role.unknown")
    by.require(Act.MOVE, found[0])
    return quota_id


def _ordered(act: BulkAct, event_id: int, registration_ids: Sequence[int], by: Actor) -> list[int]:
    """In the order of the requests; of a cancellation, who holds no seat comes first, so that none of them is given one."""
    wanted = set(registration_ids)
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise Refusal("bulk.size", most=MOST_AT_ONCE)
    found = db.session.execute(
        select(Registration.id, Registration.state, Registration.event_id, Session.province_code)
        .join(Session, Session.id == Registration.session_id)
        .where(Registration.id.in_(wanted))
        .order_by(Registration.id)
    ).all()
    if len(found) < len(wanted) or any(row.event_id != event_id for row in found):
        raise NotFound("registration.unknown")
    for province in {row.province_code for row in found}:
        by.require(Act.SEE_ROSTER, province)
    if act is BulkAct.CANCEL:
        found = sorted(found, key=lambda row: (row.state in HOLDING, row.id))
    return [row.id for row in found]


def _same(key: str, act: BulkAct, by: Actor) -> int:
    bulk = db.session.scalars(select(Bulk).where(Bulk.key == key)).one()
    if bulk.begun_by != by.label or bulk.act is not act:
        raise Refusal("bulk.form_changed")
    return bulk.id
