"""Receipt lists: finance opens one for a kind of payment, types who gets how much, takes one away. Amounts are never ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tpbis_events.attendance.receipts import LARGEST, MOST_LISTS, ReceiptLine, ReceiptList, lists_of, receipt_list
from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.rules import plain

LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Amount:
    """What one person gets, in whole rupiah, and the tax that is kept back of it."""

    amount: int
    tax: int

    @property
    def paid(self) -> int:
        return self.amount - self.tax


def problem_of(amount: int, tax: int) -> dict[str, str]:
    """What is wrong with an amount and its tax: field -> code; nothing when all is well."""
    problems = {}
    if not 0 <= amount <= LARGEST:
        problems["amount"] = "amount.range"
    if not 0 <= tax <= max(amount, 0):
        problems["tax"] = "tax.range"
    return problems


@command
def open_receipts(session_id: int, title: str, each: Amount, *, by: Actor) -> int:
    """A new list, with what a line begins with; its id. Refuses a session out of reach (404), no title, amounts that can't be."""
    session = db.session.get(Session, session_id, with_for_update={"key_share": True, "of": Session})
    if session is None:
        raise NotFound("session.unknown")
    by.require(Act.RECEIPTS, session.province_code)
    title, problems = plain(title, LONGEST_TITLE), problem_of(each.amount, each.tax)
    if not title:
        problems["title"] = "text.missing"
    if problems:
        raise Invalid(problems)
    if len(lists_of(session.id)) >= MOST_LISTS:
        raise Refusal("receipts.too_many", most=MOST_LISTS)
    now = clock.now()
    row = ReceiptList(
        session_id=session.id,
        title=title,
        amount=each.amount,
        tax=each.tax,
        created_at=now,
        created_by=by.label,
        changed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _note("receipts.opened", row, session, by, {"amount": each.amount, "tax": each.tax})
    return row.id


@command
def keep_lines(list_id: int, lines: Mapping[int, Amount], *, made_from: datetime, by: Actor) -> None:
    """The list has exactly these lines: registration id -> what she gets. Those without a seat in the session are refused, and
    so is a page that was made before somebody else changed the list.
    """
    row = _held(list_id, by)
    if row.changed_at != made_from:
        raise Refusal("receipts.changed")
    seated = set(
        db.session.scalars(
            select(Registration.id).where(Registration.session_id == row.session_id, Registration.state == State.SEATED)
        )
    )
    standing = {line.registration_id: line for line in row.lines}
    if set(lines) - seated - set(standing):
        raise NotFound("registration.unknown")
    if wrong := {str(each): "amount.range" for each, told in lines.items() if problem_of(told.amount, told.tax)}:
        raise Invalid(wrong)
    for registration_id in set(standing) - set(lines):
        db.session.delete(standing[registration_id])
    for registration_id, told in lines.items():
        line = standing.get(registration_id)
        if line is None:
            line = ReceiptLine(list_id=row.id, registration_id=registration_id)
            db.session.add(line)
        line.amount, line.tax = told.amount, told.tax
    before = {"people": len(standing), "amount": sum(line.amount for line in standing.values())}
    row.changed_at = clock.now()
    total = {"people": len(lines), "amount": sum(told.amount for told in lines.values())}
    _note("receipts.changed", row, row.session, by, total, before)


@command
def remove_receipts(list_id: int, *, by: Actor) -> None:
    """The list is gone from the pages; its row stays, as the audit log speaks of it."""
    row = _held(list_id, by)
    row.removed_at = clock.now()
    _note("receipts.removed", row, row.session, by, {})


@command
def note_receipts_printed(list_id: int, *, by: Actor) -> bool:
    """Written down before it is printed; whether the NIP may stand on it."""
    row = _held(list_id, by)
    numbers = by.may(Act.SEE_NUMBER, row.session.province_code)
    _note("receipts.printed", row, row.session, by, {"people": len(row.lines), "with_numbers": numbers})
    return numbers


def _held(list_id: int, by: Actor) -> ReceiptList:
    db.session.get(ReceiptList, list_id, with_for_update={"of": ReceiptList}, populate_existing=True)
    return receipt_list(list_id, by=by)


def _note(
    act: str,
    row: ReceiptList,
    session: Session,
    by: Actor,
    after: dict[str, int | bool],
    before: dict[str, int] | None = None,
) -> None:
    record(
        act,
        f"session:{session.id}",
        at=clock.now(),
        actor=by.label,
        province_code=session.province_code,
        before=dict(before) if before else None,
        after={"list": row.id, **after},
    )
