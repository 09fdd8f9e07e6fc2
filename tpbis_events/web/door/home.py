"""Which door: the meetings of today, else the next ones."""

from __future__ import annotations

from flask import Blueprint, render_template

from tpbis_events.attendance.at_door import days_at_door
from tpbis_events.foundation import clock
from tpbis_events.web.accounts import acting

page = Blueprint("home", __name__)


@page.get("/door/")
def show() -> str:
    return render_template("door/home/show.html", days=days_at_door(acting(), clock.now()))
