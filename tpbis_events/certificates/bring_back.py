"""Bring back files that were signed outside: each is examined, matched to its certificate, and kept as it came, byte for byte.

A file belongs to a version when what was drawn is its beginning; signing only adds. Where the tool wrote the file anew, its check
code and its number must both be those of one version. What is wrong with one file is said of it, and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tpbis_events.certificates import kept_files, rules
from tpbis_events.certificates.check_file import codes_in, with_codes
from tpbis_events.certificates.examine_apart import Examined, Examiner
from tpbis_events.certificates.model import Certificate, Signing, Version
from tpbis_events.certificates.sign_file import Signature, keep_signature
from tpbis_events.certificates.uploaded_pdfs import Sent, pdfs_in
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act, Actor

TAKEN, ALREADY = "taken", "already"
MOST_ENDS = 12  # so many places of a file are tried as the end of what was drawn
_END = b"%%EOF"


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What became of one file: `taken`, `already`, or what is wrong with it; its certificate's number where that is known."""

    file_name: str
    outcome: str
    number: str = ""
    signed_by: str = ""

    @property
    def sorts_last(self) -> bool:
        """What needs no attention stands behind what does."""
        return self.outcome in (TAKEN, ALREADY)


def bring_back(event_id: int, uploads: Iterable[tuple[str, IO[bytes]]], *, by: Actor) -> Iterator[BroughtBack]:
    """One result for each file, as it is done; each signature that is taken is a transaction of its own.

    Needs the right to sign certificates. Refuses all while the settings name authorities that can't be read.
    """
    by.require(Act.SIGN_CERTIFICATES, None)
    seen: set[int] = set()
    with Examiner(authorities()) as examiner:
        for sent in pdfs_in(uploads):
            yield _one(event_id, sent, examiner, seen, by)


def authorities() -> list[bytes]:
    """Those that the settings name, as DER; none: a signature may come from any. Refuses a file of them that can't be read."""
    file = current_app.config.get("SIGNING_ROOTS")
    try:
        found = x509.load_pem_x509_certificates(Path(file).read_bytes()) if file else []
    except (OSError, ValueError) as no:
        raise Refusal("certificate.roots_unreadable") from no
    return [each.public_bytes(Encoding.DER) for each in found]


def _one(event_id: int, sent: Sent, examiner: Examiner, seen: set[int], by: Actor) -> BroughtBack:
    if sent.problem:
        return BroughtBack(sent.name, sent.problem)
    db.session.rollback()  # what others did meanwhile is seen, and nothing is held while the file is examined
    found = examiner.examine(sent.content)
    version, whole = _matched(sent, found)
    number = version.certificate.number if version and _of(version, event_id) else ""
    problem = found.problem or _problem(version, whole, found, sent, event_id)
    if problem or version is None:
        return BroughtBack(sent.name, problem, number)
    if version.id in seen:
        return BroughtBack(sent.name, "twice", number)
    seen.add(version.id)
    if version.signed_hash:
        return BroughtBack(sent.name, ALREADY, number, version.signed_by or "")
    version_id, signature = version.id, _signature(version, sent.content, found, rewritten=not whole)
    kept_files.keep(sent.content)
    taken = keep_signature(version_id, signature, by=by)
    return BroughtBack(sent.name, TAKEN if taken else ALREADY, number, signature.name)


def _matched(sent: Sent, found: Examined) -> tuple[Version | None, bool]:
    """The version that the file is of, and whether it begins with what was drawn. Two queries at most."""
    begins = list(_beginnings(sent.content))
    rows = select(Version).options(joinedload(Version.certificate).joinedload(Certificate.registration))
    drawn = db.session.scalars(rows.where(Version.file_hash.in_(begins)).limit(1)).first() if begins else None
    if drawn:
        return drawn, True
    named = with_codes(list(dict.fromkeys([*codes_in(sent.content), *found.texts]))[:64])
    return (named[0], False) if len(named) == 1 else (None, False)


def _beginnings(content: bytes) -> Iterator[str]:
    """SHA-256 of each part from the start to an end of a PDF; one of them is what was drawn, if the signature was added to it."""
    running, done, place = sha256(), 0, -1
    for _ in range(MOST_ENDS):
        place = content.find(_END, place + 1)
        if place < 0:
            return
        for end in (place + len(_END), place + len(_END) + 1, place + len(_END) + 2):
            if content[place + len(_END) : end].strip(b"\r\n"):
                break
            running.update(content[done:end])
            done = end
            yield running.hexdigest()


def _of(version: Version, event_id: int) -> bool:
    return version.certificate.registration.event_id == event_id


def _problem(version: Version | None, whole: bool, found: Examined, sent: Sent, event_id: int) -> str:
    """Why a file with a good signature isn't taken; empty when it is."""
    if version is None:
        return "unknown"
    certificate = version.certificate
    if not _of(version, event_id):
        return "other_event"
    if not whole and not _bears_number(certificate.number, found.title, sent.name):
        return "number_differs"
    if whole and found.changed:
        return "changed"
    if certificate.revoked_at:
        return "revoked"
    if version.version < certificate.version:
        return "older_version"
    return "" if version.signing is Signing.OUTSIDE else "not_outside"


def _bears_number(number: str, title: str, file_name: str) -> bool:
    """In the title of the document, as it was drawn; a tool that drops titles leaves the name of the file."""
    if title:
        return number in title.replace("–", " ").split()
    return file_name.startswith(rules.file_name(number).removesuffix(".pdf"))


def _signature(version: Version, content: bytes, found: Examined, *, rewritten: bool) -> Signature:
    """When it was made is what the signature says, if that can be; else when it came back."""
    now = clock.now()
    said = datetime.fromisoformat(found.at) if found.at else None
    possible = said is not None and said.tzinfo is not None and version.issued_at <= said <= now
    at = said if said is not None and possible else now
    return Signature(sha256(content).hexdigest(), found.name, at, outside=True, rewritten=rewritten)
