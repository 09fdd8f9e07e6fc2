"""A key on a token or in an HSM, spoken to by PKCS#11: it never leaves the token, which signs what it is given.

A session is opened for each signature and closed after it, one at a time in a process: a log-in belongs to the whole process,
and a token that was pulled out and put back is found again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from tpbis_events.certificates.own_key import BadKey, Key, require_fit

if TYPE_CHECKING:
    from pyhanko.sign.pkcs11 import PKCS11Signer

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Place:
    """The library of the token's maker, the token's label, and the label that key and certificate have on it."""

    module: str
    token: str
    key: str


def read(place: Place, pin: str) -> Key:
    """The key of a token with its certificate, after it has signed a few bytes as a trial. Raises `BadKey` with the reason."""
    try:
        with _opened(place, pin) as signer:
            found = signer.signing_cert
            if found is None:
                raise BadKey("certificate.key_not_on_token")
            certificate = x509.load_der_x509_certificate(found.dump())
            require_fit(certificate)
            _try(signer, certificate)
    except BadKey:
        raise
    except Exception as no:  # whatever a maker's library or the layers above it say
        raise BadKey(_why(no)) from no
    return Key(certificate, lambda: _opened(place, pin))


@contextmanager
def _opened(place: Place, pin: str) -> Iterator[PKCS11Signer]:
    try:
        import pkcs11
        from pyhanko.sign.pkcs11 import PKCS11Signer
    except ImportError as no:
        raise BadKey("certificate.key_token_unsupported") from no
    with _one_at_a_time:
        try:
            found = list(pkcs11.lib(place.module).get_tokens(token_label=place.token or None))
            if len(found) != 1:
                raise BadKey("certificate.key_token_missing")
            if found[0].flags & pkcs11.TokenFlag.USER_PIN_LOCKED:
                raise BadKey("certificate.key_pin_locked")
            if found[0].flags & pkcs11.TokenFlag.USER_PIN_FINAL_TRY:  # that one is for a person who can unlock it
                raise BadKey("certificate.key_pin")
            session = found[0].open(user_pin=pin or None)
        except pkcs11.PKCS11Error as no:
            raise BadKey(_why(no)) from no
        try:
            yield PKCS11Signer(session, cert_label=place.key, key_label=place.key, other_certs_to_pull=None)
        finally:
            session.close()


def _try(signer: PKCS11Signer, certificate: x509.Certificate) -> None:
    """Whether key and certificate belong together shows in a signature; a private key needn't tell of itself."""
    import asyncio

    said, public = b"TPBIS Events", certificate.public_key()
    signature = asyncio.run(signer.async_sign_raw(said, "sha256"))
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, said, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, said, ec.ECDSA(hashes.SHA256()))
        elif isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, said)
        else:
            raise BadKey("certificate.key_weak")
    except InvalidSignature as no:
        raise BadKey("certificate.key_mismatch") from no


def _why(fault: Exception) -> str:
    try:
        from pkcs11 import exceptions
    except ImportError:
        return "certificate.key_token_unsupported"
    wrong_pin = (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange)
    if isinstance(fault, wrong_pin):
        return "certificate.key_pin"
    if isinstance(fault, exceptions.PinLocked):
        return "certificate.key_pin_locked"
    if str(fault).startswith(("Could not find", "Found more than one")) or isinstance(fault, exceptions.NoSuchKey):
        return "certificate.key_not_on_token"
    return "certificate.key_token_missing"
