"""Name who comes in one's place (diwakili): the questions about that person, the answers to read over, and one confirmation."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.people.actor import participant
from tpbis_events.registrations import rules
from tpbis_events.registrations.answers import asked_of_substitute
from tpbis_events.registrations.links import open_link
from tpbis_events.registrations.model import Registration, State
from tpbis_events.registrations.rules import Applicant
from tpbis_events.registrations.substitute import require_may, substitute
from tpbis_events.web import registration_form
from tpbis_events.web.languages import language
from tpbis_events.web.my.facts import facts_of
from tpbis_events.web.public.nominee import ask_about_another
from tpbis_events.web.registration_form import RegistrationForm

page = Blueprint("substitutes", __name__)


@page.route("/my/<token>/substitute", methods=["GET", "POST"])
def name(token: str) -> ResponseReturnValue:
    """GET asks; POST with `step` = check reads the answers back, edit asks again with them, confirm hands the seat on.

    Confirmed twice, it is confirmed once: both lead to the page that says who comes.
    """
    registration = open_link(token)
    if registration.state is State.SUBSTITUTED:
        return _told_who_comes(token)
    require_may(registration, clock.now(), own=True)
    if request.method != "POST":
        return _ask(registration, token, _questions(registration, _alike(registration)))
    questions, step = _questions(registration), request.form.get("step", "check")
    if step == "edit":
        return _ask(registration, token, questions)
    answers, problems = rules.examine(
        registration_form.typed(questions, language()),
        asked_of_substitute(registration),
        test_addresses=not current_app.config["PRODUCTION"],
    )
    if problems:
        return _ask_again(registration, token, questions, problems)
    if step != "confirm":
        return _read_back(registration, token, answers)
    return _confirm(registration.id, token, questions, answers)


def _confirm(registration_id: int, token: str, questions: RegistrationForm, answers: Applicant) -> ResponseReturnValue:
    try:
        substitute(registration_id, answers, by=participant(registration_id))
    except Invalid as wrong:
        return _ask_again(open_link(token), token, questions, wrong.problems)
    except Refusal as no:
        if no.code == "registration.already_substituted":  # by the same button, pressed a moment before
            return _told_who_comes(token)
        if no.code != "registration.already_registered":
            raise
        registration_form.show_already_registered(questions, no.facts["contact"])
        return _ask(open_link(token), token, questions), 409
    return _told_who_comes(token)


def _told_who_comes(token: str) -> ResponseReturnValue:
    return redirect(url_for("my.registrations.show", token=token), 303)


def _alike(registration: Registration) -> Applicant:
    """What a colleague most likely has in common; everything can be changed."""
    person = registration.person
    return Applicant(
        full_name="",
        institution=person.institution,
        regency_code=person.regency_code or "",
        country_code=person.country_code,
    )


def _questions(registration: Registration, answers: Applicant | None = None) -> RegistrationForm:
    form = registration_form.registration_form(asked_of_substitute(registration), language(), answers)
    ask_about_another(form)
    form.email.description = _("The person's own: the link with the QR code and the certificate go there.")
    return form


def _ask(registration: Registration, token: str, form: RegistrationForm) -> str:
    return render_template(
        "my/substitutes/form.html",
        form=form,
        asked=asked_of_substitute(registration),
        nominating=True,
        **facts_of(registration, token),
    )


def _ask_again(
    registration: Registration, token: str, form: RegistrationForm, problems: Mapping[str, str]
) -> ResponseReturnValue:
    registration_form.show_problems(form, problems)
    return _ask(registration, token, form), 422


def _read_back(registration: Registration, token: str, answers: Applicant) -> str:
    form = _questions(registration, answers)
    return render_template(
        "my/substitutes/check.html",
        form=form,
        coming=answers,
        sections=registration_form.told(answers, asked_of_substitute(registration), language(), form.titles),
        **facts_of(registration, token),
    )
