"""Is this the file that was issued? Its bytes tell: those that left here, those that were drawn and not yet signed, or others.

A file whose bytes are others may still bear our codes, which a certificate names in several places of its plain bytes
(sheet.py): then it was altered, and what was really issued under that code is told to compare by. The file is looked at and
forgotten; nothing of it is parsed, opened or kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from tpbis_events.certificates.model import Signing, Version
from tpbis_events.certificates.wording import CODE_LENGTH
from tpbis_events.foundation import codes
from tpbis_events.foundation.database import db

LARGEST = 15 * 1024 * 1024  # bytes; a certificate has about 30,000, with logos and a signature some 100,000
MOST_CODES = 32  # so many different codes of a file are looked up
_HEAD = 1024  # a PDF says that it is one within its first 1024 bytes (ISO 32000, annex H)
# A code by itself, grouped or not, also where a program has written it with two bytes a letter. One run of one class, so that
# no file, however it was made, takes longer than its length.
_RUN = re.compile(rb"[0-9A-Za-z\0-]{20,}")
_ALPHABET = codes.ALPHABET.encode()
_ZIP = b"PK\x03\x04"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


class Outcome(StrEnum):
    ISSUED = "issued"  # byte for byte what was given out
    UNSIGNED = "unsigned"  # what was drawn, where the file that counts is the signed one
    ALTERED = "altered"  # it bears a code of ours, and other bytes
    UNPROVEN = "unproven"  # it bears a code of a release that kept no hash of its files
    UNKNOWN = "unknown"  # a PDF, and nothing of ours in it
    PICTURE = "picture"
    NO_PDF = "no_pdf"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Checked:
    """`versions` are those whose file it is or whose codes it bears, as they come in it; empty where there are none."""

    outcome: Outcome
    versions: tuple[Version, ...] = ()


def checked(content: bytes) -> Checked:
    """What a file of at most `LARGEST` bytes is. Two queries at most; the time is linear in its length."""
    if not content:
        return Checked(Outcome.EMPTY)
    issued = _by_hash(sha256(content).hexdigest())
    if issued:
        return issued
    if content.startswith(_PICTURES) or content[8:12] == b"WEBP" or content[4:8] == b"ftyp":
        return Checked(Outcome.PICTURE)
    if not _is_pdf(content):
        return Checked(Outcome.NO_PDF)
    named = with_codes(codes_in(content))
    if not named:
        return Checked(Outcome.UNKNOWN)
    unproven = any(each.file_hash is None and each.signed_hash is None for each in named)
    return Checked(Outcome.UNPROVEN if unproven else Outcome.ALTERED, named)


def _is_pdf(content: bytes) -> bool:
    """Whether it is a PDF or was one before a byte of its head was changed: a badge, a page or a mail that names a code of
    ours was not altered, and neither was a ZIP file of certificates.
    """
    return not content.startswith(_ZIP) and (b"%PDF-" in content[:_HEAD] or b"endobj" in content)


def codes_in(content: bytes) -> list[str]:
    """What looks like a check code in the plain bytes, each once, in their order."""
    found: dict[str, None] = {}
    for each in _RUN.finditer(content):
        code = each.group().translate(None, b"-\0")
        if len(code) == CODE_LENGTH and not code.translate(None, _ALPHABET):
            found.setdefault(code.decode())
            if len(found) >= MOST_CODES:
                break
    return list(found)


def with_codes(looked_for: Sequence[str]) -> tuple[Version, ...]:
    """The versions with these codes, in their order. One query."""
    if not looked_for:
        return ()
    rows = db.session.scalars(_found().where(Version.code.in_(looked_for)))
    return tuple(sorted(rows, key=lambda row: looked_for.index(row.code)))


def _by_hash(name: str) -> Checked | None:
    row = db.session.scalar(_found().where(or_(Version.file_hash == name, Version.signed_hash == name)))
    if row is None:
        return None
    final = row.signed_hash == name or (row.signed_hash is None and row.signing is Signing.NONE)
    return Checked(Outcome.ISSUED if final else Outcome.UNSIGNED, (row,))


def _found() -> Select[Version]:
    return select(Version).options(joinedload(Version.certificate, innerjoin=True))
