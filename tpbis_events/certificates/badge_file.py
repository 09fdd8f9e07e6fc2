"""The badge of a certificate that was issued, for its holder; made when it is asked for, and the same bytes each time."""

from __future__ import annotations

from tpbis_events.certificates import badge_key, rules
from tpbis_events.certificates.lookup import facts_of
from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.programmes.model import CertificateKind


def has_badge(certificate: Certificate) -> bool:
    """Whether there is one to download: of a certificate that stands, when its signatory has signed, and a key is set up."""
    return certificate.stands and not _to_be_signed(certificate.latest) and bool(badge_key.all_keys())


def badge_of(certificate: Certificate) -> bytes:
    """The badge of the newest version.

    Refuses a letter of attendance, a revoked certificate, one that waits for its signatory, and an installation without a key.
    """
    from tpbis_events.certificates.badge import badge

    version = certificate.latest
    if certificate.kind is CertificateKind.LETTER:
        raise NotFound("badge.letter")
    if certificate.revoked_at:
        raise Refusal("certificate.revoked", number=certificate.number)
    if _to_be_signed(version):
        raise Refusal("certificate.not_signed_yet", number=certificate.number)
    keys = badge_key.all_keys()
    if not keys:
        raise NotFound("badge.no_key")
    event_id = certificate.registration.session.event_id
    return badge(facts_of(version), event_id=event_id, index=version.id, issued_at=version.issued_at, key=keys[0])


def file_name(certificate: Certificate) -> str:
    """`lencana-0001-TPBIS-SHM-PROVINSI-2027-XI-2026.json`"""
    return rules.file_name(certificate.number).replace("sertifikat-", "lencana-", 1).removesuffix(".pdf") + ".json"


def _to_be_signed(version: Version) -> bool:
    """A signature made outside is her who signs agreeing to it: before that, nothing is handed out."""
    return version.signing is Signing.OUTSIDE and not version.signed_hash
