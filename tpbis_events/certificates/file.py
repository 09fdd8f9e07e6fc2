"""The file of a version: the same bytes as when it was issued."""

from __future__ import annotations

from hashlib import sha256

from cryptography.fernet import InvalidToken

from tpbis_events.certificates import kept_files
from tpbis_events.certificates.lookup import facts_of
from tpbis_events.certificates.model import Version
from tpbis_events.foundation import logs
from tpbis_events.foundation.errors import Refusal


def file_of(version: Version) -> bytes:
    """The PDF as it was issued: signed where it is to be. Refuses one that isn't signed yet, since it will be another file,
    and one that was lost or damaged where it is kept: whoever operates this learns it from the log and restores it.
    """
    if version.signed_hash:
        return _kept(version, version.signed_hash) or _lost(version)
    if version.waits_for_signature:
        raise Refusal("certificate.not_signed_yet", number=version.certificate.number)
    return drawn(version)


def drawn(version: Version) -> bytes:
    """The PDF as it was drawn, without a signature. Where it isn't there it is drawn again, and is the file if its bytes are
    the same.
    """
    from tpbis_events.certificates.drawing import draw

    if version.file_hash and (content := _kept(version, version.file_hash)):
        return content
    again = draw(facts_of(version))
    return again if version.file_hash in (None, sha256(again).hexdigest()) else _lost(version)


def _kept(version: Version, name: str) -> bytes | None:
    try:
        return kept_files.kept(name)
    except (OSError, ValueError, InvalidToken) as fault:
        logs.trouble("certificate.file_lost", error=fault, version=version.id)
        return None


def _lost(version: Version) -> bytes:
    raise Refusal("certificate.file_lost", number=version.certificate.number)
