"""Move a registration to another session or role of its event: a seat there, or nothing has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota
from tpbis_events.registrations import life, seats, waiting_list
from tpbis_events.registrations.drop_reminders import drop_reminders
from tpbis_events.registrations.facts import facts_of
from tpbis_events.registrations.hold import hold_all
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import HOLDING, Registration
from tpbis_events.registrations.rules import LONGEST_REASON, plain


@dataclass(frozen=True, slots=True)
class Moved:
    reference: str
    changed: bool  # False for who was there already: she keeps her seat
    seat_given_to: tuple[str, ...] = ()  # references of those who were served by the seat that she left


@command
def move(registration_id: int, session_id: int, role_id: int, *, reason: str, by: Actor) -> Moved:
    """She leaves her seat or place in line for a free seat there, gets a new QR code, and a mail with the old and the new.

    Needs the right where she is and where she goes. Refuses, and changes nothing: a full role, one where somebody waits, a
    limit that is reached, another event, a session that is over or cancelled, leaving a session that has begun, a role
    that asks what she hasn't told, who holds neither seat nor place.
    """
    to_id = db.session.scalar(select(Quota.id).where(Quota.session_id == session_id, Quota.role_id == role_id))
    if to_id is None:
        raise NotFound("role.unknown")
    registrations, quotas = hold_all([registration_id], by=by, act=Act.MOVE, quota_ids=[to_id])
    registration, now = registrations[0], clock.now()
    old, new = quotas[registration.quota_id], quotas[to_id]
    by.require(Act.MOVE, new.session.province_code)
    life.require(Step.MOVE, registration)
    if old.id == new.id:
        return Moved(registration.reference, changed=False)
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("move.reason_missing")
    had_seat = take_along(registration, old, new, at=now, by=by, reason=reason)
    served = waiting_list.serve(old, at=now, by=by.label) if had_seat else []
    return Moved(registration.reference, True, tuple(served))


def take_along(registration: Registration, old: Quota, new: Quota, *, at: datetime, by: Actor, reason: str) -> bool:
    """A step: move one that is held, with its mail and its line in the log; whether she left a seat, for the caller to give.

    Refuses, with nothing changed, what `move` refuses.
    """
    require_fit(registration, old, new, at)
    was, had_seat = _where(registration, old), registration.state in HOLDING
    left = facts_of(registration, at=at)
    seat = seats.claim(registration, new, Step.MOVE, at=at, by=by.label)
    registration.ticket = codes.new_code(16)
    # So that the new entry replaces the old one in a calendar also where the old session was changed more often.
    registration.calendar_sequence += max(0, old.session.calendar_sequence - new.session.calendar_sequence)
    db.session.flush()
    drop_reminders([registration.id])  # where she comes now it reminds her at its own time
    told = {name: left[name] for name in _TOLD}
    owe("moved", registration, at=at, reason=reason, had_seat=had_seat, left=told)
    record(
        "registration.moved",
        f"registration:{registration.id}",
        at=at,
        actor=by.label,
        province_code=new.session.province_code,
        before=was,
        after={**_where(registration, new), "seat": seat.number},
        reason=reason,
    )
    return had_seat


_TOLD = ("session_id", "session_en", "role_id", "role_en", "venue", "zone", "days")


def require_fit(registration: Registration, old: Quota, new: Quota, now: datetime) -> None:
    """Refuse a place that she can't be moved to, whether it is full or not."""
    if old.session.event_id != new.session.event_id:
        raise Refusal("move.other_event")
    if new.session.cancelled_at:
        raise Refusal("session.cancelled")
    if now >= new.session.ends_at:
        raise Refusal("session.over")
    if old.session_id != new.session_id and now >= old.session.starts_at:
        raise Refusal("session.has_begun")
    asks_regency = new.role.regency_required and not registration.person.regency_code
    if new.role.origin is not old.role.origin or asks_regency:
        raise Refusal("move.asks_more")


def _where(registration: Registration, quota: Quota) -> dict[str, Any]:
    return {"state": registration.state, "session": quota.session.slug, "role": quota.role.slug}
