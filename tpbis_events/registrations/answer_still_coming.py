"""Answer whether she can still come after her session has changed; answered again, the newer answer counts."""

from __future__ import annotations

from dataclasses import dataclass

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations.hold import hold
from tpbis_events.registrations.model import LIVE
from tpbis_events.registrations.still_coming import StillComing, latest_change


@dataclass(frozen=True, slots=True)
class Answered:
    coming: bool
    changed: bool  # False when she had answered the same before


@command
def answer_still_coming(registration_id: int, change_id: int, coming: bool, *, by: Actor) -> Answered:
    """She says so on her own page, or the office writes down what she said on the phone; her seat stays hers either way.

    Refuses a change that she wasn't asked about, one that another has followed, a registration that has ended, and a
    session that has begun.
    """
    registration, quota = hold(registration_id, by=by, act=Act.CORRECT)
    now = clock.now()
    if registration.state not in LIVE:
        raise Refusal(f"registration.already_{registration.state.value}")
    question = db.session.get(StillComing, (change_id, registration_id), populate_existing=True)
    if question is None:
        raise NotFound("still_coming.unknown")
    if latest_change(registration.session_id) != change_id:
        raise Refusal("still_coming.older")
    if now >= quota.session.starts_at:
        raise Refusal("session.has_begun")
    before = question.coming
    if before is coming:
        return Answered(coming, changed=False)
    question.coming, question.answered_at, question.answered_by = coming, now, by.label
    record(
        "registration.still_coming",
        f"registration:{registration_id}",
        at=now,
        actor=by.label,
        province_code=quota.session.province_code,
        before={"coming": before},
        after={"coming": coming},
    )
    return Answered(coming, changed=True)
