"""Register a person for a role in a session: a seat if one is free and nobody waits for it, else a place on the waiting list."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db, insert_on_conflict
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import PUBLIC, Act, Actor
from tpbis_events.people.model import Employment, Person
from tpbis_events.programmes.model import Quota, Session
from tpbis_events.programmes.registration_window import require_open, require_published
from tpbis_events.registrations import life, limits, rules, seats, waiting_list, ways
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.links import token_of
from tpbis_events.registrations.model import FormKey, Invitation, InvitationKind, Registration, State
from tpbis_events.registrations.rules import Applicant, Asked
from tpbis_events.registrations.seats import Standing
from tpbis_events.registrations.write_rows import write_rows


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of the request. `place` is the place on the waiting list, None for who has a seat."""

    registration_id: int
    reference: str
    state: State
    place: int | None
    token: str
    replayed: bool = False


@command
def register(
    session_id: int,
    role_id: int,
    applicant: Applicant,
    *,
    key: str,
    by: Actor = PUBLIC,
    invitation_id: int | None = None,
) -> Registered:
    """A free seat goes to the applicant unless somebody waits for one; then, and when all are taken, she joins the waiting list.

    In a role by approval or nomination she begins as an application. The office registers others by the same rules, also
    before the opening and after the closing, until the session is over. `key` is the form's idempotency key: the same form
    sent again is answered by what it made the first time, and while the first is still running the second waits for it.
    Refuses: a closed session, a role of another session, answers that break a rule, a person who has a live registration
    in this event, a used key with other answers, an invitation that is missing or no longer good.
    """
    fingerprint = _fingerprint(session_id, role_id, applicant, invitation_id)
    if not _claim_key(key, fingerprint, clock.now()):
        return _replay(key, fingerprint)
    quota, standing = seats.lock_with_standing(session_id, role_id)
    now = clock.now()  # under the lock: nobody who came later is written down as earlier
    require_may_register(quota, now, applicant.language, by=by)
    answers, problems = rules.examine(applicant, asked_for(quota), test_addresses=not current_app.config["PRODUCTION"])
    if problems:
        raise Invalid(problems)
    invitation = ways.use(invitation_id, quota, now) if invitation_id else None
    registration, place = admit(quota, answers, standing, invitation=invitation, at=now, by=by)
    db.session.execute(update(FormKey).where(FormKey.key == key).values(registration_id=registration.id))
    return Registered(registration.id, registration.reference, registration.state, place, token_of(registration))


def require_may_register(quota: Quota, now: datetime, language: str, *, by: Actor) -> None:
    """The public registers while registration is open; the office, with the right in the province, until the session is over.

    Nobody is registered in a draft: her mail would lead to pages that aren't there yet.
    """
    if by is PUBLIC:
        if not quota.session.event.published_at:
            raise NotFound("event.unknown")
        require_open(quota.session, now, language)
        return
    by.require(Act.REGISTER, quota.session.province_code)
    require_published(quota.session.event)
    if quota.session.cancelled_at:
        raise Refusal("session.cancelled")
    if now >= quota.session.ends_at:
        raise Refusal("session.over")


def admit(
    quota: Quota,
    answers: Applicant,
    standing: Standing | None = None,
    *,
    invitation: Invitation | None = None,
    at: datetime,
    by: Actor,
) -> tuple[Registration, int | None]:
    """A step: write one request down in a locked quota, with the mail it owes: seated, waiting (at which place) or applied.

    `standing` is the quota's when the caller has it from the lock and gave no seat since.
    """
    decided_later = ways.must_be_decided(quota, invitation, by=by)
    registration = written_down(quota, answers, at)
    registration.invitation = invitation
    place = None
    if decided_later:
        life.go(registration, Step.REGISTER, State.APPLIED, at=at, by=by.label)
    else:
        place = seat_or_queue(registration, quota, Step.REGISTER, standing, at=at, by=by)
    with double_refused():
        write_rows(registration)
    owe_beginning(registration, place, at=at, by=by.label)
    record(
        "registration.registered",
        f"registration:{registration.id}",
        at=at,
        actor=by.label,
        province_code=quota.session.province_code,
        after={"state": registration.state, "place": place},
    )
    return registration, place


def owe_beginning(
    registration: Registration, place: int | None, *, at: datetime, by: str, approved: bool = False
) -> None:
    """What a registration is told first: that she has a seat, waits at a place in line, or will hear the office's decision;
    and once more when the office has approved her.

    Who changes her address while a seat is offered to her is told of the offer again.
    """
    event, invitation = registration.session.event, registration.invitation
    if registration.state is State.APPLIED:
        nominated = invitation and invitation.kind is InvitationKind.NOMINATION
        owe("applied", registration, at=at, by=by, nominated_by=invitation.name if invitation and nominated else "")
    elif registration.offer_ends_at:
        owe("offer", registration, at=at, by=by, offer_ends_at=registration.offer_ends_at.isoformat())
    elif place is None:
        owe("approved" if approved else "confirmation", registration, at=at, by=by)
    else:
        told = {"approved": True} if approved else {}
        owe("waiting", registration, at=at, by=by, place=place, serving=event.serving, hours=event.offer_hours, **told)


def seat_or_queue(
    registration: Registration, quota: Quota, step: Step, standing: Standing | None = None, *, at: datetime, by: Actor
) -> int | None:
    """A step: a seat when one is free that nobody in line could have, else the next place in line; which, or None when seated."""
    tally = limits.tally_of(quota)
    waiting, seat = (len(tally.line), None) if tally else standing or seats.standing_of(quota)
    if waiting and (seat or tally):
        # A seat came free while registration was closed, or by a limit; those who wait have it before any newcomer.
        waiting -= len(waiting_list.serve(quota, at=at, by=by.label, tally=tally))
        seat = None if waiting else seats.free_seat(quota)
    if not tally and (waiting or seat is None):  # nobody passes who waits
        seats.join_waiting_list(registration, quota, step, at=at, by=by.label)
        return waiting + 1
    try:
        seats.claim(registration, quota, step, at=at, by=by.label, in_turn=not waiting, seat=seat, tally=tally)
    except seats.NoSeat:
        seats.join_waiting_list(registration, quota, step, at=at, by=by.label)
        return waiting + 1
    return None


def asked_for(quota: Quota) -> Asked:
    """What a role in a session asks of those who come."""
    return Asked(quota.role.origin, quota.role.regency_required, quota.session.province_code)


def told(answers: Applicant) -> dict[str, Any]:
    """What examined answers put into a person's row; an empty answer is kept as none."""
    return {
        "full_name": answers.full_name,
        "name_key": rules.name_key(answers.full_name),
        "own_script_name": answers.own_script_name or None,
        "email": answers.email or None,
        "email_key": answers.email.casefold() or None,
        "phone": answers.phone or None,
        "institution": answers.institution,
        "position": answers.position,
        "employment": Employment(answers.employment) if answers.employment else None,
        "nip": answers.nip or None,
        "province_code": answers.province_code or None,
        "regency_code": answers.regency_code or None,
        "country_code": answers.country_code,
        "support_needed": answers.support_needed or None,
    }


def written_down(quota: Quota, answers: Applicant, now: datetime) -> Registration:
    """A new row for a person in a quota, not yet in any state.

    Filled as a loaded row is, past the mapper's record of changes: nothing is known of a new row that could change.
    """
    person = Person()
    vars(person).update(told(answers), language=answers.language, consent_version=rules.CONSENT_VERSION, consent_at=now)
    registration = Registration()
    vars(registration).update(
        reference=codes.new_code(8),
        ticket=codes.new_code(16),
        event_id=quota.session.event_id,
        session=quota.session,
        role=quota.role,
        quota_id=quota.id,
        person=person,
        email_key=rules.email_key(answers),
        phone_key=rules.phone_key(answers),
        turn=1,
        link_version=1,
        calendar_sequence=0,
        priority=0,
        created_at=now,
    )
    return registration


def refuse_double() -> None:
    """Flush; the database refuses a second live registration of one e-mail address or phone in an event."""
    with double_refused():
        db.session.flush()


@contextmanager
def double_refused() -> Iterator[None]:
    """What the database says of a second live registration, as a refusal."""
    try:
        yield
    except IntegrityError as failure:
        said = str(failure.orig)
        for contact in ("email", "phone"):
            if f"registrations.{contact}_key" in said or f"uq_registrations_live_{contact}" in said:
                raise Refusal("registration.already_registered", contact=contact) from failure
        raise


def _fingerprint(session_id: int, role_id: int, applicant: Applicant, invitation_id: int | None) -> str:
    answers = {**asdict(applicant), "language": ""}  # the same answers in the other language are the same form
    form = [session_id, role_id, answers, invitation_id]
    return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


def _claim_key(key: str, fingerprint: str, now: datetime) -> bool:
    """Write the key down, unless it is there. Both databases make a second writer wait for the first one's end here."""
    statement = (
        insert_on_conflict(FormKey).values(key=key, fingerprint=fingerprint, created_at=now).on_conflict_do_nothing()
    )
    return db.session.scalar(statement.returning(FormKey.key)) is not None


def _replay(key: str, fingerprint: str) -> Registered:
    form = db.session.get_one(FormKey, key)
    if form.fingerprint != fingerprint:
        raise Refusal("registration.form_changed")
    registration = db.session.scalars(
        select(Registration)
        .where(Registration.id == form.registration_id)
        .options(joinedload(Registration.session).joinedload(Session.event))
    ).one()
    place = waiting_list.place_in_line(registration)
    token = token_of(registration)
    return Registered(registration.id, registration.reference, registration.state, place, token, replayed=True)
