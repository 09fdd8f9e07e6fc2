"""Sign the file of a version with the institution's own key: outside of any transaction, since a token may take a second.

The signed file is kept first; then a command says that it is the one, unless another was faster. A file that lost is known by
no version and is swept out later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from tpbis_events.attendance.hold import lock_registration
from tpbis_events.audit.record import record
from tpbis_events.certificates import kept_files, own_key
from tpbis_events.certificates.file import drawn
from tpbis_events.certificates.lookup import facts_of
from tpbis_events.certificates.model import Signing, Version
from tpbis_events.certificates.owe_letter import owe_letter
from tpbis_events.certificates.seal_pdf import Purpose, sealed
from tpbis_events.foundation import clock, logs
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.foundation.transaction import command
from tpbis_events.people.actor import WORKER, Act, Actor

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a signature: the SHA-256 of the signed file, whom its certificate names, and when it was made."""

    file_hash: str
    name: str
    at: datetime
    outside: bool = False
    rewritten: bool = False  # the file as it was drawn isn't the beginning of the signed one


def sign_now(version_id: int, *, herself: bool = False) -> bool:
    """Sign it for who waits for it at this moment; whether its file can be fetched now. Never raises.

    What can't be signed now the worker signs later. `herself`: the person made it and gets the file at once, so no mail says
    so; where it isn't signed at once, the mail is owed when it is.
    """
    try:
        sign(version_id, tell=not herself)
    except Refusal as no:
        db.session.rollback()
        logs.event("certificate.not_signed", code=no.code, version=version_id)
    except Exception as fault:
        db.session.rollback()
        logs.trouble("certificate.not_signed", error=fault, version=version_id)
    version = db.session.get(Version, version_id, populate_existing=True)
    return version is not None and not version.waits_for_signature


def sign(version_id: int, *, tell: bool = True) -> bool:
    """Sign it with the own key, if that is what it waits for; whether this signature is the one that counts.

    Raises a refusal when the key can't sign now, and what goes wrong with key, token or server of time stamps.
    """
    version = db.session.get(Version, version_id)
    if version is None:
        raise NotFound("certificate.not_made")
    if version.signing is not Signing.OWN or not version.waits_for_signature or not _holds(version):
        return False
    content, facts = drawn(version), facts_of(version)
    db.session.rollback()  # nothing of the database is held while the key works
    at = clock.now()
    key = own_key.require_key(at)
    purpose = Purpose(reason=f"Penerbitan sertifikat {facts.number}", location=facts.issue_place)
    try:
        signed = sealed(content, key, purpose, time_stamp_server=current_app.config.get("SIGNING_TSA") or "")
    except own_key.BadKey as bad:
        own_key.went_wrong(bad)
        raise Refusal(bad.code) from bad
    name = own_key.name_of(key.certificate.subject)[:LONGEST_NAME]
    return keep_signature(version_id, Signature(kept_files.keep(signed), name, at), tell=tell, by=WORKER)


@command
def keep_signature(version_id: int, signature: Signature, *, tell: bool = True, by: Actor) -> bool:
    """From now on the signed file is the version's file, for ever. The first signature wins: False when there was one already,
    or the certificate was revoked or replaced meanwhile. The person is owed the mail that her certificate is ready, unless
    she has it before her.

    Signatures from outside need the right to bring them back. Locks: the registration's row, as everything that changes a
    certificate.
    """
    found = db.session.get(Version, version_id)
    if found is None:
        raise NotFound("certificate.not_made")
    if signature.outside:
        by.require(Act.SIGN_CERTIFICATES, None)
    registration = lock_registration(found.certificate.registration_id)
    version = db.session.get_one(Version, version_id, populate_existing=True)
    certificate = version.certificate
    db.session.refresh(certificate)
    if not version.waits_for_signature or not _holds(version):
        return False
    version.signed_hash, version.signed_at, version.signed_by = signature.file_hash, signature.at, signature.name
    now = clock.now()
    record(
        "certificate.signed",
        f"registration:{registration.id}",
        at=now,
        actor=by.label,
        province_code=registration.session.province_code,
        after={
            "number": certificate.number,
            "version": version.version,
            "signing": version.signing.value,
            "signed_by": signature.name,
            "sha256": signature.file_hash,
            **({"rewritten": True} if signature.rewritten else {}),
        },
    )
    if tell:
        owe_letter(certificate, version.code, registration, at=now)
    return True


def _holds(version: Version) -> bool:
    """Whether it is the version that counts: nobody needs a signature on a paper that was replaced or revoked."""
    certificate = version.certificate
    return certificate.revoked_at is None and certificate.version == version.version
