"""Register a person for a role in a session: a seat if one is free and nobody waits for it, else a place on the waiting list."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock, codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import PUBLIC, Actor
from tpbis_events.people.model import Employment, Person
from tpbis_events.programmes.model import Quota, Session
from tpbis_events.programmes.registration_window import require_open
from tpbis_events.registrations import rules, seats, waiting_list
from tpbis_events.registrations.letters import owe
from tpbis_events.registrations.links import token_of
from tpbis_events.registrations.model import FormKey, Registration, State
from tpbis_events.registrations.rules import Applicant, Asked


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
def register(session_id: int, role_id: int, applicant: Applicant, *, key: str, by: Actor = PUBLIC) -> Registered:
    """A free seat goes to the applicant unless somebody waits for one; then, and when all are taken, she joins the waiting list.

    `key` is the form's idempotency key: the same form sent again is answered by what it made the first time, and while
    the first is still running the second waits for it. Refuses: a closed session, a role of another session, answers
    that break a rule, a person who has a live registration in this event, a used key with other answers.
    """
    fingerprint = _fingerprint(session_id, role_id, applicant)
    if not _claim_key(key, fingerprint, clock.now()):
        return _replay(key, fingerprint)
    quota = seats.lock_quota_of(session_id, role_id)
    now = clock.now()  # under the lock: nobody who came later is written down as earlier
    require_open(quota.session, now, applicant.language)
    answers, problems = rules.examine(applicant, asked_for(quota), test_addresses=not current_app.config["PRODUCTION"])
    if problems:
        raise Invalid(problems)
    registration = _written_down(quota, answers, now)
    place = _seat_or_queue(registration, quota, now)
    refuse_double()
    db.session.execute(update(FormKey).where(FormKey.key == key).values(registration_id=registration.id))
    owe("confirmation" if place is None else "waiting", registration, at=now, **({"place": place} if place else {}))
    record(
        "registration.registered",
        f"registration:{registration.id}",
        at=now,
        actor=by.label,
        province_code=quota.session.province_code,
        after={"state": registration.state, "place": place},
    )
    return Registered(registration.id, registration.reference, registration.state, place, token_of(registration))


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


def _written_down(quota: Quota, answers: Applicant, now: datetime) -> Registration:
    person = Person(**told(answers), language=answers.language, consent_version=rules.CONSENT_VERSION, consent_at=now)
    registration = Registration(
        reference=codes.new_code(8),
        ticket=codes.new_code(16),
        event_id=quota.session.event_id,
        session=quota.session,
        role=quota.role,
        quota_id=quota.id,
        person=person,
        email_key=rules.email_key(answers),
        phone_key=rules.phone_key(answers),
        link_version=1,
        calendar_sequence=0,
        priority=0,
        created_at=now,
    )
    return registration


def _seat_or_queue(registration: Registration, quota: Quota, now: datetime) -> int | None:
    if waiting := seats.waiting_count(quota.id):
        # A seat may have come free while registration was closed; those who wait have it before any newcomer.
        waiting -= len(waiting_list.serve(quota, at=now, by=PUBLIC.label))
    seat = None if waiting else seats.free_seat(quota)
    if seat:
        seats.take_seat(registration, seat, at=now)
    else:
        seats.join_waiting_list(registration, quota)
    db.session.add(registration)
    return None if seat else waiting + 1


def refuse_double() -> None:
    """Flush; the database refuses a second live registration of one e-mail address or phone in an event."""
    try:
        db.session.flush()
    except IntegrityError as failure:
        said = str(failure.orig)
        for contact in ("email", "phone"):
            if f"registrations.{contact}_key" in said or f"uq_registrations_live_{contact}" in said:
                raise Refusal("registration.already_registered", contact=contact) from failure
        raise


def _fingerprint(session_id: int, role_id: int, applicant: Applicant) -> str:
    answers = {**asdict(applicant), "language": ""}  # the same answers in the other language are the same form
    return hashlib.sha256(json.dumps([session_id, role_id, answers], sort_keys=True).encode()).hexdigest()


def _claim_key(key: str, fingerprint: str, now: datetime) -> bool:
    """Write the key down, unless it is there. Both databases make a second writer wait for the first one's end here."""
    insert = insert_postgresql if db.engine.dialect.name == "postgresql" else insert_sqlite
    statement = insert(FormKey).values(key=key, fingerprint=fingerprint, created_at=now).on_conflict_do_nothing()
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
