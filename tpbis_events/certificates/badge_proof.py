"""Sign a credential so that anybody can verify it without a network: Data Integrity, cryptosuite eddsa-rdfc-2022.

What is signed is not the text but its meaning: the statements (RDF) that the contexts make of it, in canonical order. A word that
the contexts don't know would make no statement and be signed by nobody, so such a document is refused.
Source: W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2; RDF Dataset Canonicalization 1.0 (URDNA2015).
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from tpbis_events.certificates.badge_key import BadgeKey, base58
from tpbis_events.certificates.facts import moment

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FILES = {CREDENTIALS: "credentials-v2.jsonld", OPEN_BADGES: "open-badges-3.0.3.jsonld"}
_NOT_SAID = ("@context", "id")  # which words are used, and the name of the thing that statements are about
_NOWHERE = "https://nowhere.invalid/"  # what stands before a name that no context makes an address of
_one_at_a_time = Lock()  # PyLD remembers contexts it has read in a place that threads share unguarded


class UnknownContext(ValueError):
    """A document names a context that isn't kept here; none is ever fetched."""


class Unsaid(ValueError):
    """Something in a document makes no statement, so a signature would not cover it."""


def signed(document: dict[str, Any], key: BadgeKey, at: datetime) -> bytes:
    """The document with its proof, as JSON. The same document, key and moment give the same bytes, as Ed25519 does.

    Raises `Unsaid` and `UnknownContext`, which are mistakes of ours.
    """
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": moment(at),
        "verificationMethod": key.method,
        "proofPurpose": "assertionMethod",
    }
    words = {"@context": document["@context"]}
    hashes = sha256(canonical(words | proof)).digest() + sha256(canonical(document)).digest()
    value = {"proofValue": "z" + base58(key.private.sign(hashes))}
    return json.dumps(document | {"proof": proof | value}, ensure_ascii=False, indent=2).encode()


def canonical(document: dict[str, Any]) -> bytes:
    """The statements of a document, one on each line (N-Quads), whatever the order in which it was written."""
    from pyld import jsonld  # takes long to load, and only who downloads a badge needs it

    with _one_at_a_time:
        try:
            statements: str = jsonld.normalize(
                document,
                {"algorithm": "URDNA2015", "format": "application/n-quads", "base": _NOWHERE, "documentLoader": _load},
            )
        except jsonld.JsonLdError as wrong:
            raise (UnknownContext if _unknown(wrong) else Unsaid)(str(wrong)) from wrong
    if statements.count("\n") != _said(document):
        raise Unsaid(f"{_said(document)} things are said, and {statements.count(chr(10))} of them would be signed")
    for line in statements.split("\n")[:-1]:
        if any(term.startswith(f"<{_NOWHERE}") for term in line.split(" ", 2)):
            raise Unsaid(f"a name that the contexts don't know: {line}")
    return statements.encode()


def context(address: str) -> dict[str, Any]:
    """The text of a context that is kept here."""
    if address not in _FILES:
        raise UnknownContext(address)
    return _context(address)


@lru_cache
def _context(address: str) -> dict[str, Any]:
    file = Path(__file__).with_name("contexts") / _FILES[address]
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _load(address: str, _options: object) -> dict[str, Any]:
    document = context(address)
    return {"contextUrl": None, "documentUrl": address, "contentType": "application/ld+json", "document": document}


def _unknown(error: BaseException | None) -> bool:
    """Whether PyLD wrapped a refusal of `context` into one of its own."""
    while error is not None and not isinstance(error, UnknownContext):
        error = getattr(error, "cause", None) or error.__cause__
    return error is not None


def _said(thing: Any) -> int:
    """How many statements a document must make: one for each value of each word, however deep."""
    count = 0
    for word, value in thing.items():
        if word in _NOT_SAID:
            continue
        for each in value if isinstance(value, list) else [value]:
            count += 1 + (_said(each) if isinstance(each, dict) else 0)
    return count
