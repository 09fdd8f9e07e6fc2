"""Ask the office to correct what a certificate says, once the session is over and a person can't correct it herself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select

from tpbis_events.attendance.hold import lock_registration
from tpbis_events.audit.record import record
from tpbis_events.certificates.model import Correction
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Invalid, NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.registration_window import correction_ends_at
from tpbis_events.programmes.texts import tidy
from tpbis_events.registrations import rules
from tpbis_events.registrations.answers import answers_of, asked_of
from tpbis_events.registrations.model import Registration, State

FIELDS = ("full_name", "own_script_name", "position", "institution")
LONGEST_NOTE = 500


@command
def ask_correction(registration_id: int, answers: Mapping[str, str], note: str, *, by: Actor) -> tuple[str, ...]:
    """Keep what should be said instead; the names of the answers that differ. Asked again, it takes the place of what waits.

    `answers` are those of FIELDS, by the same rules as at registration. Refuses who has no seat, a session that isn't over
    (she corrects it herself), and a request that changes nothing.
    """
    registration = lock_registration(registration_id)
    if not by.owns(registration.id, Act.CORRECT):
        raise NotFound("registration.unknown")
    if registration.state is not State.SEATED:
        raise Refusal("certificate.not_seated")
    now = clock.now()
    if now < correction_ends_at(registration.session):
        raise Refusal("correction.by_herself")
    note = tidy(note)
    asked = examined(registration, answers, problems={"note": "text.too_long"} if len(note) > LONGEST_NOTE else {})
    changed = {name: value for name, value in asked.items() if value != (getattr(registration.person, name) or "")}
    if not changed:
        raise Refusal("correction.nothing")
    waiting = db.session.scalar(
        select(Correction).where(Correction.registration_id == registration.id, Correction.decided_at.is_(None))
    )
    if waiting is None:
        waiting = Correction(registration_id=registration.id)
        db.session.add(waiting)
    waiting.asked, waiting.note, waiting.asked_at = changed, note or None, now
    record(
        "correction.asked",
        f"registration:{registration.id}",
        at=now,
        actor=by.label,
        province_code=registration.session.province_code,
        after={"fields": sorted(changed)},
    )
    return tuple(changed)


def examined(registration: Registration, answers: Mapping[str, str], problems: Mapping[str, str]) -> dict[str, str]:
    """The answers of FIELDS cleaned, or `Invalid`; what is wrong with others of long ago is no business here."""
    wanted = {name: answers.get(name, "") for name in FIELDS}
    told = replace(
        answers_of(registration),
        full_name=wanted["full_name"],
        own_script_name=wanted["own_script_name"],
        position=wanted["position"],
        institution=wanted["institution"],
    )
    cleaned, wrong = rules.examine(told, asked_of(registration))
    found = dict(problems) | {name: code for name, code in wrong.items() if name in FIELDS}
    if found:
        raise Invalid(found)
    return {name: getattr(cleaned, name) for name in FIELDS}
