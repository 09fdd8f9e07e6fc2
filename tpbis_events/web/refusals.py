"""How the pages say no: each refusal's code becomes a sentence, and what can be done now (refusal_words/)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from tpbis_events.foundation import logs
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.web.presentation import day, moment
from tpbis_events.web.refusal_words import WORDS


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, show_refusal)
    app.register_error_handler(CSRFError, show_csrf)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(Exception, show_fault)


def sentence(refusal: Refusal) -> tuple[str, str]:
    """Title and explanation of a refusal, in the page's language."""
    title, text = WORDS[refusal.code]
    facts = {name: _told(value, refusal.facts) for name, value in refusal.facts.items()}
    return str(title), str(text) % facts if facts else str(text)


def line(refusal: Refusal) -> str:
    """Both in one line, for a notice above a page."""
    title, text = sentence(refusal)
    return f"{title}. {text}"


def _told(value: Any, facts: Mapping[str, Any]) -> str:
    """A fact in words; a moment in the time of the fact `zone`."""
    if isinstance(value, datetime):
        return moment(value, facts["zone"])
    return day(value) if isinstance(value, date) else str(value)


def show_refusal(refusal: Refusal) -> Response:
    if refusal.status in (403, 404):
        logs.event("access.refused", code=refusal.code, endpoint=request.endpoint, **_account())
    if refusal.status == 404 and {"office", "door"} & set(request.blueprints):
        refusal = NotFound("actor.out_of_reach")  # what isn't there and what isn't hers look the same
    title, text = sentence(refusal)
    # Who came by her own link is led back to her page, which says how she stands; unless it is the link that is refused.
    own = not refusal.code.startswith("link.") and "my" in request.blueprints and (request.view_args or {}).get("token")
    return _page("errors/refusal.html", refusal.status, title=title, text=text, code=refusal.code, own_token=own)


def show_csrf(_error: CSRFError) -> Response:
    return _page("errors/400.html", 400)


def show_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    known = status if status in (400, 403, 404, 405, 409, 410, 413, 429) else 400 if status < 500 else 500
    answer = _page(f"errors/{known}.html", status)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def show_fault(error: Exception) -> Response:
    logs.trouble("request.failed", error=error, endpoint=request.endpoint)
    return _page("errors/500.html", 500)


def _page(template: str, status: int, **facts: Any) -> Response:
    answer = make_response(render_template(template, **facts), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _account() -> dict[str, Any]:
    from flask_security import current_user

    return {"account": current_user.id} if current_user and current_user.is_authenticated else {}
