"""The file of a certificate as an answer, wherever it is fetched: on one's own pages, by the link to all, in the office."""

from __future__ import annotations

from flask import Response

from tpbis_events.certificates.lookup import file_name
from tpbis_events.certificates.model import Certificate
from tpbis_events.foundation.errors import Refusal


def certificate_file(certificate: Certificate) -> Response:
    """The newest version as a download, the same bytes each time. Refuses one that was revoked or isn't signed yet."""
    from tpbis_events.certificates.file import file_of

    if certificate.revoked_at:
        raise Refusal("certificate.revoked", number=certificate.number)
    return Response(
        file_of(certificate.latest),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file_name(certificate)}"'},
    )
