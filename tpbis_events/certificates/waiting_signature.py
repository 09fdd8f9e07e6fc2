"""How many certificates wait for a signature, by the way in which they are to be signed."""

from __future__ import annotations

from sqlalchemy import func, select

from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.foundation.database import db


def waiting_by_way() -> dict[str, int]:
    """`own` and `outside` with their numbers, of all events; what was replaced or revoked needs none. One query."""
    wanted = (
        select(Version.signing, func.count(Version.id))
        .join(Version.certificate)
        .where(
            Version.signing != Signing.NONE,
            Version.signed_hash.is_(None),
            Version.version == Certificate.version,
            Certificate.revoked_at.is_(None),
        )
        .group_by(Version.signing)
    )
    return {way.value: number for way, number in db.session.execute(wanted)}
