"""Keys for tests: a small authority, certificates that it gives, PKCS#12 files, and a token where SoftHSM is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PASSWORD = "sebuah sandi"
INSTITUTION = "Perpustakaan Contoh"
LONG_AGO, FAR_AHEAD = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Owned:
    """A certificate with its private key, and the authority that gave it."""

    private: Private
    certificate: x509.Certificate
    authority: x509.Certificate

    def pkcs12(self, password: str = PASSWORD) -> bytes:
        locked = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
        return pkcs12.serialize_key_and_certificates(b"key", self.private, self.certificate, [self.authority], locked)

    def pem_of_authority(self) -> bytes:
        return self.authority.public_bytes(serialization.Encoding.PEM)


@cache
def rsa_key(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def authority(name: str = "Otoritas Contoh") -> tuple[Private, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = _builder(subject, subject, key, LONG_AGO, FAR_AHEAD).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), True
    )
    built = built.add_extension(_usage(signs=False, ca=True), True)
    return key, built.sign(key, hashes.SHA256())


def owned(
    name: str = INSTITUTION,
    *,
    key: Private | None = None,
    since: datetime = LONG_AGO,
    until: datetime = FAR_AHEAD,
    signs: bool = True,
    purposes: list[x509.ObjectIdentifier] | None = None,
    serial_number: str = "",
    of: str = "Otoritas Contoh",
) -> Owned:
    signer, giver = authority(of)
    key = key or rsa_key()
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if serial_number:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_number))
    built = _builder(x509.Name(parts), giver.subject, key, since, until)
    built = built.add_extension(_usage(signs=signs), True)
    if purposes is not None:
        built = built.add_extension(x509.ExtendedKeyUsage(purposes), False)
    return Owned(key, built.sign(signer, hashes.SHA256()), giver)


SERVER_ONLY = [ExtendedKeyUsageOID.SERVER_AUTH]


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Private, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(min(until, since + timedelta(days=40000)))
    )


def _usage(*, signs: bool, ca: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs and not ca,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
TOKEN, LABEL, PIN = "perpustakaan", "sertifikat", "4711"


def softhsm() -> str | None:
    """The library of SoftHSM, where it is installed."""
    found = next((each for each in MODULES if Path(each).exists()), None)
    return found if found and shutil.which("softhsm2-util") else None


def a_token(folder: Path, of: Owned) -> None:
    """A token of SoftHSM in this folder, with the key and its certificate on it; sets SOFTHSM2_CONF for this process."""
    import pkcs11
    from pkcs11.util.ec import encode_ec_public_key  # noqa: F401 - loads the parsers of the library
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    tokens = folder / "tokens"
    tokens.mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    started = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", PIN]
    subprocess.run(started, check=True, capture_output=True)
    library = pkcs11.lib(str(softhsm()))
    library.reinitialize()
    with library.get_token(token_label=TOKEN).open(user_pin=PIN, rw=True) as session:
        assert isinstance(of.private, rsa.RSAPrivateKey)
        form = (serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL)
        private = decode_rsa_private_key(of.private.private_bytes(*form, serialization.NoEncryption()))
        label = {pkcs11.Attribute.LABEL: LABEL, pkcs11.Attribute.TOKEN: True}
        session.create_object(private | label | {pkcs11.Attribute.SIGN: True, pkcs11.Attribute.SENSITIVE: True})
        for certificate, name in ((of.certificate, LABEL), (of.authority, "authority")):
            told = decode_x509_certificate(certificate.public_bytes(serialization.Encoding.DER))
            session.create_object(told | label | {pkcs11.Attribute.LABEL: name})
