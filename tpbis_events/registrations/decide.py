"""Decide who applied: approve, so that she claims a seat or joins the waiting list; or reject, with a reason that she reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Quota
from tpbis_events.registrations import life
from tpbis_events.registrations.hold import hold_all
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import owe_beginning, seat_or_queue
from tpbis_events.registrations.rules import LONGEST_REASON, plain

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Decided:
    """References by what became of them, in the order in which they applied."""

    seated: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


@command
def approve(registration_ids: Sequence[int], *, by: Actor, note: str = "") -> Decided:
    """In the order in which they applied, each gets a seat, or a place on the waiting list when none is free for her.

    All or none: refuses the whole when one of them isn't an application any longer, or is out of reach, or its session is over.
    """
    registrations, quotas = hold_all(_some(registration_ids), by=by, act=Act.DECIDE)
    now = clock.now()
    note = plain(note, LONGEST_REASON)
    for registration in registrations:
        life.require(Step.APPROVE, registration)
        if now >= quotas[registration.quota_id].session.ends_at:
            raise Refusal("session.over")
    became: dict[State, list[str]] = {State.SEATED: [], State.WAITING: []}
    for registration in registrations:
        say_yes(registration, quotas[registration.quota_id], at=now, by=by, note=note)
        became[registration.state].append(registration.reference)
    return Decided(tuple(became[State.SEATED]), tuple(became[State.WAITING]))


@command
def reject(registration_ids: Sequence[int], *, reason: str, by: Actor) -> Decided:
    """They are told no, with the reason; also who waits on the list. All or none, as with `approve`."""
    registrations, quotas = hold_all(_some(registration_ids), by=by, act=Act.DECIDE)
    now = clock.now()
    reason = plain(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("decision.reason_missing")
    for registration in registrations:
        life.require(Step.REJECT, registration)
    for registration in registrations:
        say_no(registration, quotas[registration.quota_id], at=now, by=by, reason=reason)
    return Decided(rejected=tuple(registration.reference for registration in registrations))


def say_yes(registration: Registration, quota: Quota, *, at: datetime, by: Actor, note: str) -> None:
    """A step: a seat, or a place on the waiting list, for one that is held and applied."""
    place = seat_or_queue(registration, quota, Step.APPROVE, at=at, by=by)
    db.session.flush()
    owe_beginning(registration, place, at=at, by=by.label, approved=True)
    record(
        "registration.approved",
        f"registration:{registration.id}",
        at=at,
        actor=by.label,
        province_code=quota.session.province_code,
        before={"state": State.APPLIED},
        after={"state": registration.state, "place": place},
        reason=note or None,
    )


def say_no(registration: Registration, quota: Quota, *, at: datetime, by: Actor, reason: str) -> None:
    """A step: a no, with its reason, for one that is held and applied or waits."""
    before = life.go(registration, Step.REJECT, State.REJECTED, at=at, by=by.label, reason=reason)
    db.session.flush()
    owe("rejected", registration, at=at, reason=reason)
    record(
        "registration.rejected",
        f"registration:{registration.id}",
        at=at,
        actor=by.label,
        province_code=quota.session.province_code,
        before={"state": before},
        after={"state": State.REJECTED},
        reason=reason,
    )


def _some(registration_ids: Sequence[int]) -> Sequence[int]:
    if not 1 <= len(set(registration_ids)) <= MOST_AT_ONCE:
        raise Refusal("decision.nobody", most=MOST_AT_ONCE)
    return registration_ids
