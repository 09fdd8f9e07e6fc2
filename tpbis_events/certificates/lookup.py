"""Certificates found: by the code that is printed on them, or by registration; and who has earned one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select

from tpbis_events.attendance.presence import attended_days
from tpbis_events.certificates import rules
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import AgendaItem
from tpbis_events.registrations.model import Registration

if TYPE_CHECKING:
    from tpbis_events.certificates.drawing import CertificateFacts


@dataclass(frozen=True, slots=True)
class Earned:
    """Where a registration stands, and the JP of the days attended so far."""

    standing: rules.Standing
    jp: int


@dataclass(frozen=True, slots=True)
class Told:
    """What anybody who has the code may know of a certificate: no contact, no NIP, no institution."""

    full_name: str
    role_id: str
    role_en: str
    event_name_id: str
    event_name_en: str
    dates_id: str
    dates_en: str
    jp: int
    number: str
    version: int
    specimen: bool
    revoked_at: datetime | None
    revoke_reason: str | None


def by_code(code: str) -> Certificate | None:
    """The certificate with this code, typed as it may be: small letters, dashes, blanks, O for 0."""
    return db.session.scalar(select(Certificate).where(Certificate.code == codes.read_back(code)))


def of_registration(registration_id: int) -> Certificate | None:
    return db.session.scalar(select(Certificate).where(Certificate.registration_id == registration_id))


def is_issued() -> ColumnElement[bool]:
    """A condition on Registration: that it has a certificate, and one that wasn't revoked."""
    return (
        select(Certificate.id)
        .where(Certificate.registration_id == Registration.id, Certificate.revoked_at.is_(None))
        .exists()
    )


def numbers_of(registration_ids: Collection[int]) -> dict[int, str]:
    """The numbers of the certificates that stand, by registration. One query."""
    wanted = select(Certificate.registration_id, Certificate.number)
    stand = (Certificate.registration_id.in_(registration_ids), Certificate.revoked_at.is_(None))
    return dict(db.session.execute(wanted.where(*stand)).all())


def earned_by(registration: Registration) -> Earned:
    """What a registration has earned by the days it attended; whether it has a seat is not looked at."""
    days = registration.session.days
    there = attended_days([registration.id])[registration.id]
    numbers = {day.number for day in days if day.id in there}
    agenda = db.session.execute(
        select(AgendaItem.day_number, AgendaItem.jp).where(AgendaItem.event_id == registration.event_id)
    )
    return Earned(
        rules.standing(len(days), len(numbers), registration.event.certificate_percent),
        rules.lesson_hours([(number, jp) for number, jp in agenda], numbers),
    )


def facts_for_drawing(certificate: Certificate) -> CertificateFacts:
    """What was issued, as `drawing.draw` takes it: the same file again, whatever has changed since."""
    from tpbis_events.certificates.drawing import CertificateFacts

    return CertificateFacts(**certificate.facts, nip=certificate.nip)


def told(certificate: Certificate) -> Told:
    """The public part of what was issued, and whether it was revoked since."""
    public = {each.name: certificate.facts[each.name] for each in fields(Told) if each.name in certificate.facts}
    return Told(**public, revoked_at=certificate.revoked_at, revoke_reason=certificate.revoke_reason)


def file_name(certificate: Certificate) -> str:
    """`sertifikat-0001-TPBIS-SHM-PROVINSI-2027-XI-2026.pdf`"""
    return rules.file_name(certificate.number)
