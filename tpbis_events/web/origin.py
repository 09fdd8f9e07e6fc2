"""Tell the audit log from where a request comes: the door and the client's network."""

from __future__ import annotations

from flask import Flask, request

from tpbis_events.audit import origin


def init_app(app: Flask) -> None:
    app.before_request(_come_in)
    app.teardown_request(_go_out)


def _come_in() -> None:
    api = (request.blueprint or "").split(".")[0] == "api"
    origin.come_in(origin.Door.API if api else origin.Door.PAGE, request.remote_addr)


def _go_out(_error: BaseException | None) -> None:
    origin.go_out()
