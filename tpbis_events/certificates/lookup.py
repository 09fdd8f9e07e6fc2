"""Certificates found: by the code that is printed on them, or by registration."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, select

from tpbis_events.certificates import facts as certificate_facts
from tpbis_events.certificates import rules
from tpbis_events.certificates.earning import Earned, earned_by
from tpbis_events.certificates.facts import CertificateFacts
from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import db
from tpbis_events.programmes.model import CertificateKind
from tpbis_events.registrations.model import Registration

__all__ = ["Earned", "earned_by"]  # where a registration stands is asked together with what it was given


class Validity(StrEnum):
    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"


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
    validity: Validity
    letter: bool
    newest: int  # the version that holds now
    replaced_at: datetime | None
    revoked_at: datetime | None
    revoke_reason: str | None


def version_by_code(code: str) -> Version | None:
    """The version with this code, typed as it may be: small letters, dashes, blanks, O for 0."""
    return db.session.scalar(select(Version).where(Version.code == codes.read_back(code)))


def by_code(code: str) -> Certificate | None:
    """The certificate of which a version has this code."""
    version = version_by_code(code)
    return version.certificate if version else None


def of_registration(registration_id: int) -> Certificate | None:
    return db.session.scalar(select(Certificate).where(Certificate.registration_id == registration_id))


def is_issued() -> ColumnElement[bool]:
    """A condition on Registration: that it has a certificate, and one that wasn't revoked."""
    return select(Certificate.id).where(Certificate.registration_id == Registration.id, Certificate.stands).exists()


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number of a certificate that stands, and whether its file still waits for a signature."""

    number: str
    waits: bool


def numbers_of(registration_ids: Collection[int]) -> dict[int, Numbered]:
    """The certificates that stand, by registration. One query."""
    newest = and_(Version.certificate_id == Certificate.id, Version.version == Certificate.version)
    waits = and_(Version.signing != Signing.NONE, Version.signed_hash.is_(None))
    wanted = select(Certificate.registration_id, Certificate.number, waits).join(Version, newest)
    stand = (Certificate.registration_id.in_(registration_ids), Certificate.stands)
    rows = db.session.execute(wanted.where(*stand))
    return {registration_id: Numbered(number, bool(unsigned)) for registration_id, number, unsigned in rows}


def facts_of(version: Version) -> CertificateFacts:
    """What a version says: the same file again, whatever has changed since."""
    return certificate_facts.read(version.facts, version.nip)


def told(version: Version) -> Told:
    """The public part of a version that was issued, and whether it was replaced or revoked since."""
    certificate = version.certificate
    public = {each.name: version.facts[each.name] for each in fields(Told) if each.name in version.facts}
    replaced = version.version < certificate.version
    validity = Validity.REVOKED if certificate.revoked_at else Validity.REPLACED if replaced else Validity.VALID
    return Told(
        **public,
        validity=validity,
        letter=version.facts.get("kind") == CertificateKind.LETTER.value,
        newest=certificate.version,
        replaced_at=certificate.latest.issued_at if replaced else None,
        revoked_at=certificate.revoked_at,
        revoke_reason=certificate.revoke_reason,
    )


def file_name(certificate: Certificate) -> str:
    """`sertifikat-0001-TPBIS-SHM-PROVINSI-2027-XI-2026.pdf`"""
    return rules.file_name(certificate.number)
