"""Signed links. A token says what it opens and until when; nobody without the secret can make or change one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Gone, NotFound


def sign(purpose: str, facts: list[Any], *, until: datetime) -> str:
    """A token for one purpose; the same facts and deadline give the same token, so a repeated page is the same page."""
    return _serializer(purpose).dumps([int(until.timestamp()), *facts])


def read(purpose: str, token: str) -> list[Any]:
    """The facts of a token. Refuses one that was altered or made for another purpose (404) or is past its time (410)."""
    serializer = _serializer(purpose)
    try:
        content: list[Any] = serializer.loads(token)
        until, *facts = content
    except (BadSignature, ValueError, TypeError) as wrong:
        raise NotFound("link.unknown") from wrong
    if serializer.dumps(content) != token:  # base64 ends in bits that nobody reads: one token has one spelling
        raise NotFound("link.unknown")
    if clock.now().timestamp() > until:
        raise Gone("link.expired")
    return facts


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"tpbis.{purpose}")
