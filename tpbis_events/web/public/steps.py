"""The steps of a registration, the same by every way in: asked, read back, confirmed. Only confirm writes.

The page of each way in says where its form stands, and where whoever has confirmed is led; the rest is here.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tpbis_events.foundation import clock
from tpbis_events.foundation.errors import Gone, Invalid, Refusal
from tpbis_events.people.actor import PUBLIC
from tpbis_events.places.local_time import format_datetime
from tpbis_events.programmes.model import Quota, WayIn
from tpbis_events.programmes.registration_window import closes_at, opens_at, require_open, window
from tpbis_events.registrations import counts, limits, rules, ways
from tpbis_events.registrations.model import Invitation, InvitationKind, State
from tpbis_events.registrations.register import Registered, asked_for, register
from tpbis_events.registrations.rules import Applicant
from tpbis_events.web import registration_form
from tpbis_events.web.languages import language
from tpbis_events.web.public import told, ways_in
from tpbis_events.web.public.elsewhere import elsewhere
from tpbis_events.web.public.nominee import ask_about_another
from tpbis_events.web.refusals import sentence
from tpbis_events.web.registration_form import RegistrationForm

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Way:
    """Into which role of which session, by which invitation if any; the form's address, and where its end is."""

    quota: Quota
    address: str
    landing: Callable[[Registered, bool], str]  # the outcome, and whether the role filled up after it was read back
    invitation: Invitation | None = None

    @property
    def nominating(self) -> bool:
        return self.invitation is not None and self.invitation.kind is InvitationKind.NOMINATION

    @property
    def decided(self) -> bool:
        """Whether the office decides on what is asked for here."""
        return self.nominating or (self.invitation is None and self.quota.role.way_in is WayIn.APPROVAL)


def go(open_way: Callable[[], Way]) -> ResponseReturnValue:
    """GET asks; POST with `step` = check reads the answers back, edit asks again with them, confirm registers.

    A form whose key is missing or odd is read back once more with a new key, and nothing is lost. A form that made a
    registration is answered by it, also when nobody may register any longer.
    """
    way = open_way()
    step, sent_key = request.form.get("step", "check"), request.form.get("form_key", "")
    key = sent_key if _KEY.fullmatch(sent_key) else _new_key()
    has_own_key = step == "confirm" and key == sent_key
    bar = _bar(way)
    if bar and not has_own_key:
        return _barred(way, bar)
    asked = asked_for(way.quota)
    if request.method != "POST":
        return _ask(way, _blank(way), key)
    questions = _questions(way)
    if step == "edit":
        return _ask(way, questions, key)
    answers, problems = rules.examine(
        registration_form.typed(questions, language()), asked, test_addresses=not current_app.config["PRODUCTION"]
    )
    if problems and bar:
        return _barred(way, bar)
    if problems:
        return _ask_again(way, questions, key, problems)
    if not has_own_key:
        return _read_back(way, answers, key, again=step == "confirm")
    return _confirm(open_way, way, questions, answers, key)


def _bar(way: Way) -> Refusal | None:
    """Why nobody can register by this way now, as the command would say it; nothing is asked of who would be refused."""
    now = clock.now()
    try:
        ways.must_be_decided(way.quota, way.invitation, by=PUBLIC)
        if way.invitation:
            ways.require_good(way.invitation, now)
        require_open(way.quota.session, now, language())
    except Refusal as no:
        return no
    return None


def _confirm(
    open_way: Callable[[], Way], way: Way, questions: RegistrationForm, answers: Applicant, key: str
) -> ResponseReturnValue:
    invitation_id = way.invitation.id if way.invitation else None
    try:
        outcome = register(way.quota.session_id, way.quota.role_id, answers, key=key, invitation_id=invitation_id)
    except Invalid as wrong:
        return _ask_again(open_way(), questions, key, wrong.problems)
    except Refusal as no:
        way = open_way()  # the refused command has let go of the rows
        if no.code == "registration.already_registered":
            registration_form.show_already_registered(questions, no.facts["contact"])
            return _ask(way, questions, key), 409
        if no.code == "registration.form_changed":
            return render_template("public/register/form_changed.html", **_facts(way)), 409
        if no.code.startswith(("invitation.", "way.")) or no.code in (
            "registration.closed",
            "registration.not_open_yet",
        ):
            return _barred(way, no)
        raise
    filled_up = outcome.state is State.WAITING and request.form.get("expected") == "seat"
    return redirect(way.landing(outcome, filled_up), 303)


def _blank(way: Way) -> RegistrationForm:
    """The questions without answers; who is invited by name needn't type it."""
    if way.invitation and way.invitation.kind is InvitationKind.PERSONAL:
        return _questions(way, Applicant(full_name=way.invitation.name))
    return _questions(way)


def _questions(way: Way, answers: Applicant | None = None) -> RegistrationForm:
    form = registration_form.registration_form(asked_for(way.quota), language(), answers)
    if way.nominating:
        ask_about_another(form)
    return form


def _ask(way: Way, questions: RegistrationForm, key: str) -> str:
    """The form; who finds the role full first reads how its waiting list works and where there are seats."""
    seats = _seats(way)
    full = not seats.seat_to_expect and not way.nominating and not questions.errors
    return render_template(
        "public/register/full.html" if full else "public/register/form.html",
        form=questions,
        form_key=key,
        asked=asked_for(way.quota),
        seats=seats,
        line=ways_in.line(way.quota.session.event),
        others=elsewhere(way.quota.session, way.quota.role) if full else None,
        **_facts(way),
    )


def _ask_again(way: Way, questions: RegistrationForm, key: str, problems: Mapping[str, str]) -> ResponseReturnValue:
    registration_form.show_problems(questions, problems)
    return _ask(way, questions, key), 422


def _read_back(way: Way, answers: Applicant, key: str, *, again: bool = False) -> str:
    """The cleaned answers as they would be kept, and what to expect: a seat, a place in line, or the office's decision."""
    form = _questions(way, answers)
    return render_template(
        "public/register/check.html",
        form=form,
        form_key=key,
        sections=registration_form.told(answers, asked_for(way.quota), language(), form.titles),
        seats=_seats(way),
        reached=limits.reached_for(
            way.quota,
            country_code=answers.country_code,
            regency_code=answers.regency_code,
            institution=answers.institution,
        ),
        again=again,
        **_facts(way),
    )


def _barred(way: Way, no: Refusal) -> ResponseReturnValue:
    """What happened and what can be done: registration isn't open, the role isn't for everybody, the invitation is over."""
    sent = request.method == "POST"
    status = no.status if sent or isinstance(no, Gone) else 200
    session = way.quota.session
    if no.code in ("registration.closed", "registration.not_open_yet"):
        page = render_template(
            "public/register/not_open.html",
            state=window(session, clock.now()),
            opens=format_datetime(opens_at(session), session.zone, language()),
            closes=format_datetime(closes_at(session), session.zone, language()),
            over=told.over([session], clock.now()),
            sent=sent,
            **_facts(way),
        )
        return page, status
    title, text = sentence(no)
    return render_template(
        "public/register/barred.html", title=title, text=text, code=no.code, sent=sent, **_facts(way)
    ), status


def _facts(way: Way) -> dict[str, object]:
    quota, session = way.quota, way.quota.session
    return {
        "event": session.event,
        "session": session,
        "role": quota.role,
        "dates": told.dates(session),
        "hours": told.hours(session),
        "city": told.city(session),
        "province": told.province_name(session),
        "limits": ways_in.limits(quota.role),
        "action": way.address,
        "decided": way.decided,
        "nominating": way.nominating,
        "invitation": way.invitation,
        "places_left": ways.places_left(way.invitation) if way.invitation else 0,
    }


def _seats(way: Way) -> counts.SeatCounts:
    return counts.by_role(way.quota.session_id).get(way.quota.role_id, counts.SeatCounts())


def _new_key() -> str:
    return secrets.token_urlsafe(24)
