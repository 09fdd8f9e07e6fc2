"""A certificate whose facts have changed gets a new version: the number stays, the old version says that it is replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tpbis_events.attendance.hold import lock_registration
from tpbis_events.audit.record import record
from tpbis_events.certificates.design import design_of
from tpbis_events.certificates.earning import earned_by
from tpbis_events.certificates.facts import OF_THE_PERSON, differences
from tpbis_events.certificates.issue import require_ready
from tpbis_events.certificates.lookup import facts_of, of_registration
from tpbis_events.certificates.model import Certificate, Signing
from tpbis_events.certificates.owe_letter import owe_letter
from tpbis_events.certificates.wording import facts_now
from tpbis_events.certificates.write_version import write_version
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import Act, Actor
from tpbis_events.places.local_time import local_date
from tpbis_events.programmes.model import CertificateKind
from tpbis_events.registrations.model import Registration


@dataclass(frozen=True, slots=True)
class Reissued:
    number: str
    version: int
    code: str
    version_id: int
    changed: tuple[str, ...]  # names of the facts that differ from the version before


@command
def reissue(registration_id: int, *, by: Actor) -> Reissued:
    """Write the version of today. By the participant when something of her own has changed, by the office when anything has.

    A letter of attendance becomes a certificate when that is earned meanwhile. Refuses when nothing has changed, a revoked
    certificate, and one that would not be issued today. Locks the registration's row alone: no number is drawn.
    """
    registration = lock_registration(registration_id)
    if by.registration_id != registration.id:
        by.require(Act.ISSUE_CERTIFICATE, registration.session.province_code)
    certificate = of_registration(registration.id)
    if certificate is None:
        raise NotFound("certificate.not_made")
    if certificate.revoked_at:
        raise Refusal("certificate.revoked", number=certificate.number)
    return write_next(registration, certificate, at=clock.now(), by=by)


def write_next(registration: Registration, certificate: Certificate, *, at: datetime, by: Actor) -> Reissued:
    """A step: the next version, where a new one would say something else. The registration's row is locked by the caller."""
    kind = _kind(registration, certificate)
    earned = require_ready(registration, kind, at=at, waived=bool(certificate.waiver))
    today: date = local_date(at, registration.session.zone)
    facts, before = facts_now(registration, earned, kind, today), facts_of(certificate.latest)
    changed = differences(before, facts)
    own = by.registration_id == registration.id
    if not (changed & OF_THE_PERSON if own else changed):
        raise Refusal("certificate.nothing_new", number=certificate.number)
    certificate.version += 1
    certificate.kind = kind
    version = write_version(certificate, facts, signing=_signing(registration), at=at, by=by.label)
    db.session.add(version)
    db.session.flush()
    record(
        "certificate.reissued",
        f"registration:{registration.id}",
        at=at,
        actor=by.label,
        province_code=registration.session.province_code,
        after={"number": certificate.number, "version": certificate.version, "fields": sorted(changed)},
    )
    if not own and not version.waits_for_signature:
        owe_letter(certificate, version.code, registration, at=at)
    return Reissued(certificate.number, certificate.version, version.code, version.id, tuple(sorted(changed)))


def _signing(registration: Registration) -> Signing:
    """The newest version is signed anew, the way that its event says by now."""
    return Signing(design_of(registration.event).signing)


def _kind(registration: Registration, certificate: Certificate) -> CertificateKind:
    if certificate.kind is CertificateKind.LETTER and not earned_by(registration).earned:
        return CertificateKind.LETTER
    return registration.role.certificate_kind
