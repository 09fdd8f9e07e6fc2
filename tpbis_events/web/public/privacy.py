"""The privacy notice."""

from __future__ import annotations

from flask import Blueprint, render_template

from tpbis_events.registrations import rules

page = Blueprint("privacy", __name__)


@page.get("/privacy")
def show() -> str:
    return render_template("public/privacy/show.html", version=rules.CONSENT_VERSION)
