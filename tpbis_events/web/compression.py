"""Public pages and static files travel compressed where the browser can read that.

Pages of persons, of the office and of the door don't: the length of a compressed page that holds a secret and repeats
what somebody typed tells of the secret.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

SMALLEST = 500  # bytes; below that nothing is gained
_TEXTS = ("text/", "image/svg+xml", "application/javascript", "application/json")


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def _compress(answer: Response) -> Response:
    is_static = request.endpoint == "static"
    is_public = (request.blueprint or "").split(".")[0] == "public"
    if not (is_static or is_public) or request.method != "GET" or not str(answer.mimetype).startswith(_TEXTS):
        return answer
    answer.vary.add("Accept-Encoding")
    if answer.status_code != 200 or not request.accept_encodings["gzip"]:
        return answer
    answer.direct_passthrough = False
    plain = answer.get_data()
    if len(plain) < SMALLEST:
        return answer
    etag, _weak = answer.get_etag()
    answer.set_data(_squeezed_once(plain) if is_static else gzip.compress(plain, 6, mtime=0))
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers.pop("Accept-Ranges", None)
    if etag:
        answer.set_etag(etag, weak=True)  # the same content, not the same bytes
    return answer


@lru_cache(maxsize=32)
def _squeezed_once(plain: bytes) -> bytes:
    return gzip.compress(plain, 9, mtime=0)
