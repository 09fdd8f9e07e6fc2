"""The file of a version: the same bytes as when it was issued."""

from __future__ import annotations

from tpbis_events.certificates import kept_files
from tpbis_events.certificates.lookup import facts_of
from tpbis_events.certificates.model import Version
from tpbis_events.foundation.errors import Refusal


def file_of(version: Version) -> bytes:
    """The PDF as it was issued: signed where it is to be. Refuses one that isn't signed yet, since it will be another file."""
    if version.signed_hash:
        return kept_files.kept(version.signed_hash)
    if version.waits_for_signature:
        raise Refusal("certificate.not_signed_yet", number=version.certificate.number)
    return drawn(version)


def drawn(version: Version) -> bytes:
    """The PDF as it was drawn, without a signature. A version of a release that kept no files is drawn again."""
    from tpbis_events.certificates.drawing import draw

    try:
        return kept_files.kept(version.file_hash or "")
    except FileNotFoundError:
        return draw(facts_of(version))
