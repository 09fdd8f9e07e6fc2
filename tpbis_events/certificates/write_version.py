"""Write a version of a certificate: its facts, its code, and the file that was drawn from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tpbis_events.certificates import kept_files
from tpbis_events.certificates.facts import CertificateFacts, kept
from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.foundation import codes


def write_version(
    certificate: Certificate, facts: CertificateFacts, *, signing: Signing, at: datetime, by: str
) -> Version:
    """A step: the file is drawn and kept here, so that nothing is issued that can't be drawn. Facts bear the certificate's
    number; `signing` stays with the version, whatever its event says later. Where the transaction fails, a file stays that
    no version knows of, and is swept out later.
    """
    from tpbis_events.certificates.drawing import draw

    facts = replace(facts, number=certificate.number, version=certificate.version)
    return Version(
        certificate=certificate,
        version=certificate.version,
        code=codes.read_back(facts.code),
        facts=kept(facts),
        nip=facts.nip,
        file_hash=kept_files.keep(draw(facts)),
        signing=signing,
        issued_at=at,
        issued_by=by,
    )
