"""A key in a PKCS#12 file: read, examined, and handed over for signing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from tpbis_events.certificates.own_key import BadKey, Key, require_fit

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer

MOST_BYTES = 1024 * 1024


def read(file: Path, password: str) -> Key:
    """The key of a file with its certificate. Raises `BadKey` with the reason why it can't be used."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES)
    except OSError as no:
        raise BadKey("certificate.key_file_missing") from no
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    except ValueError as no:
        raise BadKey(_why(content)) from no
    except Exception as no:  # the library has its own for what it doesn't know
        raise BadKey("certificate.key_file_broken") from no
    if private is None or (certificate is None and not others):
        raise BadKey("certificate.key_file_broken")
    if certificate is None or not _belong(private, certificate):
        raise BadKey("certificate.key_mismatch")
    require_fit(certificate)
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise BadKey("certificate.key_weak")
    return Key(certificate, _opener(private, certificate, others))


def _why(content: bytes) -> str:
    """A wrong password and a file that is no PKCS#12 are the same error to the library, so the file is looked at."""
    from asn1crypto.pkcs12 import Pfx

    try:
        Pfx.load(content, strict=True)["auth_safe"]["content_type"].native  # noqa: B018 - reading is the test
    except (ValueError, TypeError):
        return "certificate.key_file_broken"
    return "certificate.key_password"


def _belong(private: object, certificate: x509.Certificate) -> bool:
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    public = private.public_key().public_bytes(*form)  # type: ignore[attr-defined]
    return bool(public == certificate.public_key().public_bytes(*form))


def _opener(
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
    certificate: x509.Certificate,
    others: list[x509.Certificate],
) -> Callable[[], AbstractContextManager[Signer]]:
    @contextmanager
    def opened() -> Iterator[Signer]:
        from tpbis_events.certificates.held_key import HeldKey

        yield HeldKey(private, certificate, others)

    return opened
