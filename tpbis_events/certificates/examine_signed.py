"""Examine PDFs that came back signed: does a signature hold, does it cover the whole file, whose is it. No database.

What comes from outside may be made to break its reader. So this runs as a script of its own (`examine_apart.py` starts it),
without the application, its settings or its secrets, with little memory, and may be killed at any time. For each file it reads
a length and the bytes, and writes a line of JSON.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

MEMORY = 1024 * 1024 * 1024
DEEPEST = 60  # objects inside each other
_RUN = re.compile(r"[0-9A-Za-z-]{20,60}")
_OWN = frozenset(("/Parent", "/Annots", "/P", "/StructParents", "/Tabs", "/LastModified", "/Metadata", "/PieceInfo"))


def examined(content: bytes, roots: list[bytes]) -> dict[str, Any]:
    """What a file is: `problem` (none: it is signed, the signature holds and covers it all), `name` of who signed it, `at` as
    the signature says, `title` and `texts` of the file to know it by, `changed` where pages aren't those of the first part.

    `roots`: DER of the authorities that a signature must come from; none: any. Whatever the file does to its reader is
    `unreadable`.
    """
    if b"%PDF-" not in content[:1024]:
        return {"problem": "no_pdf"}
    try:
        return _read(content, roots)
    except Exception:
        return {"problem": "unreadable"}


def _read(content: bytes, roots: list[bytes]) -> dict[str, Any]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(content))
    if reader.encrypted:
        return {"problem": "locked"}
    told: dict[str, Any] = {"title": _title(reader), "texts": _texts(reader)}
    told["changed"] = _changed(reader)
    regular = list(reader.embedded_regular_signatures)
    if not regular:
        return told | {"problem": "unsigned"}
    return told | _judged(reader, regular, roots)


def _judged(reader: Any, regular: list[Any], roots: list[bytes]) -> dict[str, Any]:
    from asn1crypto import x509
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature, validate_pdf_timestamp
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator import ValidationContext

    def context() -> ValidationContext:
        trusted = [x509.Certificate.load(each) for each in roots]
        return ValidationContext(trust_roots=trusted, allow_fetching=False, revocation_mode="soft-fail")

    try:
        found: list[Any] = [validate_pdf_signature(each, context()) for each in regular]
        found += [validate_pdf_timestamp(each, context(), skip_diff=True) for each in _stamps(reader)]
    except (SignatureValidationError, SigningError, ValueError):
        return {"problem": "broken"}
    if not all(each.intact and each.valid for each in found):
        return {"problem": "broken"}
    last = found[len(regular) - 1]
    whole = last.coverage is SignatureCoverageLevel.ENTIRE_FILE
    # What may stand behind the last signature: proofs for the long term and their time stamp, as revisions of the file;
    # nothing that is seen, and no bytes that belong to nothing.
    if not whole and not (
        last.coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and regular[-1].signed_revision < reader.total_revisions - 1
        and _ends_well(reader)
        and last.modification_level is not None
        and last.modification_level <= ModificationLevel.LTA_UPDATES
    ):
        return {"problem": "partial"}
    if roots and not all(each.trusted for each in found[: len(regular)]):
        return {"problem": "untrusted"}
    at = regular[-1].self_reported_timestamp
    return {"problem": "", "name": _name(regular[-1].signer_cert), "at": at.isoformat() if at else None}


def _stamps(reader: Any) -> list[Any]:
    return list(reader.embedded_timestamp_signatures)


def _ends_well(reader: Any) -> bool:
    reader.stream.seek(-64, io.SEEK_END)
    return bool(reader.stream.read().rstrip().endswith(b"%%EOF"))


def _name(certificate: Any) -> str:
    """The common name, or what else the certificate calls its owner; never a number of hers."""
    parts = certificate.subject.native
    for part in ("common_name", "organization_name"):
        value = parts.get(part)
        if value:
            said = value if isinstance(value, str) else str(value[0])
            return re.sub(r"\s*\(?\b\d{8,}\b\)?", "", said).strip()[:200]
    return ""


def _info(reader: Any) -> dict[str, Any]:
    try:
        found = reader.trailer["/Info"]
    except KeyError:
        return {}
    return {str(name): found[name] for name in found}


def _title(reader: Any) -> str:
    return str(_info(reader).get("/Title", ""))[:500]


def _texts(reader: Any) -> list[str]:
    """What looks like a check code in the document's properties and in the addresses of its links."""
    said = [str(value) for value in _info(reader).values()]
    for page in _pages(reader.root):
        for note in page.get("/Annots", ()) or ():
            action = note.get_object().get("/A", {})
            said.append(str(action.get("/URI", "")))
            if len(said) > 100:
                break
    found = [each for text in said for each in _RUN.findall(text[:5000])]
    return list(dict.fromkeys(each.replace("-", "") for each in found))[:50]


def _pages(root: Any) -> Iterator[Any]:
    """The pages, at most a hundred, of a tree of any shape."""
    waiting, seen = [root["/Pages"]], 0
    while waiting and seen < 1000:
        node = waiting.pop(0)
        seen += 1
        kids = node.get("/Kids")
        if kids is None:
            yield node
        else:
            waiting = [kid.get_object() for kid in kids][:100] + waiting


def _changed(reader: Any) -> bool:
    """Whether what its pages show isn't what the first part of the file showed: other content, or a note laid over it.

    The field of a signature may show itself.
    """
    first = list(_pages(reader.get_historical_root(0)))
    last = list(_pages(reader.root))
    if len(first) != len(last):
        return True
    for before, after in zip(first, last, strict=True):
        if _digest(before) != _digest(after):
            return True
        if _notes(after) - _notes(before):
            return True
    return False


def _notes(page: Any) -> frozenset[str]:
    notes = (note.get_object() for note in page.get("/Annots", ()) or ())
    return frozenset(_digest(each) for each in notes if each.get("/Subtype") != "/Widget")


def _digest(thing: Any) -> str:
    found = hashlib.sha256()
    _feed(found, thing, DEEPEST)
    return found.hexdigest()


def _feed(found: Any, thing: Any, deeper: int) -> None:
    from pyhanko.pdf_utils import generic

    if deeper == 0:
        raise RecursionError
    if isinstance(thing, generic.IndirectObject):
        pointed: Any = thing
        thing = pointed.get_object()
    if isinstance(thing, generic.StreamObject):
        found.update(b"stream" + thing.encoded_data)
    if isinstance(thing, generic.DictionaryObject):
        for name in sorted(thing.keys()):
            if name not in _OWN:
                found.update(b"/" + str(name).encode())
                _feed(found, thing.raw_get(name), deeper - 1)
    elif isinstance(thing, generic.ArrayObject):
        found.update(b"[")
        for place in range(len(thing)):
            _feed(found, thing.raw_get(place), deeper - 1)
    else:
        found.update(repr(thing).encode())


def main() -> None:
    """Serve until the other side ends."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # a system that has no such limits: the time remains
    roots: list[bytes] = []
    while head := sys.stdin.buffer.read(9):
        kind, length = head[:1], int.from_bytes(head[1:], "big")
        content = sys.stdin.buffer.read(length)
        if kind == b"r":
            roots.append(content)
            continue
        sys.stdout.write(json.dumps(examined(content, roots)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
