"""Which columns of the roster one's own account shows."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from tpbis_events.people.choose_columns import choose_columns
from tpbis_events.web.accounts import demand_sign_in
from tpbis_events.web.office import searching
from tpbis_events.web.office.columns import COLUMNS

page = Blueprint("columns", __name__)
page.before_request(demand_sign_in)


@page.post("/office/account/columns")
def choose() -> ResponseReturnValue:
    """`usual` puts the usual ones back. The way back is built from names, so it never leads elsewhere."""
    known = [column.key for column in COLUMNS]
    chosen = [] if "usual" in request.form else [key for key in known if key in request.form.getlist("column")]
    choose_columns(current_user.id, chosen)
    event, session = request.form.get("event"), request.form.get("session")
    if not event:
        return redirect(url_for("office.home.show"), 303)
    return redirect(searching.roster_url(event, session, searching.asked(request.form)), 303)
