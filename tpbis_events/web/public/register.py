"""Register for a role in a session: the form, the answers to read over, and the one moment at which they count."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.programmes import catalogue
from tpbis_events.registrations.register import Registered
from tpbis_events.web.public import steps
from tpbis_events.web.public.steps import Way

page = Blueprint("register", __name__)


@page.route("/events/<event>/sessions/<session>/register/<role>", methods=["GET", "POST"])
def form(event: str, session: str, role: str) -> ResponseReturnValue:
    address = url_for(".form", event=event, session=session, role=role)
    return steps.go(lambda: Way(catalogue.quota_of(event, session, role), address, own_page))


def own_page(outcome: Registered, filled_up: bool) -> str:
    """What became of it, for who registered herself; kindly, when the seat that she saw was gone by then."""
    return url_for("my.registrations.done", token=outcome.token, meanwhile="full" if filled_up else None)
