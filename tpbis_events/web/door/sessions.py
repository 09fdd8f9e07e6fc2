"""The door of one session: find a person, check her in, see at a glance what came of it."""

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
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.programmes.model import Session, SessionDay
from tpbis_events.registrations.model import State
from tpbis_events.web.accounts import acting
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
    session = at_door.session_at_door(session_id, acting())
    day = at_door.day_today(session, clock.now())
    return _page(session, day, _answer(session, day))


@page.post("/door/sessions/<int:session_id>/check-in")
def check_in(session_id: int) -> ResponseReturnValue:
    """The day is the one that the page showed, so that a tap after midnight doesn't count for the wrong one."""
    session = at_door.session_at_door(session_id, acting())
    registration_id = request.form.get("registration", 0, int)
    day = next((each for each in session.days if each.id == request.form.get("day", 0, int)), None)
    if day is None:
        raise NotFound("attendance.unknown_day")
    try:
        outcome = check_in_command(registration_id, day.id, by=acting())
    except Refusal as no:
        title, text = sentence(no)
        session = at_door.session_at_door(session_id, acting())
        person = at_door.one_person(session_id, day.id, registration_id)
        return _page(session, day, Answer("no", person, title, text)), no.status
    done = "again" if outcome.already else "in"
    return redirect(url_for(".show", session_id=session_id, done=done, person=registration_id), 303)


def _answer(session: Session, day: SessionDay | None) -> Answer | None:
    """After a check-in: told from what the database holds; the address says only whom, and whether it was the first."""
    person_id = request.args.get("person", 0, int)
    if not person_id or day is None:
        return None
    person = at_door.one_person(session.id, day.id, person_id)
    if person is None or person.since is None:
        return None
    return Answer("again" if request.args.get("done") == "again" else "in", person)


def _page(session: Session, day: SessionDay | None, answer: Answer | None) -> str:
    form = FindForm(request.args)
    typed = (form.q.data or "").strip()[:100]
    found = at_door.search(session.id, day.id, typed) if typed and day else None
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
    )
