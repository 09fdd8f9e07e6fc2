"""A link for a device: its page says what it opens, its button makes this browser the device. Looking at it opens nothing."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.attendance.devices import device_with_link, is_good
from tpbis_events.attendance.give_device_link import open_device_link
from tpbis_events.foundation import clock
from tpbis_events.foundation.database import db
from tpbis_events.foundation.errors import Gone, NotFound
from tpbis_events.programmes.model import SessionDay
from tpbis_events.web.browsers import browser_of
from tpbis_events.web.door.who import keep_key
from tpbis_events.web.guards import limiter

page = Blueprint("links", __name__)


@page.get("/door/open/<link>")
@limiter.limit("30 per minute")
def show(link: str) -> str:
    device = device_with_link(link)
    if device is None:
        raise NotFound("device.unknown")
    if not is_good(device, clock.now()):
        raise Gone("device.over")
    day = db.session.get_one(SessionDay, device.day_id)
    return render_template("door/links/show.html", device=device, day=day, session=day.session, link=link)


@page.post("/door/open/<link>")
@limiter.limit("30 per minute")
def open_(link: str) -> ResponseReturnValue:
    opened = open_device_link(link, browser_of(request.user_agent.string))
    answer = make_response(redirect(url_for("door.sessions.show", session_id=opened.session_id), 303))
    keep_key(answer, opened)
    return answer
