"""All certificates of an e-mail address: of every registration that was made with it, by name, so of colleagues who share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from flask import current_app
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload

from tpbis_events.certificates.file import file_of
from tpbis_events.certificates.lookup import file_name
from tpbis_events.certificates.model import Certificate, Version
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import NotFound
from tpbis_events.people.model import Person
from tpbis_events.programmes.model import Session
from tpbis_events.registrations.address_links import key_of, token_of
from tpbis_events.registrations.model import Registration

MOST = 200  # so many are listed, the newest


class Stands(StrEnum):
    READY = "ready"
    SIGNING = "signing"  # issued, and its file waits for the signature
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Collected:
    """One certificate as its newest version says it."""

    code: str
    number: str
    version: int
    kind: str
    full_name: str
    event_name_id: str
    event_name_en: str
    dates_id: str
    dates_en: str
    jp: int
    specimen: bool
    stands: Stands
    revoked_at: datetime | None
    revoke_reason: str | None


def collected(key: str) -> list[Collected]:
    """Those of an address, by its key (folded); of the latest session first. One query."""
    return [_told(row) for row in db.session.scalars(_of(key).limit(MOST))]


def certificate_with(key: str, code: str) -> Certificate:
    """The certificate of this address of which a version has this code. Refuses (404) one of another address. One query."""
    of_code = select(Version.certificate_id).where(Version.code == codes.read_back(code))
    row = db.session.scalar(_of(key).where(Certificate.id.in_(of_code)))
    if row is None:
        raise NotFound("certificate.not_made")
    return row


def write_zip(key: str, out: IO[bytes]) -> int:
    """Write the files of all that are ready into one ZIP file, one after another; how many. One query."""
    ready = [row for row in db.session.scalars(_of(key).limit(MOST)) if _stands(row) is Stands.READY]
    with ZipFile(out, "w", ZIP_STORED) as archive:  # a PDF of ours is compressed already
        for row in ready:
            entry = ZipInfo(file_name(row) if file_name(row) not in archive.NameToInfo else f"{row.code}.pdf")
            entry.external_attr = 0o644 << 16  # or who unpacks it on Unix may not read it
            archive.writestr(entry, file_of(row.latest))
    return len(ready)


def mailed_page(link: Mapping[str, Any], language: str) -> str | None:
    """The page of a link's address, for a mail to it; none while there is no certificate, or when the link has ended."""
    key = key_of(link)
    if key is None or not db.session.scalar(select(exists(_of(key).with_only_columns(Certificate.id).order_by(None)))):
        return None
    prefix = "/en" if language == "en" else ""
    return f"{current_app.config['BASE_URL']}{prefix}/my/certificates/{token_of(link)}"


def _of(key: str) -> Select[Certificate]:
    return (
        select(Certificate)
        .join(Certificate.registration)
        .join(Registration.person)
        .join(Registration.session)
        .where(Person.email_key == key)
        .options(joinedload(Certificate.latest).defer(Version.nip))
        .order_by(Session.starts_at.desc(), Certificate.id.desc())
    )


def _told(row: Certificate) -> Collected:
    facts = row.latest.facts
    names = ("full_name", "event_name_id", "event_name_en", "dates_id", "dates_en", "jp", "specimen")
    return Collected(
        code=row.latest.code,
        number=row.number,
        version=row.version,
        kind=row.kind.value,
        stands=_stands(row),
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
        **{name: facts[name] for name in names},
    )


def _stands(row: Certificate) -> Stands:
    if row.revoked_at:
        return Stands.REVOKED
    return Stands.SIGNING if row.latest.waits_for_signature else Stands.READY
