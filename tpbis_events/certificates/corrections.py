"""What people asked to have corrected: the newest of one registration, and all that wait for a decision."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from tpbis_events.certificates.model import Correction
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.model import Registration

MOST = 200  # on the page of those that wait


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer as it stands, and as it should be."""

    name: str
    old: str
    new: str


def newest(registration_id: int) -> Correction | None:
    return db.session.scalar(
        select(Correction).where(Correction.registration_id == registration_id).order_by(Correction.id.desc()).limit(1)
    )


def differences_of(correction: Correction, registration: Registration) -> list[Difference]:
    """What the decision is about, against the answers of this moment."""
    person = registration.person
    return [Difference(name, getattr(person, name) or "", value) for name, value in correction.asked.items()]


def waiting(*, by: Actor) -> list[Correction]:
    """Those that wait, within reach, the oldest first; one query."""
    found = (
        select(Correction)
        .join(Correction.registration)
        .join(Registration.session)
        .join(Registration.person)
        .where(Correction.decided_at.is_(None), *_in_reach(by))
        .options(
            contains_eager(Correction.registration).contains_eager(Registration.session),
            contains_eager(Correction.registration).contains_eager(Registration.person),
        )
        .order_by(Correction.asked_at, Correction.id)
        .limit(MOST)
    )
    return list(db.session.scalars(found))


def number_waiting(*, by: Actor) -> int:
    wanted = select(func.count(Correction.id)).join(Correction.registration).join(Registration.session)
    return db.session.scalar(wanted.where(Correction.decided_at.is_(None), *_in_reach(by))) or 0


def _in_reach(by: Actor) -> list[ColumnElement[bool]]:
    provinces = by.provinces_for(Act.CORRECT)
    return [] if provinces is None else [Session.province_code.in_(provinces)]
