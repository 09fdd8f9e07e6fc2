"""Sign a PDF by PAdES: an invisible signature is appended, and what was there stays, byte for byte, in front of it.

Level B-B; with a time stamp of a server (RFC 3161) B-T. What later levels keep for the long term (LTV) isn't put in.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tpbis_events.certificates.own_key import Key, name_of

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer
    from pyhanko.sign.timestamps.api import TimeStamper

FIELD = "TandaTangan"
SECONDS_FOR_A_TIME_STAMP = 10
ROOM = 3072  # bytes; an RSA signature of 4096 bits has 512, its attributes some 600


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the signature says of itself: why and where it was made."""

    reason: str
    location: str


def sealed(content: bytes, key: Key, purpose: Purpose, *, time_stamp_server: str = "") -> bytes:
    """The signed file, which begins with `content`. Takes as long as the key and the server of time stamps take.

    Raises whatever goes wrong with them: the caller knows what is to become of it.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

    said = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=name_of(key.certificate.subject),
        reason=purpose.reason,
        location=purpose.location,
    )
    stamper = _stamper(time_stamp_server) if time_stamp_server else None
    out = io.BytesIO()
    with key.opened() as signer:
        PdfSigner(said, signer, timestamper=stamper).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(content)),
            bytes_reserved=None if stamper else _room(signer),
            output=out,
        )
    return out.getvalue()


@lru_cache
def _stamper(server: str) -> TimeStamper:
    """One for each server: it learns from its first answer how much room a stamp takes."""
    from pyhanko.sign.timestamps import HTTPTimeStamper

    return HTTPTimeStamper(server, timeout=SECONDS_FOR_A_TIME_STAMP)


def _room(signer: Signer) -> int:
    """How many hexadecimal digits to leave for the signature: certificates and twice what the rest takes. Without it a first
    signature would be made only to measure it, which takes as long again, and on a token counts as one.
    """
    certificates = [signer.signing_cert, *signer.cert_registry]
    return 2 * (sum(len(each.dump()) for each in certificates if each) + ROOM)
