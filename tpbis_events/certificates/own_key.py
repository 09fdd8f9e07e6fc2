"""The key by which this institution signs certificates: which one the settings name, and whether it can sign now.

A key is a file (PKCS#12) or lives on a token (PKCS#11). What is known of it is read once in a process and again when the
settings or the file change; a fault is looked at anew after some seconds, so that nothing has to be started again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import current_app

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Refusal

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer

FEWEST_BITS = 2048  # of an RSA key; what is shorter is refused by readers of signatures
SECONDS_A_FAULT_IS_KNOWN = 10.0
# A token locks itself after a few wrong PINs, so one is tried once in a process, until the settings or its file change.
_NOT_TRIED_AGAIN = ("certificate.key_pin", "certificate.key_pin_locked")
# What the purposes in a certificate must allow, where it names any.
_FOR_DOCUMENTS = frozenset(
    {
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.CLIENT_AUTH,
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # id-kp-documentSigning, RFC 9336
        x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # Microsoft, document signing
        x509.ObjectIdentifier("1.2.840.113583.1.1.5"),  # Adobe, authentic documents
    }
)


class BadKey(Exception):
    """The key can't be used; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is there. `opened` gives what signs, for one signature; a token is asked for it each time."""

    certificate: x509.Certificate
    opened: Callable[[], AbstractContextManager[Signer]]


@dataclass(frozen=True, slots=True)
class KeyState:
    """What is said of the key. Without a problem it can sign now; the rest is empty where it couldn't be read."""

    problem: str = ""  # a code of refusals
    subject: str = ""
    issuer: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    token: bool = False
    time_stamped: bool = False


def is_named() -> bool:
    """Whether the settings name a key at all."""
    return bool(current_app.config.get("SIGNING_PKCS12") or current_app.config.get("SIGNING_PKCS11_MODULE"))


def state() -> KeyState:
    """Which key it is, and what keeps it from signing at this moment. Never raises: what can't be read is a problem."""
    token = bool(current_app.config.get("SIGNING_PKCS11_MODULE"))
    stamped = bool(current_app.config.get("SIGNING_TSA"))
    try:
        key = _known()
    except BadKey as bad:
        return KeyState(bad.code, token=token, time_stamped=stamped)
    found = key.certificate
    return KeyState(
        problem=_problem(found, clock.now()),
        subject=name_of(found.subject),
        issuer=name_of(found.issuer),
        valid_from=found.not_valid_before_utc,
        valid_until=found.not_valid_after_utc,
        token=token,
        time_stamped=stamped,
    )


def require_key(at: datetime) -> Key:
    """The key, or a refusal with the reason why nothing can be signed at this moment."""
    try:
        key = _known()
    except BadKey as bad:
        raise Refusal(bad.code) from bad
    problem = _problem(key.certificate, at)
    if problem:
        raise Refusal(problem)
    return key


def went_wrong(bad: BadKey) -> None:
    """The key that was known couldn't be used: its token is away, or takes another PIN by now. It is looked at anew later."""
    with _lock:
        _last.clear()
        _last[_fingerprint()] = (bad, time.monotonic())


def name_of(name: x509.Name) -> str:
    """Whom a certificate names: the common name, else the organization, else all of it."""
    for part in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = name.get_attributes_for_oid(part)
        if found:
            return str(found[0].value)
    return name.rfc4514_string()


def secret(name: str) -> str:
    """A secret of the settings: from the file that they name, without the end of its line, or as it stands there."""
    file = current_app.config.get(f"{name}_FILE")
    if not file:
        return str(current_app.config.get(name) or "")
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as no:
        raise BadKey("certificate.key_secret_unreadable") from no


def require_fit(certificate: x509.Certificate) -> None:
    """Refuse a certificate that isn't for signing documents, or whose key is too short to be believed."""
    public = certificate.public_key()
    short = isinstance(public, RSAPublicKey) and public.key_size < FEWEST_BITS
    if short or isinstance(public, DSAPublicKey):
        raise BadKey("certificate.key_weak")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            raise BadKey("certificate.key_usage")
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if not _FOR_DOCUMENTS.intersection(purposes):
            raise BadKey("certificate.key_usage")
    except x509.ExtensionNotFound:
        pass


def _problem(certificate: x509.Certificate, at: datetime) -> str:
    if at < certificate.not_valid_before_utc:
        return "certificate.key_not_yet_valid"
    if at > certificate.not_valid_after_utc:
        return "certificate.key_expired"
    return ""


_lock = threading.Lock()
_last: dict[object, tuple[Key | BadKey, float]] = {}  # one entry: that of the settings as they were last


def _known() -> Key:
    wanted = _fingerprint()
    with _lock:
        found, since = _last.get(wanted, (None, 0.0))
        if found is None or (isinstance(found, BadKey) and _may_have_passed(found, since)):
            try:
                found = _read()
            except BadKey as bad:
                found = bad
            _last.clear()
            _last[wanted] = (found, time.monotonic())
    if isinstance(found, BadKey):
        raise BadKey(found.code)
    return found


def _may_have_passed(fault: BadKey, since: float) -> bool:
    return fault.code not in _NOT_TRIED_AGAIN and time.monotonic() - since > SECONDS_A_FAULT_IS_KNOWN


def _fingerprint() -> object:
    config = current_app.config
    names = sorted(name for name in config if name.startswith("SIGNING_"))
    files = [config.get(name) for name in ("SIGNING_PKCS12", "SIGNING_PASSWORD_FILE", "SIGNING_PKCS11_PIN_FILE")]
    return tuple((name, str(config[name])) for name in names), tuple(_written(file) for file in files)


def _written(file: str | None) -> tuple[int, int] | None:
    try:
        found = Path(file).stat() if file else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found else None


def _read() -> Key:
    from tpbis_events.certificates import key_file, key_token

    config = current_app.config
    file, module = config.get("SIGNING_PKCS12"), config.get("SIGNING_PKCS11_MODULE")
    if file and module:
        raise BadKey("certificate.key_named_twice")
    if file:
        return key_file.read(Path(file), secret("SIGNING_PASSWORD"))
    if module:
        place = key_token.Place(
            module, config.get("SIGNING_PKCS11_TOKEN") or "", config.get("SIGNING_PKCS11_KEY") or ""
        )
        return key_token.read(place, secret("SIGNING_PKCS11_PIN"))
    raise BadKey("certificate.key_missing")
