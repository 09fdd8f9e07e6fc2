"""Cancel a whole session: everybody who is registered for it is told once, in the words that fit how she stood."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota
from tpbis_events.registrations import life
from tpbis_events.registrations.drop_reminders import drop_reminders
from tpbis_events.registrations.hold import hold_all
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import LIVE, Registration, State
from tpbis_events.registrations.rules import LONGEST_REASON, plain


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    told: int  # registrations that ended by this


@command
def cancel_session(session_id: int, *, reason: str, by: Actor) -> SessionCancelled:
    """Ends every live registration; nobody is served by the seats that come free. Refuses one that is cancelled or over, and
    a missing reason.
    """
    quota_ids = db.session.scalars(select(Quota.id).where(Quota.session_id == session_id)).all()
    if not quota_ids:
        raise NotFound("session.unknown")
    _none, quotas = hold_all([], by=by, act=Act.CANCEL_SESSION, quota_ids=quota_ids)
    session = quotas[quota_ids[0]].session
    by.require(Act.CANCEL_SESSION, session.province_code)
    now = clock.now()
    if session.cancelled_at:
        raise Refusal("session.cancelled")
    if now >= session.ends_at:
        raise Refusal("session.over")
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("session.reason_missing")
    session.cancelled_at, session.cancel_reason = now, reason
    live = select(Registration.id).where(Registration.session_id == session_id, Registration.state.in_(LIVE))
    registrations, _quotas = hold_all(db.session.scalars(live).all(), by=by, act=Act.CANCEL_SESSION)
    drop_reminders([registration.id for registration in registrations])
    for registration in registrations:
        before = life.go(registration, Step.CANCEL_SESSION, State.CANCELLED, at=now, by=by.label, reason=reason)
        db.session.flush()
        owe("session_cancelled", registration, at=now, reason=reason, before=before)
    record(
        "session.cancelled",
        f"session:{session_id}",
        at=now,
        actor=by.label,
        province_code=session.province_code,
        after={"registrations": len(registrations)},
        reason=reason,
    )
    return SessionCancelled(len(registrations))
