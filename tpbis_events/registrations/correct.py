"""Correct what a person said of herself; seat, role and place in line stay."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from tpbis_events.audit.record import record
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Quota
from tpbis_events.programmes.registration_window import correction_ends_at
from tpbis_events.registrations import limits, rules, waiting_list
from tpbis_events.registrations.answers import asked_of
from tpbis_events.registrations.hold import hold
from tpbis_events.registrations.links import token_of
from tpbis_events.registrations.model import HOLDING, LIVE, Registration
from tpbis_events.registrations.register import owe_beginning, refuse_double, told
from tpbis_events.registrations.rules import Applicant
from tpbis_events.registrations.waiting_list import place_in_line


@dataclass(frozen=True, slots=True)
class Corrected:
    changed: tuple[str, ...]  # names of the fields that are different now
    token: str


@command
def correct(registration_id: int, applicant: Applicant, *, by: Actor) -> Corrected:
    """Put new answers in the place of the old ones, by the same rules as at registration.

    Another e-mail address, or none, ends the links mailed to the old one; a new one is owed the confirmation anew.
    Refuses a registration that has ended, by the participant one whose session is over, and a country, regency or
    institution whose seats in this role are all taken.
    """
    registration, quota = hold(registration_id, by=by, act=Act.CORRECT)
    now = clock.now()
    if registration.state not in LIVE:
        raise Refusal(f"registration.already_{registration.state.value}")
    if by.registration_id == registration.id and now >= correction_ends_at(quota.session):
        raise Refusal("session.has_begun")
    answers, problems = rules.examine(
        applicant, asked_of(registration), test_addresses=not current_app.config["PRODUCTION"]
    )
    if problems:
        raise Invalid(problems)
    person = registration.person
    old_email = person.email
    before = limits.belongs(registration)
    changed = _put(person, answers)
    if registration.state in HOLDING:
        _require_room(registration, quota, before)
    _keep_keys(registration, answers)
    refuse_double()
    if person.email != old_email:
        registration.link_version += 1
        registration.turn += 1
        owe_beginning(registration, place_in_line(registration), at=now, by=by.label)
    if changed:
        record(
            "registration.corrected",
            f"registration:{registration.id}",
            at=now,
            actor=by.label,
            province_code=quota.session.province_code,
            after={"fields": list(changed)},
        )
    if limits.limited(quota) and limits.belongs(registration) != before:
        waiting_list.serve(quota, at=now, by=by.label)  # a limit may have room now, for herself or for another
    return Corrected(changed, token_of(registration))


def _put(person: Person, answers: Applicant) -> tuple[str, ...]:
    values = told(answers)
    changed = tuple(name for name, value in values.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, values[name])
    return tuple(name for name in changed if name not in ("name_key", "email_key"))


def _require_room(registration: Registration, quota: Quota, before: limits.Belongs) -> None:
    """Who holds a seat can't become one of a country, regency or agency that has all its seats already."""
    after = limits.belongs(registration)
    if after == before or not (tally := limits.tally_of(quota)):
        return
    tally.add(after, -1)  # herself; the new answers were flushed before they were counted
    if reached := tally.reached(after):
        raise Refusal("limit.reached", limited_by=reached.limited_by, value=reached.value, most=reached.most)


def _keep_keys(registration: Registration, answers: Applicant) -> None:
    registration.email_key = rules.email_key(answers)
    registration.phone_key = rules.phone_key(answers)
