"""A signer whose private key is in memory, read once: reading it anew for each signature takes ten times as long as signing.

Imported only where something is signed, since the libraries behind it are large.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from asn1crypto import x509 as plain
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class HeldKey(Signer):
    """Signs by RSA (PKCS#1 v1.5), ECDSA or Ed25519, with SHA-256 as the caller asks."""

    def __init__(self, private: Private, certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> None:
        store: SimpleCertificateStore = cast(Any, SimpleCertificateStore)()
        store.register_multiple([_translated(each) for each in others])
        super().__init__(signing_cert=_translated(certificate), cert_registry=store)
        self._private = private

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != "sha256" and not isinstance(self._private, ed25519.Ed25519PrivateKey):
            raise ValueError(digest_algorithm)
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if isinstance(self._private, ec.EllipticCurvePrivateKey):
            return self._private.sign(data, ec.ECDSA(hashes.SHA256()))
        return self._private.sign(data)


def _translated(one: x509.Certificate) -> plain.Certificate:
    return plain.Certificate.load(one.public_bytes(Encoding.DER))
