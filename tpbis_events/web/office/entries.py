"""Register somebody in the office: who called, who wrote, who came to the desk; by the same rules as the public form."""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import NotFound, Refusal
from tpbis_events.people.actor import Act
from tpbis_events.places.provinces import province
from tpbis_events.programmes.model import Role, Session
from tpbis_events.registrations import roster as rosters
from tpbis_events.registrations.model import State
from tpbis_events.registrations.register import Registered
from tpbis_events.registrations.register import register as register_person
from tpbis_events.registrations.roster import RoleSeats
from tpbis_events.registrations.rules import Asked
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import answers
from tpbis_events.web.office.answers import MailLanguageForm
from tpbis_events.web.refusals import sentence
from tpbis_events.web.registration_form import RegistrationForm

page = Blueprint("entries", __name__)

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@page.route("/office/events/<event>/sessions/<session>/register/<role>", methods=["GET", "POST"])
def register(event: str, session: str, role: str) -> ResponseReturnValue:
    """A seat, or a place on the waiting list, also before registration opens and after it has closed.

    A form that is sent twice registers once, and answers by the same person's page.
    """
    by = acting()
    row, here = _place(event, session, role)
    asked = asked_of(row, here.role)
    form, office = answers.questions(asked), MailLanguageForm(language=answers.usual_language(asked))
    sent_key = request.form.get("form_key", "")
    key, status = sent_key if _KEY.fullmatch(sent_key) else secrets.token_urlsafe(24), 200
    if office.validate_on_submit():
        try:
            outcome = register_person(row.id, here.role.id, answers.typed(form, office), key=key, by=by)
        except Refusal as no:
            status = answers.show_refused(no, form, office, {})
            if no.code == "registration.form_changed":
                key = secrets.token_urlsafe(24)  # what was typed now is a form of its own
            row, here = _place(event, session, role)
        else:
            flash(_told(outcome, form.full_name.data or ""), "success")
            return redirect(url_for("office.registrations.show", reference=outcome.reference), 303)
    return _ask(row, here, asked, form, office, key), status


def asked_of(session: Session, role: Role) -> Asked:
    """What a role in a session asks of those who come."""
    return Asked(role.origin, role.regency_required, session.province_code)


def _place(event: str, session: str, role: str) -> tuple[Session, RoleSeats]:
    row = rosters.session_of(event, session, by=acting(), act=Act.REGISTER)
    here = next((each for each in rosters.roles_of(row) if each.role.slug == role), None)
    if here is None:
        raise NotFound("role.unknown")
    return row, here


def _ask(
    session: Session, here: RoleSeats, asked: Asked, form: RegistrationForm, office: MailLanguageForm, key: str
) -> str:
    return render_template(
        "office/entries/register.html",
        session=session,
        event=session.event,
        here=here,
        asked=asked,
        form=form,
        office=office,
        form_key=key,
        province=province(session.province_code).name(language()) if session.province_code else "",
        too_late=_too_late(session),
    )


def _too_late(session: Session) -> tuple[str, str] | None:
    """Why nobody can be registered any longer, as the command would say it."""
    if session.cancelled_at:
        return sentence(Refusal("session.cancelled"))
    return sentence(Refusal("session.over")) if clock.now() >= session.ends_at else None


def _told(outcome: Registered, name: str) -> str:
    if outcome.replayed:
        return str(_("This form was sent twice; %(name)s is registered once.", name=name))
    if outcome.state is State.SEATED:
        return str(_("%(name)s is registered and has a seat.", name=name))
    return str(_("%(name)s is registered and is number %(place)s on the waiting list.", name=name, place=outcome.place))
