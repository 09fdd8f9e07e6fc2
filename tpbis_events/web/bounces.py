"""The door for a mail service that says that a mail came back: signed JSON, for machines alone.

The signature is an HMAC-SHA256 of the body as it was sent, by the secret TPBIS_BOUNCE_SECRET, in the header X-TPBIS-Signature
as `sha256=<hex>`. Without that setting there is no such page. What is brought twice counts once, so it may be brought again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from tpbis_events.outbox.bounces import Bounce, digest, told
from tpbis_events.outbox.mailbox import address_key
from tpbis_events.outbox.take_bounce import Taken, take_bounce

page = Blueprint("bounces", __name__)

LARGEST = 256 * 1024
MOST = 500
_TEXTS = {"message_id": 200, "recipient": 320, "kind": 4, "status": 12, "said": 2000, "id": 200}
_NEEDED = ("message_id", "recipient", "kind")


@page.post("/hooks/mail/bounces")
def take() -> ResponseReturnValue:
    """`{"bounces": [{"message_id", "recipient", "kind": "hard" or "soft", and if known "status", "said", "id"}]}`, at most 500.

    200 with how many counted, were known, and are no mail of ours; 401 a wrong signature, 413 too long, 400 no JSON,
    422 JSON of another shape, with the place: then none of them counts.
    """
    secret = current_app.config["BOUNCE_SECRET"]
    if not secret:
        return _no("not_found", 404)
    body = request.get_data()  # the app takes no larger request than MAX_CONTENT_LENGTH
    if len(body) > LARGEST:
        return _no("too_large", 413)
    if not _signed(body, secret):
        return _no("signature", 401)
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return _no("not_json", 400)
    bounces = given.get("bounces") if isinstance(given, dict) else None
    if not isinstance(bounces, list) or len(bounces) > MOST:
        return _no("shape", 422, at="bounces")
    for number, each in enumerate(bounces):
        if wrong := _wrong(each):
            return _no("shape", 422, at=f"bounces[{number}].{wrong}")
    became = Counter(take_bounce(_bounce(each), "hook") for each in bounces)
    return jsonify({kind.value: became[kind] for kind in Taken})


def _no(code: str, status: int, **more: str) -> ResponseReturnValue:
    return jsonify(error=code, **more), status


def _signed(body: bytes, secret: str) -> bool:
    good = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(good.encode(), request.headers.get("X-TPBIS-Signature", "").encode())


def _wrong(each: Any) -> str:
    """The first field that isn't as it should be; empty when all are."""
    if not isinstance(each, dict):
        return "message_id"
    for name, longest in _TEXTS.items():
        value = each.get(name, "")
        if not isinstance(value, str) or len(value) > longest or (name in _NEEDED and not value) or "\0" in value:
            return name
    return "" if each["kind"] in ("hard", "soft") else "kind"


def _bounce(each: dict[str, str]) -> Bounce:
    message_id = each["message_id"].strip()
    message_id = message_id if message_id.startswith("<") else f"<{message_id}>"
    own = each.get("id") or json.dumps(each, sort_keys=True)
    return told(
        message_id,
        frozenset({address_key(each["recipient"])}),
        each.get("status", ""),
        each.get("said", ""),
        hard=each["kind"] == "hard",
        key=digest("hook", message_id, own),
    )
