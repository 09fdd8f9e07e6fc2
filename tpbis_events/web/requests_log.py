"""One log line per request: the route, never the path, so that no token of a link is ever written down."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from tpbis_events.foundation import logs


def init_app(app: Flask) -> None:
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.began = time.perf_counter()


def _finish(answer: Response) -> Response:
    if request.endpoint not in ("static", "health.alive"):
        logs.event(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=answer.status_code,
            milliseconds=round((time.perf_counter() - g.began) * 1000, 1),
        )
    return answer
