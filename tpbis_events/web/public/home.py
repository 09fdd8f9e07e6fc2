"""The front page."""

from __future__ import annotations

from flask import Blueprint

page = Blueprint("home", __name__)


@page.get("/")
def show() -> str:
    return "TPBIS Events"
