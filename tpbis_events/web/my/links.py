"""Where to find the link to one's registration."""

from __future__ import annotations

from flask import Blueprint, render_template

page = Blueprint("links", __name__)


@page.get("/my")
def ask() -> str:
    return render_template("my/links/ask.html")
