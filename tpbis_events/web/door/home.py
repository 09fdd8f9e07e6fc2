"""Which door: the meetings of today, else the next ones. A device has one door only."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.attendance.at_door import days_at_door
from tpbis_events.foundation import clock
from tpbis_events.web.door.who import acting_at_door

page = Blueprint("home", __name__)


@page.get("/door/")
def show() -> ResponseReturnValue:
    by = acting_at_door()
    if by.door_session_id is not None:
        return redirect(url_for("door.sessions.show", session_id=by.door_session_id), 303)
    return render_template("door/home/show.html", days=days_at_door(by, clock.now()))
