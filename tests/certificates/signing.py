"""What tests of signing begin with: a key in the settings, an event whose certificates are signed, what tools say of files."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

from flask import current_app

from tests.builders import BUDI, Place, an_event, registered
from tests.certificates.keys import PASSWORD, Owned, owned
from tests.commands.test_certificates import attend, change_event
from tests.left_out import need
from tpbis_events.certificates.lookup import version_by_code
from tpbis_events.certificates.model import Version


def use_key(key: Owned | None = None, *, content: bytes | None = None, password: str = PASSWORD) -> Path:
    """Put a PKCS#12 file into the settings of the running app; its path."""
    folder = Path(current_app.config["INSTANCE"])
    file, secret = folder / "key.p12", folder / "key.password"
    file.write_bytes((key or owned()).pkcs12() if content is None else content)
    secret.write_text(f"{password}\n")
    current_app.config.update(SIGNING_PKCS12=str(file), SIGNING_PASSWORD_FILE=str(secret))
    return file


def to_be_signed(how: str = "own", people: int = 1) -> tuple[Place, list[int]]:
    """An event whose certificates are to be signed, and registrations of people who were there; Budi is the first."""
    place = an_event(roles={"stakeholder": people})["51", "stakeholder"]
    change_event(place, certificate_design={"signing": how})
    there = [registered(place, None if number else BUDI).registration_id for number in range(people)]
    attend(place, *there)
    return place, there


def version_of(code: str) -> Version:
    version = version_by_code(code)
    assert version is not None
    return version


def pdfsig(content: bytes, folder: Path, nss: Path | None = None) -> str:
    """What poppler says of the signatures in a file."""
    need("poppler", shutil.which("pdfsig") is not None)
    file = folder / "looked-at.pdf"
    file.write_bytes(content)
    command = ["pdfsig", *(["-nssdir", str(nss)] if nss else []), str(file)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def by_pyhanko(content: bytes, authority_pem: bytes | None = None) -> tuple[bool, bool, bool, bool]:
    """What pyHanko says: intact, valid, covers the whole file, trusted by the given authority."""
    from asn1crypto import pem, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    roots = [x509.Certificate.load(pem.unarmor(authority_pem)[2])] if authority_pem else []
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots))
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return status.intact, status.valid, whole, status.trusted
