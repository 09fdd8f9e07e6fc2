"""Give an account a right, over one province or all, without end or until a day; given again, only its end changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid
from tpbis_events.foundation.transaction import command
from tpbis_events.people.account_rows import keep_an_administrator, locked, require_administrator
from tpbis_events.people.actor import Actor
from tpbis_events.people.model import Account, Grant, Right
from tpbis_events.people.rights import EVERYWHERE_ONLY, label_of
from tpbis_events.places.provinces import is_province


@dataclass(frozen=True, slots=True)
class NewRight:
    """A right to be given: `province_code` none means everywhere, `ends_at` none means without end."""

    right: Right
    province_code: str | None = None
    ends_at: datetime | None = None


@command
def give_right(account_id: int, new: NewRight, *, by: Actor) -> None:
    """Needs the right over accounts. Refuses an unknown province, a PIC of everywhere, an end in the past.

    Giving the last administrator an end is refused too: it would take the right on that day.
    """
    require_administrator(by)
    now = clock.now()
    if problems := problems_of(new, now):
        raise Invalid(problems)
    account = locked(account_id)
    held = _held(account, new)
    if held is not None and held.name is Right.ADMINISTRATOR and new.ends_at is not None and held.ends_at is None:
        keep_an_administrator(account, now)
    before = in_words(held) if held else None
    after = in_words(add_right(account, new))
    if before != after:
        record(
            "account.right_given",
            label_of(account.id),
            at=now,
            actor=by.label,
            province_code=new.province_code,
            before=before,
            after=after,
        )


def add_right(account: Account, new: NewRight) -> Grant:
    """A step: the grant, changed when the account holds this right there already."""
    held = _held(account, new)
    if held is None:
        held = Grant(name=new.right, province_code=new.province_code)
        account.roles.append(held)
    held.ends_at = new.ends_at
    return held


def problems_of(new: NewRight, now: datetime) -> dict[str, str]:
    """What makes no sense, by field."""
    problems = {}
    if new.province_code is not None and not is_province(new.province_code):
        problems["province"] = "province.unknown"
    elif new.right is Right.PIC and new.province_code is None:
        problems["province"] = "province.missing"
    elif new.right in EVERYWHERE_ONLY and new.province_code is not None:
        problems["province"] = "province.everywhere_only"
    if new.ends_at is not None and new.ends_at <= now:
        problems["ends_at"] = "date.past"
    return problems


def in_words(grant: Grant) -> dict[str, Any]:
    """A grant as the audit log keeps it."""
    ends = grant.ends_at.isoformat() if grant.ends_at else None
    return {"right": grant.name.value, "province": grant.province_code, "ends_at": ends}


def _held(account: Account, new: NewRight) -> Grant | None:
    return next((g for g in account.roles if g.name is new.right and g.province_code == new.province_code), None)
