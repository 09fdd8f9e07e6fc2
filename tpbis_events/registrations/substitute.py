"""Substitute (diwakili): somebody else comes in a person's place. Seat and role stay, and the history names both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Seat, WayIn
from tpbis_events.registrations import life, limits, rules, seats, waiting_list
from tpbis_events.registrations.drop_reminders import drop_reminders
from tpbis_events.registrations.hold import hold
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.links import token_of
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.register import asked_for, double_refused, written_down
from tpbis_events.registrations.rules import Applicant, plain
from tpbis_events.registrations.write_rows import write_rows

# In these roles the office chose the person, so it also chooses who comes in her place.
CHOSEN_BY_OFFICE = (WayIn.APPROVAL, WayIn.NOMINATION)


@dataclass(frozen=True, slots=True)
class Substituted:
    reference: str  # of who comes now
    registration_id: int
    token: str
    old_reference: str


@command
def substitute(registration_id: int, applicant: Applicant, *, by: Actor, reason: str = "") -> Substituted:
    """The substitute gives her own data and has her own reference, link and QR code; the certificate goes to who came.

    By the participant until the session begins, in roles that the office doesn't choose the people for; by the office until
    it is over. Refuses who has no seat, answers that break a rule, somebody who has a live registration in this event, a
    limit that the substitute would go over.
    """
    registration, quota = hold(registration_id, by=by, act=Act.SUBSTITUTE)
    now = clock.now()
    own = by.owns(registration.id, Act.SUBSTITUTE)
    require_may(registration, now, own=own)
    answers, problems = rules.examine(applicant, asked_for(quota), test_addresses=not current_app.config["PRODUCTION"])
    if problems:
        raise Invalid(problems)
    reason = plain(reason, rules.LONGEST_REASON)
    kept = db.session.get_one(Seat, registration.seat_id)
    seat = seats.FreeSeat(kept.id, kept.number)
    life.go(registration, Step.SUBSTITUTE, State.SUBSTITUTED, at=now, by=by.label, reason=reason)
    db.session.flush()  # the seat and the contact must be free before another has them
    drop_reminders([registration.id])
    coming = written_down(quota, answers, now)
    coming.priority, coming.invitation = registration.priority, registration.invitation
    coming.substitute_of_id = registration.id
    seats.claim(coming, quota, Step.SUBSTITUTE, at=now, by=by.label, seat=seat)
    with double_refused():
        write_rows(coming)
    owe("confirmation", coming, at=now, by=by.label, in_place_of=registration.person.full_name)
    owe(
        "substituted",
        registration,
        at=now,
        by=by.label,
        substitute=answers.full_name,
        reason=reason,
        by_office=not own,
    )
    for row, after in ((registration, {"by": coming.reference}), (coming, {"for": registration.reference})):
        record(
            "registration.substituted",
            f"registration:{row.id}",
            at=now,
            actor=by.label,
            province_code=quota.session.province_code,
            after={"state": row.state, "seat": seat.number, **after},
            reason=reason or None,
        )
    if limits.limited(quota) and limits.belongs(coming) != limits.belongs(registration):
        waiting_list.serve(quota, at=now, by=by.label)  # a limit that she leaves may have room now for who waits
    return Substituted(coming.reference, coming.id, token_of(coming), registration.reference)


def require_may(registration: Registration, now: datetime, *, own: bool) -> None:
    """Refuse who has no seat, what is too late, and a person (`own`) in whose role the office chooses who comes."""
    life.require(Step.SUBSTITUTE, registration)
    if own and registration.role.way_in in CHOSEN_BY_OFFICE:
        raise Refusal("substitute.by_office")
    if now >= (registration.session.starts_at if own else registration.session.ends_at):
        raise Refusal("session.has_begun" if own else "session.over")
