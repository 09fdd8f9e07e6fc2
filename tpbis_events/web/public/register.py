"""Register for a role in a session: the form, the answers to read over, and the one moment at which they count."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Invalid, Refusal
from tpbis_events.places.local_time import format_datetime
from tpbis_events.programmes import catalogue
from tpbis_events.programmes.model import Quota
from tpbis_events.programmes.registration_window import Window, closes_at, opens_at, window
from tpbis_events.registrations import counts, rules
from tpbis_events.registrations.register import asked_for, register
from tpbis_events.registrations.rules import Applicant
from tpbis_events.web import registration_form
from tpbis_events.web.languages import language
from tpbis_events.web.public import told
from tpbis_events.web.registration_form import RegistrationForm

page = Blueprint("register", __name__)

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@page.route("/events/<event>/sessions/<session>/register/<role>", methods=["GET", "POST"])
def form(event: str, session: str, role: str) -> ResponseReturnValue:
    """GET asks; POST with `step` = check reads the answers back, edit asks again with them, confirm registers.

    Only confirm writes. A form whose key is missing or odd is read back once more with a new key, and nothing is lost.
    """
    quota = catalogue.quota_of(event, session, role)
    step, sent_key = request.form.get("step", "check"), request.form.get("form_key", "")
    key = sent_key if _KEY.fullmatch(sent_key) else _new_key()
    has_own_key = step == "confirm" and key == sent_key  # a form that made a registration is answered by it even now
    if window(quota.session, clock.now()) is not Window.OPEN and not has_own_key:
        return _not_open(quota, 409 if request.method == "POST" else 200)
    asked = asked_for(quota)
    questions = registration_form.registration_form(asked, language())
    if request.method != "POST":
        return _ask(quota, questions, key)
    if step == "edit":
        return _ask(quota, questions, key)
    answers, problems = rules.examine(
        registration_form.typed(questions, language()), asked, test_addresses=not current_app.config["PRODUCTION"]
    )
    if problems and window(quota.session, clock.now()) is not Window.OPEN:
        return _not_open(quota, 409)
    if problems:
        return _ask_again(quota, questions, key, problems)
    if step != "confirm":
        return _read_back(quota, answers, key)
    if not has_own_key:
        return _read_back(quota, answers, key, again=True)
    return _confirm(quota, questions, answers, key)


def _confirm(quota: Quota, questions: RegistrationForm, answers: Applicant, key: str) -> ResponseReturnValue:
    place = (quota.session.event.slug, quota.session.slug, quota.role.slug)
    try:
        outcome = register(quota.session_id, quota.role_id, answers, key=key)
    except Invalid as wrong:
        return _ask_again(catalogue.quota_of(*place), questions, key, wrong.problems)
    except Refusal as no:
        quota = catalogue.quota_of(*place)  # the refused command has let go of the row
        if no.code == "registration.already_registered":
            registration_form.show_already_registered(questions, no.facts["contact"])
            return _ask(quota, questions, key), 409
        if no.code == "registration.form_changed":
            return render_template("public/register/form_changed.html", **_where(quota)), 409
        if no.code in ("registration.closed", "registration.not_open_yet"):
            return _not_open(quota, 409)
        raise
    return redirect(url_for("my.registrations.done", token=outcome.token), 303)


def _ask(quota: Quota, questions: RegistrationForm, key: str) -> str:
    return render_template(
        "public/register/form.html",
        form=questions,
        form_key=key,
        asked=asked_for(quota),
        seats=_seats(quota),
        **_where(quota),
    )


def _ask_again(quota: Quota, questions: RegistrationForm, key: str, problems: Mapping[str, str]) -> ResponseReturnValue:
    registration_form.show_problems(questions, problems)
    return _ask(quota, questions, key), 422


def _read_back(quota: Quota, answers: Applicant, key: str, *, again: bool = False) -> str:
    """The cleaned answers as they would be kept, and what to expect: a seat or a place on the waiting list."""
    asked = asked_for(quota)
    return render_template(
        "public/register/check.html",
        form=registration_form.registration_form(asked, language(), answers),
        form_key=key,
        sections=registration_form.told(answers, asked, language()),
        seats=_seats(quota),
        again=again,
        **_where(quota),
    )


def _not_open(quota: Quota, status: int) -> ResponseReturnValue:
    session = quota.session
    page = render_template(
        "public/register/not_open.html",
        state=window(session, clock.now()),
        opens=format_datetime(opens_at(session), session.zone, language()),
        closes=format_datetime(closes_at(session), session.zone, language()),
        over=told.over([session], clock.now()),
        sent=status == 409,
        **_where(quota),
    )
    return page, status


def _where(quota: Quota) -> dict[str, object]:
    session = quota.session
    return {
        "event": session.event,
        "session": session,
        "role": quota.role,
        "dates": told.dates(session),
        "hours": told.hours(session),
        "city": told.city(session),
        "province": told.province_name(session),
    }


def _seats(quota: Quota) -> counts.SeatCounts:
    return counts.by_role(quota.session_id).get(quota.role_id, counts.SeatCounts())


def _new_key() -> str:
    return secrets.token_urlsafe(24)
