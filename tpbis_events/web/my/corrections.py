"""Ask the office to correct a name that is printed wrong, when the session is over; it decides, and the answer is told."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from tpbis_events.certificates.ask_correction import FIELDS, ask_correction
from tpbis_events.certificates.corrections import newest
from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.people.actor import participant
from tpbis_events.programmes.registration_window import correction_ends_at
from tpbis_events.registrations.answers import answers_of
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.model import State
from tpbis_events.web.my.facts import facts_of
from tpbis_events.web.refusals import line
from tpbis_events.web.registration_form import PROBLEMS

page = Blueprint("corrections", __name__)


class CorrectionForm(FlaskForm):
    """No CSRF token: the link itself is the authority."""

    class Meta:
        csrf = False

    full_name = StringField(_l("Full name"), description=_l("With titles, as it should be printed."))
    own_script_name = StringField(_l("Name in your own script"))
    position = StringField(_l("Position"))
    institution = StringField(_l("Institution or community"))
    note = TextAreaField(_l("What was wrong"), description=_l("The organizer reads it."))


@page.route("/my/<token>/correction", methods=["GET", "POST"])
def ask(token: str) -> ResponseReturnValue:
    registration = open_link(token)
    if registration.state is not State.SEATED:
        raise Refusal("certificate.not_seated")
    if clock.now() < correction_ends_at(registration.session):
        raise Refusal("correction.by_herself")
    waiting = newest(registration.id)
    known = {name: getattr(answers_of(registration), name) for name in FIELDS}
    if waiting and not waiting.decided_at:
        known |= {**waiting.asked, "note": waiting.note or ""}
    form, status = CorrectionForm(data=known), 200
    if request.method == "POST" and request.form.get("step") != "edit":
        answers = {name: form[name].data or "" for name in FIELDS}
        try:
            ask_correction(registration.id, answers, form.note.data or "", by=participant(registration.id))
        except Invalid as wrong:
            status = _put(form, wrong)
        except Refusal as no:
            if no.code != "correction.nothing":
                raise
            form.form_errors, status = [line(no)], 422
        else:
            return redirect(url_for("my.registrations.show", token=token, _anchor="certificate-title"), 303)
        registration = open_link(token)
    return render_template("my/corrections/ask.html", form=form, **facts_of(registration, token)), status


def _put(form: CorrectionForm, wrong: Invalid) -> int:
    for name, code in wrong.problems.items():
        words = PROBLEMS.get(f"{name} {code}") or PROBLEMS.get(code) or _("This is too long.")
        form[name].errors = [str(words)]
    return 422
