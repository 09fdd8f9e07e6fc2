"""A person signs on a screen of ours, on the day: at the door, or at a desk of the office. Her own phone can't do it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.attendance import at_door
from tpbis_events.attendance.at_door import AtDoor
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.model import Source
from tpbis_events.attendance.sign import sign as keep_signature
from tpbis_events.attendance.signatures import HEIGHT, WIDTH, signed_moments
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.web.door.who import acting_at_door, is_device, may_search
from tpbis_events.web.refusals import sentence

page = Blueprint("signatures", __name__)


@page.route("/door/sessions/<int:session_id>/sign/<int:registration_id>", methods=["GET", "POST"])
def sign(session_id: int, registration_id: int) -> ResponseReturnValue:
    """POST checks her in, if nobody has, and keeps the drawing; the day is the one that the page showed."""
    by = acting_at_door()
    session = at_door.session_at_door(session_id, by)
    problem = None
    if request.method == "POST":
        by.require_in(Act.MARK_ATTENDANCE, session.id, session.province_code)
        day_id = request.form.get("day", 0, int)
        if day_id not in {each.id for each in session.days}:
            raise NotFound("attendance.unknown_day")
        _known(session.id, day_id, registration_id)
        try:
            check_in(registration_id, day_id, by=by, source=Source.DEVICE if is_device() else Source.DOOR)
            strokes = request.form.get("strokes", "")
            keep_signature(registration_id, day_id, strokes, consent="consent" in request.form, by=by)
            flash(_("Thank you. Your signature is kept."), "success")
            return redirect(url_for("door.sessions.show", session_id=session_id), 303)
        except Refusal as no:
            if no.status in (403, 404):
                raise
            problem = sentence(no)
        session = at_door.session_at_door(session_id, by)
    day = at_door.day_today(session, clock.now())
    words = render_template(
        "door/signatures/sign.html",
        session=session,
        day=day,
        person=_known(session.id, day.id, registration_id) if day else None,
        signed=signed_moments(day.id).get(registration_id) if day else None,
        problem=problem,
        width=WIDTH,
        height=HEIGHT,
    )
    return words, 422 if problem else 200


def _known(session_id: int, day_id: int, registration_id: int) -> AtDoor:
    """Somebody of this session; a device that may not search is shown nobody whose ticket wasn't read before."""
    person = at_door.one_person(session_id, day_id, registration_id)
    if person is None or (not may_search() and person.since is None):
        raise NotFound("registration.unknown")
    return person
