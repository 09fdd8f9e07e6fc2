"""Somebody at the door without a registration, or in the place of somebody who isn't coming: registered by the same seat step.

By the right to register or to name a substitute, which the door's own accounts and devices don't have (decisions/0027).
"""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.attendance import at_door
from tpbis_events.attendance.at_door import AtDoor
from tpbis_events.attendance.check_in import check_in
from tpbis_events.attendance.model import Source
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.places.provinces import province
from tpbis_events.programmes.model import Role, Session
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register import register
from tpbis_events.registrations.substitute import substitute
from tpbis_events.web.door.who import acting_at_door
from tpbis_events.web.languages import language
from tpbis_events.web.office import answers
from tpbis_events.web.office.answers import MailLanguageForm
from tpbis_events.web.office.entries import asked_of
from tpbis_events.web.refusals import sentence

page = Blueprint("walk_ins", __name__)

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@page.get("/door/sessions/<int:session_id>/walk-in")
def choose(session_id: int) -> str:
    """First the role, with its free seats; or whose place is taken."""
    session = _session(session_id, Act.REGISTER)
    day = at_door.day_today(session, clock.now())
    typed = request.args.get("q", "").strip()[:100]
    found = at_door.search(session.id, day.id, typed).people if typed and day else ()
    absent = [each for each in found if each.state is State.SEATED and each.since is None]
    return render_template(
        "door/walk_ins/choose.html",
        session=session,
        roles=rosters.roles_of(session),
        typed=typed,
        absent=absent,
        may_substitute=acting_at_door().may(Act.SUBSTITUTE, session.province_code),
    )


@page.route("/door/sessions/<int:session_id>/walk-in/<int:role_id>", methods=["GET", "POST"])
def enter(session_id: int, role_id: int) -> ResponseReturnValue:
    """A seat, if one is free and nobody waits for it, and checked in at once; else a place on the waiting list, said plainly."""
    session = _session(session_id, Act.REGISTER)
    role = next((each.role for each in rosters.roles_of(session) if each.role.id == role_id), None)
    if role is None:
        raise NotFound("role.unknown")
    return _form(session, role, None)


@page.route("/door/sessions/<int:session_id>/substitute/<int:registration_id>", methods=["GET", "POST"])
def instead(session_id: int, registration_id: int) -> ResponseReturnValue:
    """Somebody comes in a person's place: her seat, the other's name."""
    session = _session(session_id, Act.SUBSTITUTE)
    day = at_door.day_today(session, clock.now())
    person = at_door.one_person(session.id, day.id, registration_id) if day else None
    if person is None:
        raise NotFound("registration.unknown")
    role = next(each.role for each in rosters.roles_of(session) if each.role.name_id == person.role_id)
    return _form(session, role, person)


def _session(session_id: int, act: Act) -> Session:
    session = at_door.session_at_door(session_id, acting_at_door())
    acting_at_door().require(act, session.province_code)
    return session


def _form(session: Session, role: Role, absent: AtDoor | None) -> ResponseReturnValue:
    by, session_id, role_id = acting_at_door(), session.id, role.id
    asked = asked_of(session, role)
    form, office = answers.questions(asked), MailLanguageForm(language=answers.usual_language(asked))
    sent_key = request.form.get("form_key", "")
    key, status = sent_key if _KEY.fullmatch(sent_key) else secrets.token_urlsafe(24), 200
    if office.validate_on_submit():
        try:
            applicant = answers.typed(form, office)
            if absent:
                made = substitute(absent.registration_id, applicant, by=by, reason=_("At the door"))
                registration_id, seated = made.registration_id, True
            else:
                outcome = register(session_id, role_id, applicant, key=key, by=by)
                registration_id, seated = outcome.registration_id, outcome.state is State.SEATED
        except Refusal as no:
            status = answers.show_refused(no, form, office, {})
            if no.code == "registration.form_changed":
                key = secrets.token_urlsafe(24)
            session = at_door.session_at_door(session_id, by)
            role = next(each.role for each in rosters.roles_of(session) if each.role.id == role_id)
        else:
            return _let_in(session_id, registration_id, form.full_name.data or "", seated=seated)
    page = render_template(
        "door/walk_ins/form.html",
        session=session,
        role=role,
        absent=absent,
        asked=asked,
        form=form,
        office=office,
        form_key=key,
        province=province(session.province_code).name(language()) if session.province_code else "",
    )
    return page, status


def _let_in(session_id: int, registration_id: int, name: str, *, seated: bool) -> ResponseReturnValue:
    """Who has a seat is checked in; who waits isn't, and the door is told so."""
    session = at_door.session_at_door(session_id, acting_at_door())
    day = at_door.day_today(session, clock.now())
    there = url_for("door.sessions.show", session_id=session_id)
    if not seated or day is None:
        flash(_("%(name)s is registered and waits for a seat. Nobody was checked in.", name=name), "warning")
        return redirect(there, 303)
    try:
        check_in(registration_id, day.id, by=acting_at_door(), source=Source.DOOR)
    except Refusal as no:
        title, text = sentence(no)
        flash(f"{name}: {title}. {text}", "danger")
        return redirect(there, 303)
    return redirect(url_for("door.sessions.show", session_id=session_id, done="in", person=registration_id), 303)
