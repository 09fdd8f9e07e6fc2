"""What verifiers of badges fetch by themselves: which ones no longer hold."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from tpbis_events.certificates import badge_key
from tpbis_events.certificates.badge_status import SIZE, status_list
from tpbis_events.foundation.errors import NotFound
from tpbis_events.web.guards import limiter

page = Blueprint("badges", __name__)

LIMIT = "60 per minute"
MOST = 2**31 // SIZE - 1  # ids of versions end there
SECONDS = 300  # for which a list may be kept; the standard lets verifiers do so for as long


@page.get(f"/badges/status/<key>/<int(max={MOST}):number>")
@limiter.limit(LIMIT)
def status(key: str, number: int) -> Response:
    """A list of bits, one for each version of a certificate; pages of other sites may read it, as it names nobody."""
    signer = badge_key.key_named(key)
    content = status_list(current_app.config["BASE_URL"], signer, number) if signer else None
    if content is None:
        raise NotFound("badge.no_list")
    headers = {"Cache-Control": f"public, max-age={SECONDS}", "Access-Control-Allow-Origin": "*"}
    return Response(content, mimetype="application/vc", headers=headers)
