"""Disable an account, which ends its sign-ins at once, or enable it again."""

from __future__ import annotations

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.account_rows import end_sign_ins, keep_an_administrator, locked, require_administrator
from tpbis_events.people.actor import Actor
from tpbis_events.people.rights import label_of


@command
def set_active(account_id: int, active: bool, *, by: Actor) -> None:
    """Needs the right over accounts. The last administrator can't be disabled; links given out before end."""
    require_administrator(by)
    account, now = locked(account_id), clock.now()
    if account.active == active:
        raise Refusal("account.enabled" if active else "account.disabled")
    if not active:
        keep_an_administrator(account, now)
    account.active = active
    account.link_version += 1
    ended = end_sign_ins(account, now)
    record(
        "account.enabled" if active else "account.disabled",
        label_of(account.id),
        at=now,
        actor=by.label,
        before={"active": not active},
        after={"active": active, "signed_out": ended},
    )
