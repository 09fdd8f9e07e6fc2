"""The door of one session: find a person, check her in, see at a glance what came of it.

These pages work by forms alone. With a script the app of the door (static/js/door.js) takes their place, by the same words.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from tpbis_events.attendance import at_door
from tpbis_events.attendance.at_door import AtDoor
from tpbis_events.attendance.device_time import DeviceTime
from tpbis_events.attendance.door_list import pulse
from tpbis_events.attendance.take_scans import AGAIN, Batch, Sent, take_scans
from tpbis_events.attendance.undo import undo as undo_command
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act, Actor
from tpbis_events.programmes.model import AttendanceBy, Session, SessionDay
from tpbis_events.registrations.model import State
from tpbis_events.web.door.sync import items_of, number, running
from tpbis_events.web.door.who import acting_at_door, is_device, may_search
from tpbis_events.web.door.words import words_of_app
from tpbis_events.web.refusals import sentence

page = Blueprint("sessions", __name__)


class FindForm(FlaskForm):
    """What is typed or scanned; a search, so it goes by GET and carries no token."""

    class Meta:
        csrf = False

    q = StringField(
        _l("Name, reference or ticket code"),
        description=_l("Three letters of the name are enough."),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a check-in. kind: in, again, no."""

    kind: str
    person: AtDoor | None
    title: str = ""
    text: str = ""


@page.get("/door/sessions/<int:session_id>")
def show(session_id: int) -> str:
    session = at_door.session_at_door(session_id, acting_at_door())
    day = at_door.day_today(session, clock.now())
    return _page(session, day, _answer(session, day))


@page.post("/door/sessions/<int:session_id>/check-in")
def check_in(session_id: int) -> ResponseReturnValue:
    """The day is the one that the page showed, so that a tap after midnight doesn't count for the wrong one.

    Kept as a scan of the app is, whatever comes of it.
    """
    by, day_id, registration_id, item = _named(session_id)
    ticket, now = "" if may_search() else _typed(), clock.now()
    scan = Sent(secrets.token_urlsafe(16), DeviceTime(now), ticket, registration_id, item)
    taken = take_scans(Batch(session_id, day_id, (scan,), now), by=by)[0]
    if taken.no:
        return _refused(taken.no, session_id, day_id, registration_id)
    done = "again" if taken.result == AGAIN else "in"
    there = url_for(".show", session_id=session_id, done=done, person=registration_id, item=item, q=ticket or None)
    return redirect(there, 303)


@page.post("/door/sessions/<int:session_id>/undo")
def undo(session_id: int) -> ResponseReturnValue:
    """A check-in that was a mistake counts no longer; with a reason, and at the door on the day itself alone."""
    by, day_id, registration_id, item = _named(session_id)
    try:
        undo_command(registration_id, day_id, reason=request.form.get("reason", ""), by=by, item_id=item)
    except Refusal as no:
        if no.status in (403, 404):
            raise
        return _refused(no, session_id, day_id, registration_id)
    person = at_door.one_person(session_id, day_id, registration_id, item)
    flash(_("The check-in of %(name)s was undone.", name=person.full_name if person else ""), "success")
    return redirect(url_for(".show", session_id=session_id, item=item), 303)


def _refused(no: Refusal, session_id: int, day_id: int, registration_id: int) -> ResponseReturnValue:
    session = at_door.session_at_door(session_id, acting_at_door())
    day = next((each for each in session.days if each.id == day_id), None)
    person = at_door.one_person(session_id, day_id, registration_id, _item())
    return _page(session, day, Answer("no", person, *sentence(no))), no.status


def _named(session_id: int) -> tuple[Actor, int, int, int | None]:
    """Who acts, and the day, the registration and the item that a form says; 404 for a person that may not be told of."""
    by = acting_at_door()
    session = at_door.session_at_door(session_id, by)
    day = next((each for each in session.days if each.id == request.form.get("day", 0, number)), None)
    if day is None:
        raise NotFound("attendance.unknown_day")
    registration_id = request.form.get("registration", 0, number)
    if not _may_name(session, day, registration_id, _typed()):
        raise NotFound("registration.unknown")
    return by, day.id, registration_id, _item()


def _typed() -> str:
    return request.values.get("q", "")[:100]


def _may_name(session: Session, day: SessionDay, registration_id: int, typed: str) -> bool:
    """Whether a person may be told of by her number: where nobody is searched, only together with her ticket."""
    if may_search():
        return True
    found = at_door.search(session.id, day.id, typed, by_name=False).people if typed else ()
    return any(each.registration_id == registration_id for each in found)


def _answer(session: Session, day: SessionDay | None) -> Answer | None:
    """After a check-in: told from what the database holds; the address says only whom, and whether it was the first."""
    person_id = request.args.get("person", 0, number)
    if not person_id or day is None or not _may_name(session, day, person_id, _typed()):
        return None
    person = at_door.one_person(session.id, day.id, person_id, _item())
    if person is None or person.since is None:
        return None
    return Answer("again" if request.args.get("done") == "again" else "in", person)


def _item() -> int | None:
    return request.values.get("item", None, number)


def _page(session: Session, day: SessionDay | None, answer: Answer | None) -> str:
    by, item = acting_at_door(), _item()
    by_item = day is not None and session.event.attendance_by is AttendanceBy.ITEM
    items = items_of(session, day) if day and by_item else []
    if day and items and answer is None and "item" not in request.values:
        item = running(items, day, session.zone, clock.now())
    form = FindForm(request.args)
    typed = (form.q.data or "").strip()[:100]
    found = at_door.search(session.id, day.id, typed, item_id=item, by_name=may_search()) if typed and day else None
    elsewhere = at_door.session_of_ticket(typed) if found and not found.people else None
    return render_template(
        "door/sessions/show.html",
        session=session,
        day=day,
        form=form,
        typed=typed,
        found=found,
        elsewhere=elsewhere,
        answer=answer,
        SEATED=State.SEATED,
        fewest=at_door.FEWEST_LETTERS,
        pulse=pulse(session.id, day.id, item) if day else None,
        items=items,
        item=item,
        is_device=is_device(),
        may_register=by.may(Act.REGISTER, session.province_code) and not is_device(),
        words=words_of_app(),
    )
