"""Which badges no longer hold: a list of bits that anybody may fetch, one bit for each version that was issued.

A bit says that the version at that place was replaced or revoked, and nothing of whom it named: addresses of check pages would
lead to names. A verifier fetches the whole list, so nobody learns whose badge she checks.
Source: W3C Bitstring Status List 1.0.
"""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from tpbis_events.certificates.badge_key import BadgeKey
from tpbis_events.certificates.badge_proof import CREDENTIALS, signed
from tpbis_events.certificates.facts import moment
from tpbis_events.certificates.model import Certificate, Version
from tpbis_events.foundation.database import db

SIZE = 131_072  # bits of a list; the standard asks for no fewer, so that one says nothing of who asks


def entry(site: str, key: BadgeKey, index: int) -> dict[str, Any]:
    """What a badge says of where its own bit stands."""
    number, place = divmod(index, SIZE)
    address = _address(site, key, number)
    return {
        "id": f"{address}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(place),
        "statusListCredential": address,
    }


def status_list(site: str, key: BadgeKey, number: int) -> bytes | None:
    """A list as it stands now, signed by the key of the badges that name it; none before anything of it was issued.

    Two queries, whatever was issued. It is dated by the last change, so that the same state gives the same bytes.
    """
    ours = Version.id.between(number * SIZE, (number + 1) * SIZE - 1)
    began = db.session.scalar(select(func.min(Version.issued_at)).where(ours))
    if began is None:
        return None
    newest = aliased(Version)
    rows = db.session.execute(
        select(Version.id, Certificate.revoked_at, newest.issued_at)
        .join(Certificate, Certificate.id == Version.certificate_id)
        .join(newest, (newest.certificate_id == Certificate.id) & (newest.version == Certificate.version))
        .where(ours, or_(Certificate.revoked_at.is_not(None), Version.version < Certificate.version))
        .order_by(Version.id)
    ).all()
    changed = max((revoked_at or replaced_at for _, revoked_at, replaced_at in rows), default=began)
    return _signed(_address(site, key, number), key, tuple(row.id % SIZE for row in rows), changed)


def bits(places: Iterable[int]) -> str:
    """A list with these bits set: the first bit is the leftmost of the first byte, packed by gzip, in base64url after a `u`."""
    content = bytearray(SIZE // 8)
    for place in places:
        content[place // 8] |= 0x80 >> place % 8
    return "u" + urlsafe_b64encode(gzip.compress(bytes(content), mtime=0)).decode().rstrip("=")


def _address(site: str, key: BadgeKey, number: int) -> str:
    return f"{site}/badges/status/{key.name}/{number}"


@lru_cache(maxsize=4)
def _signed(address: str, key: BadgeKey, places: tuple[int, ...], changed: datetime) -> bytes:
    document = {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": key.did,
        "validFrom": moment(changed),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": bits(places),
        },
    }
    return signed(document, key, changed)
