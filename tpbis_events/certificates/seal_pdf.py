"""Sign a PDF by PAdES: an invisible signature is appended, and what was there stays, byte for byte, in front of it.

Level B-B; with a time stamp of a server (RFC 3161) B-T. What later levels keep for the long term (LTV) isn't put in.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from tpbis_events.certificates.own_key import Key, name_of

FIELD = "TandaTangan"
SECONDS_FOR_A_TIME_STAMP = 10


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
    from pyhanko.sign.timestamps import HTTPTimeStamper

    said = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=name_of(key.certificate.subject),
        reason=purpose.reason,
        location=purpose.location,
    )
    stamper = HTTPTimeStamper(time_stamp_server, timeout=SECONDS_FOR_A_TIME_STAMP) if time_stamp_server else None
    out = io.BytesIO()
    with key.opened() as signer:
        PdfSigner(said, signer, timestamper=stamper).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), output=out)
    return out.getvalue()
