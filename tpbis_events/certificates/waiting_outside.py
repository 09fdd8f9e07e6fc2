"""Which certificates of an event wait for a signature that is made outside, and how they are taken out in portions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select

from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.foundation.database import db
from tpbis_events.people.actor import Act, Actor
from tpbis_events.registrations.model import Registration

PORTION = 200  # files of one ZIP


@dataclass(frozen=True, slots=True)
class Portion:
    """Those that wait between two versions, both included; it stays the same while others are signed."""

    first: int
    last: int
    number: int
    begins: int  # at which place among all that wait, from 1


@dataclass(frozen=True, slots=True)
class WaitingOutside:
    waiting: int
    signed: int
    portions: tuple[Portion, ...]


def waiting_outside(event_id: int, *, by: Actor) -> WaitingOutside:
    """How many wait, how many came back signed. Two queries."""
    by.require(Act.SIGN_CERTIFICATES, None)
    ids = list(db.session.scalars(chosen(event_id).with_only_columns(Version.id)))
    signed = _of_event(event_id).where(Version.signed_hash.is_not(None)).with_only_columns(func.count(Version.id))
    portions = tuple(
        Portion(some[0], some[-1], len(some), place * PORTION + 1)
        for place, some in enumerate(ids[at : at + PORTION] for at in range(0, len(ids), PORTION))
    )
    return WaitingOutside(len(ids), db.session.scalar(signed.order_by(None)) or 0, portions)


def chosen(event_id: int) -> Select[Version]:
    """Those that wait, in the order in which they were written: the newest versions of certificates that weren't revoked."""
    return _of_event(event_id).where(
        Version.signed_hash.is_(None), Version.version == Certificate.version, Certificate.revoked_at.is_(None)
    )


def _of_event(event_id: int) -> Select[Version]:
    return (
        select(Version)
        .join(Version.certificate)
        .join(Certificate.registration)
        .where(Registration.event_id == event_id, Version.signing == Signing.OUTSIDE)
        .order_by(Version.id)
    )
