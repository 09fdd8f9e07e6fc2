"""The door of one session: find a person, check her in, see at a glance what came of it.

These pages work by forms alone. With a script the app of the door (static/js/door.js) takes their place, by the same words.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from tpbis_events.attendance import at_door
from tpbis_events.attendance.at_door import AtDoor
from tpbis_events.attendance.check_in import check_in as check_in_command
from tpbis_events.attendance.door_list import pulse
from tpbis_events.attendance.model import Source
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.programmes.model import AttendanceBy, Session, SessionDay
from tpbis_events.registrations.model import State
from tpbis_events.web.door.sync import items_of
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
    """The day is the one that the page showed, so that a tap after midnight doesn't count for the wrong one."""
    by = acting_at_door()
    session = at_door.session_at_door(session_id, by)
    registration_id, item = request.form.get("registration", 0, int), request.form.get("item", None, int)
    day = next((each for each in session.days if each.id == request.form.get("day", 0, int)), None)
    if day is None:
        raise NotFound("attendance.unknown_day")
    source, typed = Source.DEVICE if is_device() else Source.DOOR, request.form.get("q", "")[:100]
    if not _may_name(session, day, registration_id, typed):
        raise NotFound("registration.unknown")
    try:
        outcome = check_in_command(registration_id, day.id, by=by, item_id=item, source=source)
    except Refusal as no:
        title, text = sentence(no)
        session = at_door.session_at_door(session_id, by)
        person = at_door.one_person(session_id, day.id, registration_id, item)
        return _page(session, day, Answer("no", person, title, text)), no.status
    done = "again" if outcome.already else "in"
    ticket = None if may_search() else typed
    there = url_for(".show", session_id=session_id, done=done, person=registration_id, item=item, q=ticket)
    return redirect(there, 303)


def _may_name(session: Session, day: SessionDay, registration_id: int, typed: str) -> bool:
    """Whether a person may be told of by her number: where nobody is searched, only together with her ticket."""
    if may_search():
        return True
    found = at_door.search(session.id, day.id, typed, by_name=False).people if typed else ()
    return any(each.registration_id == registration_id for each in found)


def _answer(session: Session, day: SessionDay | None) -> Answer | None:
    """After a check-in: told from what the database holds; the address says only whom, and whether it was the first."""
    person_id = request.args.get("person", 0, int)
    if not person_id or day is None or not _may_name(session, day, person_id, request.args.get("q", "")[:100]):
        return None
    person = at_door.one_person(session.id, day.id, person_id, _item())
    if person is None or person.since is None:
        return None
    return Answer("again" if request.args.get("done") == "again" else "in", person)


def _item() -> int | None:
    return request.values.get("item", None, int)


def _page(session: Session, day: SessionDay | None, answer: Answer | None) -> str:
    by, item = acting_at_door(), _item()
    form = FindForm(request.args)
    typed = (form.q.data or "").strip()[:100]
    found = at_door.search(session.id, day.id, typed, item_id=item, by_name=may_search()) if typed and day else None
    elsewhere = at_door.session_of_ticket(typed) if found and not found.people else None
    by_item = day is not None and session.event.attendance_by is AttendanceBy.ITEM
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
        items=items_of(session, day) if day and by_item else [],
        item=item,
        is_device=is_device(),
        may_register=by.may(Act.REGISTER, session.province_code) and not is_device(),
        words=words_of_app(),
    )
