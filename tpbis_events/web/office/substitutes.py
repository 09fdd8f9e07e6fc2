"""Substitute (diwakili): the office enters who comes in a person's place; seat and role stay."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from tpbis_events.foundation.errors import Refusal
from tpbis_events.people.actor import Act
from tpbis_events.places.provinces import province
from tpbis_events.registrations import life, lookup
from tpbis_events.registrations.life import Step
from tpbis_events.registrations.model import Registration
from tpbis_events.registrations.rules import Applicant
from tpbis_events.registrations.substitute import substitute
from tpbis_events.web.accounts import acting
from tpbis_events.web.languages import language
from tpbis_events.web.office import answers
from tpbis_events.web.office.answers import MailLanguageForm
from tpbis_events.web.office.entries import asked_of
from tpbis_events.web.refusals import sentence
from tpbis_events.web.registration_form import RegistrationForm

page = Blueprint("substitutes", __name__)


class SubstituteForm(MailLanguageForm):
    reason = TextAreaField(
        _l("Reason"), description=_l("The person who is replaced reads it in the mail; the audit log keeps it.")
    )


@page.route("/office/registrations/<reference>/substitute", methods=["GET", "POST"])
def enter(reference: str) -> ResponseReturnValue:
    """Who comes instead gives own answers; then to the page of the one who comes. A refusal is said beside the form."""
    by = acting()
    registration = lookup.by_reference(reference, by=by, act=Act.SUBSTITUTE)
    sent = request.method == "POST"
    form = answers.questions(asked_of(registration.session, registration.role), None if sent else _known(registration))
    office, status = SubstituteForm(language=registration.person.language), 200
    if office.validate_on_submit():
        reference, left = registration.reference, registration.person.full_name
        given = answers.typed(form, office)
        try:
            outcome = substitute(registration.id, given, by=by, reason=office.reason.data or "")
        except Refusal as no:
            status = answers.show_refused(no, form, office, {})
            registration = lookup.by_reference(reference, by=by, act=Act.SUBSTITUTE)
        else:
            flash(_("%(name)s comes in the place of %(left)s.", name=given.full_name, left=left), "success")
            return redirect(url_for("office.registrations.show", reference=outcome.reference), 303)
    return _ask(registration, form, office), status


def _known(registration: Registration) -> Applicant:
    """A substitute mostly comes from the same place, so that much is filled in."""
    person = registration.person
    return Applicant(
        "",
        institution=person.institution,
        province_code=person.province_code or "",
        regency_code=person.regency_code or "",
        country_code=person.country_code,
    )


def _ask(registration: Registration, form: RegistrationForm, office: SubstituteForm) -> str:
    session = registration.session
    may_still = life.possible(Step.SUBSTITUTE, registration.state)
    return render_template(
        "office/substitutes/enter.html",
        registration=registration,
        asked=asked_of(session, registration.role),
        form=form,
        office=office,
        province=province(session.province_code).name(language()) if session.province_code else "",
        too_late=None if may_still else sentence(Refusal(f"registration.already_{registration.state.value}")),
    )
