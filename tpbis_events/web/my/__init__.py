"""A participant on her own registration, by signed link; no cookie."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Response

MODULES = (
    "links",
    "messages",
    "registrations",
    "offers",
    "still_coming",
    "online",
    "substitutes",
    "certificates",
    "all_certificates",
    "corrections",
    "questionnaires",
    "commitments",
)


def pages() -> Blueprint:
    audience = Blueprint("my", __name__)
    for module in MODULES:
        audience.register_blueprint(import_module(f"{__name__}.{module}").page)
    audience.after_request(_keep_out_of_indexes)
    return audience


def _keep_out_of_indexes(answer: Response) -> Response:
    """A link that somebody published by mistake must not be found by a search."""
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
